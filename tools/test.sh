#!/bin/sh
# Every check and every test: the checks run beside the tests, which would leave a core idle while the types are looked at.
# Tests are handed out thirty at a time: by its own measure pytest would begin with an eighth of all for each worker, and
# whoever gets those of the browser is at it when the others have done the rest.
#   sh tools/test.sh WORKERS
set -u
checked=$(mktemp)
trap 'rm -f "$checked"' EXIT

sh tools/check.sh >"$checked" 2>&1 &
checking=$!
DUBAN_TEST_DATABASES=sqlite,postgres .venv/bin/python -m pytest -n "$1" --dist load --maxschedchunk 30 -m "not campaign"
tested=$?
wait "$checking"
checks=$?
cat "$checked"
if [ "$checks" -ne 0 ]; then
    exit "$checks"
fi
exit "$tested"
