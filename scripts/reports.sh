#!/bin/sh
# Writes, or with --check compares, the reports of a store under results/: for each experiment the
# report that its file names, and for the real Montgomery runs the paper's table with its figures.
# Usage: reports.sh LIGHTBOX STORE [--check]
set -eu
lightbox=$1 store=$2 check=${3:-}

report() { # report FILE ARGUMENTS...
    file=results/$1
    shift
    # shellcheck disable=SC2086
    "$lightbox" report "$@" --store "$store" --output "$file" $check
}

names=$("$lightbox" query --store "$store" --format csv \
    "SELECT name FROM experiment WHERE report <> '' ORDER BY name" | tr -d '\r' | tail -n +2)
for name in $names; do
    report "$name.md" "$name"
    if [ "$name" = mcx-quick ]; then
        report mcx-quick-p1-table1.md p1-table1 --experiment mcx-quick --metrics both --no-figures
        report mcx-quick-p1-table1.tex p1-table1 --experiment mcx-quick --metrics both --no-figures
        report mcx-quick.html mcx-quick
    fi
done
