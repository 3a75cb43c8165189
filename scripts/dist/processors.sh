#!/bin/sh
# Trains a small network on phantoms at every level of kernels that this machine has, and on an emulated processor
# without AVX (a Core 2 of 2006), with the program of `make dist`.
# Usage: processors.sh DIST
set -eu
cd "$(dirname "$0")/../.."
. scripts/dist/common.sh
lightbox=$(cd "$1" && pwd)/$name/bin/lightbox
emulator=
if [ "$(uname -m)" = x86_64 ] && sh scripts/install-packages.sh qemu-user-static; then
    emulator=$(command -v qemu-x86_64-static || true)
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset LIGHTBOX_DATA LIGHTBOX_STORE LIGHTBOX_CPU
"$lightbox" data phantom data --count 12 --size 32 >/dev/null
"$lightbox" init e.yaml >/dev/null

# train NAME COMMAND...: one cell, in this one process, and what it came to.
train() {
    label=$1
    shift
    "$@" sweep e.yaml --store "$label/s.db" --jobs 1 --threads 1 --quiet --set loss=kltv --set epochs=2 --set width=2 \
        --set image=32 >/dev/null
    "$lightbox" query --store "$label/s.db" --format csv \
        "SELECT loss, round(test_dice, 4) FROM run_overview ORDER BY loss" | tail -n +2 | tr -d '\r' >"$label.csv"
    [ "$(wc -l <"$label.csv")" = 1 ] || { echo "processors: $label trained too little" >&2; exit 1; }
    echo "processors: $label: $(tr '\n' ' ' <"$label.csv")"
}
for level in portable avx2 avx512; do
    # A level that the machine has not is lowered to one that it has.
    train "$level" env LIGHTBOX_CPU=$level "$lightbox"
done
if [ -n "$emulator" ]; then
    "$emulator" -cpu core2duo "$lightbox" doctor | grep -E '^Kernels +portable$'
    train core2duo "$emulator" -cpu core2duo "$lightbox"
else
    echo "processors: no qemu-x86_64-static here; no old processor was tried" >&2
fi
