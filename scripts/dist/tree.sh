#!/bin/sh
# Makes the folder that the tarball, the package and `make install` hold: everything below a prefix.
# Usage: tree.sh SCRATCH OUTPUT      prints the folder
set -eu
cd "$(dirname "$0")/../.."
. scripts/dist/common.sh
scratch=$1
program=$(sh scripts/dist/build.sh "$scratch")
mkdir -p "$2"
tree=$(cd "$2" && pwd)/$name
rm -rf "$tree"
umask 022

mkdir -p "$tree/bin"
strip -o "$tree/bin/lightbox" "$program"
chmod 755 "$tree/bin/lightbox"
lightbox=$tree/bin/lightbox

for shell in bash:bash-completion/completions/lightbox zsh:zsh/site-functions/_lightbox \
    fish:fish/vendor_completions.d/lightbox.fish; do
    file=$tree/share/${shell#*:}
    mkdir -p "$(dirname "$file")"
    # Shells read it, nothing runs it.
    "$lightbox" --generate-completion-script "${shell%%:*}" | sed '1{/^#!/d;}' >"$file"
done

"$lightbox" --experimental-dump-help |
    python3 scripts/dist/manual.py "$tree/share/man/man1" "$version" "$day"
gzip -9n "$tree"/share/man/man1/*.1

doc=$tree/share/doc/lightbox
mkdir -p "$doc/experiments"
cp LICENSE CHANGELOG.md docs/installing.md "$doc"
cp experiments/demo.yaml "$doc/experiments"
toolchain=$(dirname "$(readlink -f "$(command -v swiftc)")")/..
python3 scripts/dist/sbom.py "$lightbox" "$version" "$SOURCE_DATE_EPOCH" \
    scripts/dist/components.json Package.resolved "$scratch" "$toolchain" \
    "$scratch/lightbox.map" "$doc"
cp scripts/dist/install.sh "$tree"
chmod 755 "$tree/install.sh"
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
printf '%s\n' "$tree"
