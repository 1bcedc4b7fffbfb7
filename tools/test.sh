#!/bin/sh
# Every check and every test: the checks run beside the tests, which would leave a core idle while the types are looked at.
#   sh tools/test.sh WORKERS
set -u
checked=$(mktemp)
trap 'rm -f "$checked"' EXIT

sh tools/check.sh >"$checked" 2>&1 &
checking=$!
DUBAN_TEST_DATABASES=sqlite,postgres .venv/bin/python -m pytest -n "$1" --dist load -m "not campaign"
tested=$?
wait "$checking"
checks=$?
cat "$checked"
if [ "$checks" -ne 0 ]; then
    exit "$checks"
fi
exit "$tested"
