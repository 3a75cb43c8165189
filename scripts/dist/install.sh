#!/bin/sh
# Installs the folder that this script lies in, or takes away again what it installed.
# Usage: install.sh [PREFIX]              PREFIX is /usr/local unless named; DESTDIR goes before it
#        install.sh --uninstall [PREFIX]
#
# Files that are there already and were not installed by this script are never written over. What was
# installed is listed in share/lightbox/installed; --uninstall removes that and nothing else.
set -eu
action=install
if [ "${1:-}" = --uninstall ]; then
    action=uninstall
    shift
fi
case ${1:-} in -*) echo "install: unknown option '$1'; expected --uninstall or a folder" >&2; exit 64 ;; esac
prefix=${DESTDIR:-}${1:-/usr/local}
tree=${LIGHTBOX_TREE:-$(cd "$(dirname "$0")" && pwd)}
list=$prefix/share/lightbox/installed

# Files of the list, and folders that were made for them, each with / behind its name.
listed() { [ ! -f "$list" ] || grep "$1" "$list" || true; }

remove_listed() {
    listed '[^/]$' | while IFS= read -r file; do rm -f "$prefix/$file"; done
    folders=$(listed '/$' | LC_ALL=C sort -r)
    rm -f "$list"
    printf '%s\n' "$folders" | while IFS= read -r folder; do
        [ -z "$folder" ] || rmdir "$prefix/${folder#./}" 2>/dev/null || true
    done
}

if [ "$action" = uninstall ]; then
    [ -f "$list" ] || { echo "install: nothing of Lightbox is listed in $list" >&2; exit 1; }
    remove_listed
    echo "removed from $prefix"
    exit 0
fi

[ -x "$tree/bin/lightbox" ] || { echo "install: $tree has no bin/lightbox" >&2; exit 1; }
files=$(cd "$tree" && find bin share -type f | LC_ALL=C sort)
printf '%s\n' "$files" | while IFS= read -r file; do
    if [ -e "$prefix/$file" ] || [ -L "$prefix/$file" ]; then
        listed '[^/]$' | grep -qxF "$file" || {
            echo "install: '$prefix/$file' is there and not Lightbox's; move it away first" >&2
            exit 73
        }
    fi
done

remove_listed
mkdir -p "$(dirname "$prefix")"
made=$(mktemp)
trap 'rm -f "$made"' EXIT
# Makes a folder below the prefix, and remembers it where it was not there.
make_folder() {
    [ "$1" != . ] || { [ -d "$prefix" ] || { mkdir "$prefix"; echo ./ >>"$made"; }; return 0; }
    [ -d "$prefix/$1" ] && return 0
    make_folder "$(dirname "$1")"
    mkdir "$prefix/$1"
    echo "$1/" >>"$made"
}
make_folder share/lightbox
: >"$list"
# Also what was begun can be taken away.
trap 'cat "$made" >>"$list"; rm -f "$made"' EXIT
printf '%s\n' "$files" | while IFS= read -r file; do
    make_folder "$(dirname "$file")"
    # Beside its place and then in it: a program that runs is not written into.
    cp "$tree/$file" "$prefix/$file.new"
    mode=644
    [ "${file#bin/}" = "$file" ] || mode=755
    chmod "$mode" "$prefix/$file.new"
    mv -f "$prefix/$file.new" "$prefix/$file"
    echo "$file" >>"$list"
done
echo "installed in $prefix; '$prefix/bin/lightbox --version' tells which"
