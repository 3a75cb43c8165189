#!/bin/sh
# Writes, or with --check compares, the reports of a store in a folder: for each experiment the
# report that its file names, as Markdown with figures, as a page and for LaTeX, the papers' tables
# also with the published figures; the quick Montgomery runs as the paper's table; and the ranking
# of all runs.
# Usage: reports.sh LIGHTBOX STORE FOLDER [--check]
set -eu
lightbox=$1 store=$2 folder=$3 check=${4:-}

report() { # report FILE ARGUMENTS...
    file=$folder/$1
    shift
    # shellcheck disable=SC2086
    "$lightbox" report "$@" --store "$store" --output "$file" $check
}

names() { # names CONDITION
    "$lightbox" query --store "$store" --format csv \
        "SELECT name FROM experiment WHERE $1 ORDER BY name" | tr -d '\r' | tail -n +2
}

for name in $(names "report GLOB 'p[12]-table*'"); do
    for format in md html tex; do
        report "$name.$format" --experiment "$name" --metrics both
    done
done
for name in $(names "report <> '' AND report NOT GLOB 'p[12]-table*'"); do
    for format in md html tex; do report "$name.$format" --experiment "$name"; done
done
for name in $(names "name = 'mcx-quick'"); do
    report "$name-p1-table1.md" p1-table1 --experiment "$name" --metrics both --no-figures
done
report leaderboard.md leaderboard
