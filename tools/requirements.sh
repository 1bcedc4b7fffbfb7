#!/bin/sh
# Compiles requirements.in and requirements-dev.in into files with hashes that hold on every platform.
# The answer must not depend on who runs it: private package sources in the settings are left out of it.
set -eu
unset UV_INDEX UV_INDEX_URL UV_EXTRA_INDEX_URL UV_DEFAULT_INDEX UV_FIND_LINKS UV_CONFIG_FILE || true

if ! .venv/bin/python -m uv --version >/dev/null 2>&1; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
fi

compile() {
    .venv/bin/python -m uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@" >/dev/null
    echo "$3"
}

compile requirements.in -o requirements.txt
compile requirements-dev.in -o requirements-dev.txt --constraint requirements.txt
