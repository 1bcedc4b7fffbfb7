#!/bin/sh
# Lint, types and import contracts: all three speak, then the first failure decides.
set -u
failed=0

step() {  # name, command …
    name=$1
    shift
    if output=$("$@" 2>&1); then
        echo "  ✓ $name"
    else
        failed=1
        printf '  ✗ %s\n%s\n' "$name" "$output"
    fi
}

echo "检查 / Checks"
step "ruff（代码规范 lint）" .venv/bin/python -m ruff check --quiet .
step "mypy（类型 types）" .venv/bin/python -m mypy
step "import-linter（分层 layers）" .venv/bin/python -c "from importlinter.cli import lint_imports_command as run; run()" \
    --no-logo
exit $failed
