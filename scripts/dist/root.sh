#!/bin/sh
# Makes a bare Debian 12 root in FOLDER, unless one is there, from the mirror that this machine uses.
# Usage: root.sh FOLDER
set -eu
cd "$(dirname "$0")/../.."
[ ! -x "$1/usr/bin/apt-get" ] || exit 0
sh scripts/install-packages.sh debootstrap
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' |
    head -n 1)
mkdir -p "$1"
log=$(mktemp)
debootstrap --variant=minbase bookworm "$1" ${mirror:+"$mirror"} >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    exit 1
}
rm "$log"
