#!/bin/sh
# Carries out the recipes of CONTRIBUTING.md in a copy of the working tree, as `make test-recipes` does.
# Usage: run.sh [FLAG …]      (flags of swift build; the tests have been built with them)
#
# A build knows files by their whole paths. Where this machine lets a process have mounts of its own, the
# copy is shown at the place of the original, and only what the recipes change is compiled; elsewhere the
# copy is compiled from the start.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

echo "test-recipes: copying the working tree" >&2
copy="$work/tree"
mkdir "$copy"
cd "$root"
# Files that git lists and that are there: not those that were removed, nor what it ignores.
git ls-files -z --cached --others --exclude-standard |
    xargs -0 sh -c 'for file; do [ ! -f "$file" ] || printf "%s\0" "$file"; done' sh >"$work/files"
# The times of files have to be whole, or all is compiled again: pax, not the default format.
tar -c --format=pax --null --files-from="$work/files" | tar -x -C "$copy"
[ ! -d .git ] || cp -a .git "$copy/"

as_root=""
[ "$(id -u)" = 0 ] || as_root=-r
if unshare $as_root -m true 2>/dev/null; then
    tar -c --format=pax --exclude='.build/*/release' .build | tar -x -C "$copy"
    unshare $as_root -m sh -c 'mount --bind "$1" "$2" && shift && cd "$1" && shift && exec sh "$@"' \
        sh "$copy" "$root" scripts/recipes/inside.sh "$@"
else
    (cd "$copy" && sh scripts/recipes/inside.sh "$@")
fi
