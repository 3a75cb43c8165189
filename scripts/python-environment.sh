#!/bin/sh
# Makes a Python virtual environment (first argument) with the named packages, unless it has them.
# Exit status 1, and one sentence, where that is not possible.
set -u

folder=$1
shift
if [ ! -x "$folder/bin/python" ] && ! python3 -m venv "$folder" >/dev/null 2>&1; then
    echo "lightbox: python3 with its venv module is missing; the comparison is skipped" >&2
    exit 1
fi
for package in "$@"; do
    "$folder/bin/python" -m pip show -q "$package" >/dev/null 2>&1 && continue
    if ! "$folder/bin/python" -m pip install -q "$package"; then
        echo "lightbox: $package cannot be installed from PyPI; the comparison is skipped" >&2
        exit 1
    fi
done
