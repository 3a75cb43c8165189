#!/bin/sh
# Makes a Debian package from the folder that `make dist` made; its dependencies are those that
# dpkg-shlibdeps finds.
# Usage: deb.sh OUTPUT
set -eu
cd "$(dirname "$0")/../.."
. scripts/dist/common.sh
sh scripts/install-packages.sh dpkg-dev
output=$(cd "$1" && pwd)
tree=$output/$name
[ -d "$tree" ] || { echo "deb: $tree is missing; run 'make dist' first" >&2; exit 1; }
architecture=$(dpkg --print-architecture)
package=lightbox_${version}_$architecture.deb
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
root=$work/root
mkdir -p "$root/usr" "$root/DEBIAN" "$work/debian"
chmod 755 "$root"
cp -a "$tree/bin" "$tree/share" "$root/usr"
share=$root/usr/share
mkdir -p "$share/zsh/vendor-completions"
mv "$share/zsh/site-functions/_lightbox" "$share/zsh/vendor-completions"
rmdir "$share/zsh/site-functions"
doc=$share/doc/lightbox
rm "$doc/LICENSE"
mv "$doc/CHANGELOG.md" "$doc/NEWS.md"
gzip -9n "$doc/NEWS.md"
{
    echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
    echo "Upstream-Name: lightbox"
    echo
    echo "Files: *"
    echo "Copyright: 2026 the contributors of Lightbox"
    echo "License: Apache-2.0"
    echo " On Debian systems the text is in /usr/share/common-licenses/Apache-2.0."
    echo " What is linked in has licences of its own, in /usr/share/doc/lightbox/licences;"
    echo " sbom.cdx.json lists it."
} >"$doc/copyright"
{
    echo "lightbox ($version) unstable; urgency=medium"
    echo
    echo "  * Release $version; NEWS.md says what changed."
    echo
    echo " -- Lightbox contributors <lightbox@localhost.invalid>  $(date -uR -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$doc/changelog.gz"

printf 'Source: lightbox\n\nPackage: lightbox\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info root/usr/bin/lightbox 2>/dev/null |
    sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { echo "deb: dpkg-shlibdeps found no dependency" >&2; exit 1; }
cat >"$root/DEBIAN/control" <<CONTROL
Package: lightbox
Version: $version
Architecture: $architecture
Maintainer: Lightbox contributors <lightbox@localhost.invalid>
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: $depends
Suggests: sqlite3, bash-completion
Section: science
Priority: optional
Description: experiment tracking for medical-image learning on the CPU
 Sweeps over data sets, networks, losses and label fractions, trained with an
 engine of its own; every metric in one SQLite file; tables for papers; SQL.
CONTROL
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs -d '\n' md5sum) >"$root/DEBIAN/md5sums"
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "$output/$package" >&2
(cd "$output" && sha256sum "$package" >"$package.sha256")
ls -l "$output/$package" >&2
