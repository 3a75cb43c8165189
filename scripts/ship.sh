#!/bin/sh
# Makes the small store that is shipped with its reports, from one store or the union of several.
# Usage: ship.sh LIGHTBOX COPY STORE...
set -eu
lightbox=$1 copy=$2
shift 2
if [ $# -eq 1 ]; then
    "$lightbox" ship "$copy" --store "$1" --replace
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    "$lightbox" merge "$@" --store "$work/union.db"
    "$lightbox" ship "$copy" --store "$work/union.db" --replace
fi
