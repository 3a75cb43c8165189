#!/bin/sh
# Makes the tarball of a release and its SHA-256.
# Usage: dist.sh SCRATCH OUTPUT
set -eu
cd "$(dirname "$0")/../.."
. scripts/dist/common.sh
tree=$(sh scripts/dist/tree.sh "$1" "$2")
cd "$2"
tar --sort=name --format=gnu --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    -cf - "$name" | gzip -9n >"$name.tar.gz"
cp "$tree/share/doc/lightbox/sbom.cdx.json" "$name.cdx.json"
sha256sum "$name.tar.gz" "$name.cdx.json" >"$name.sha256"
ls -l "$name.tar.gz" "$tree/bin/lightbox" >&2
