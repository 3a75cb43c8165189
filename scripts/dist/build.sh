#!/bin/sh
# Builds the program with the Swift runtime linked in, and the part of ICU's data that it needs.
# Usage: build.sh SCRATCH      prints the program's path
set -eu
cd "$(dirname "$0")/../.."
scratch=$(mkdir -p "$1" && cd "$1" && pwd)

toolchain=$(swiftc -print-target-info -static-stdlib |
    sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p' | tr -d '\\')
icu=$toolchain/linux/lib_FoundationICU.a
[ -f "$icu" ] || {
    echo "dist: this toolchain has no static Swift runtime for Linux ($icu)" >&2
    exit 1
}
runtime=$scratch/runtime
if [ ! "$runtime/icu-data.o" -nt "$icu" ] || [ ! "$runtime/icu-data.o" -nt scripts/dist/icu-data.py ]; then
    python3 scripts/dist/icu-data.py "$icu" "$runtime" >"$runtime.symbol"
    "$(dirname "$(readlink -f "$(command -v swiftc)")")/clang" -c "$runtime/icu-data.S" -o "$runtime/icu-data.o"
fi
# Package.swift links the runtime into every release on Linux. The map tells which libraries are linked in.
swift build -c release --product lightbox --scratch-path "$scratch" \
    --explicit-target-dependency-import-check error -Xswiftc -DDISTRIBUTION \
    -Xlinker "--wrap=$(cat "$runtime.symbol")" -Xlinker "$runtime/icu-data.o" \
    -Xlinker "-Map=$scratch/lightbox.map" >&2
printf '%s\n' "$scratch/release/lightbox"
