#!/bin/sh
# Compares tests, intervals and figures of probabilities on a store's rows with SciPy, statsmodels
# and scikit-learn (from PyPI, into .venv-statistics). Usage: run.sh STATISTICSBENCH STORE
set -eu
bench=$1 store=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=$root/.venv-statistics
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

[ -x "$folder/bin/python" ] || python3 -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
    numpy scipy statsmodels scikit-learn
"$bench" figures --store "$store" >"$out/figures.json"
"$folder/bin/python" "$here/check.py" "$out/figures.json"
