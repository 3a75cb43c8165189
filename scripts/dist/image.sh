#!/bin/sh
# Builds the image of Dockerfile without a daemon, with buildah, and trains in it as a user without rights.
# Usage: image.sh DIST [ROOT]      as root; a bare Debian root stands for the registry's slim image
set -eu
cd "$(dirname "$0")/../.."
dist=$(cd "$1" && pwd)
[ "$(id -u)" = 0 ] || { echo "test-image: run this as root" >&2; exit 1; }
sh scripts/install-packages.sh buildah
work=$(mktemp -d)
root=${2:-$work/root}
export BUILDAH_ISOLATION=chroot
run() { buildah --root "$work/store" --runroot "$work/run" --storage-driver vfs "$@"; }
trap 'rm -rf --one-file-system "$work"' EXIT

sh scripts/dist/root.sh "$root"
mkdir -p "$work/base" "$work/context/dist"
tar -C "$root" --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' \
    --exclude='./proc/*' --exclude='./dev/*' -cf "$work/base/root.tar" .
printf 'FROM scratch\nADD root.tar /\n' >"$work/base/Dockerfile"
run bud -q -t localhost/base "$work/base" >"$work/log" 2>&1 || { tail "$work/log" >&2; exit 1; }
cp Dockerfile .dockerignore "$work/context"
cp "$dist"/*.deb "$work/context/dist"
run bud --network host --build-arg PACKAGE=local --build-arg RUN_IMAGE=localhost/base --pull-never \
    -t localhost/lightbox "$work/context" >"$work/log" 2>&1 || { tail "$work/log" >&2; exit 1; }

container=$(run from --pull-never localhost/lightbox)
inside() { run run --user lightbox "$container" -- sh -euc "$*"; }
inside 'test "$(id -u)" = 1000 && lightbox --version'
inside 'cd "$HOME" && lightbox data phantom data --count 16 --size 32 >/dev/null && lightbox init &&
    lightbox sweep experiments/first.yaml --quiet --set epochs=1 --set image=32 --set width=2'
size=$(run images --format '{{.Size}}' localhost/lightbox)
bare=$(run images --format '{{.Size}}' localhost/base)
echo "test-image: passed; $size, of which the bare Debian $bare"
