#!/bin/sh
# Installs tarball and package in a bare Debian root without Swift, uses them as a newcomer would,
# removes them, and looks for what is left.
# Usage: test.sh DIST [ROOT]      as root; ROOT is a bare root that is used again instead of a new one
set -eu
cd "$(dirname "$0")/../.."
. scripts/dist/common.sh
dist=$(cd "$1" && pwd)
[ "$(id -u)" = 0 ] || { echo "test-dist: run this as root: it makes a root of its own" >&2; exit 1; }
if [ "${INSIDE_NAMESPACE:-}" = "" ]; then
    # Mounts end with this process.
    exec env INSIDE_NAMESPACE=1 unshare -m sh "scripts/dist/test.sh" "$@"
fi

work=$(mktemp -d)
root=${2:-$work/root}
finish() {
    status=$?
    umount "$root/proc" "$root/dev" 2>/dev/null || true
    rm -rf --one-file-system "$work"
    [ "$status" = 0 ] || echo "test-dist: FAILED" >&2
}
trap finish EXIT
second() { date +%s; }
inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"
}
# A user without rights, at home.
as_reader() {
    inside setpriv --reuid=reader --regid=reader --clear-groups \
        env HOME=/home/reader PATH=/usr/local/bin:/usr/bin:/bin sh -euc "cd && $*"
}

sh scripts/dist/root.sh "$root"
for file in /etc/resolv.conf /etc/apt/apt.conf.d/*proxy*; do
    [ ! -f "$file" ] || cp -L "$file" "$root$file"
done
mkdir -p "$root/proc" "$root/dev"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
inside apt-get update -qq
inside id reader >/dev/null 2>&1 || inside useradd -m reader
! inside sh -c 'command -v swift' >/dev/null || { echo "test-dist: the root has Swift" >&2; exit 1; }

# Every file and folder but those of apt and of the user.
listing() {
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./tmp -o -path ./home \
        -o -path ./var/cache -o -path ./var/lib/apt -o -path ./var/lib/dpkg -o -path ./var/log \
        -o -path ./var/lib/systemd -o -path ./run \) -prune -o -print | LC_ALL=C sort)
}
# What a newcomer does; prints the times.
use() {
    as_reader 'rm -rf try && mkdir try && cd try && lightbox --version'
    as_reader 'cd try && lightbox | grep -q "Nothing is here yet"'
    start=$(second)
    as_reader 'cd try && lightbox data phantom data --count 24 --size 64 >/dev/null && lightbox init'
    as_reader 'cd try && lightbox sweep experiments/first.yaml --set epochs=4 --set image=64 \
        --set width=4'
    as_reader 'cd try && lightbox report --experiment first --output results/first.md --check'
    as_reader 'cd try && lightbox query "SELECT loss, test_dice FROM run_overview" &&
        lightbox check >/dev/null'
    as_reader 'cd try && lightbox predict --run 1 --output mask.png \
        --image data/MontgomerySet/CXR_png/MCUCXR_0001_0.png >/dev/null && test -s mask.png'
    echo "test-dist: phantoms, sweep, report, query, prediction: $(($(second) - start)) s"
}
# The folder's completions and pages are where shells and man look.
look() {
    for file in "$1/share/bash-completion/completions/lightbox" "$1/share/man/man1/lightbox.1.gz" \
        "$1/share/man/man1/lightbox-sweep.1.gz" "$1/share/fish/vendor_completions.d/lightbox.fish" \
        "$1/share/doc/lightbox/sbom.cdx.json"; do
        [ -s "$root$file" ] || { echo "test-dist: $file is missing" >&2; exit 1; }
    done
    inside bash -n "$1/share/bash-completion/completions/lightbox"
}
compare() {
    listing >"$work/after"
    diff "$1" "$work/after" >"$work/left" || {
        head -n 20 "$work/left" >&2
        echo "test-dist: the $2 left or lost files" >&2
        exit 1
    }
    echo "test-dist: the $2 is removed without a trace"
}

deb=$(echo "$dist"/lightbox_"$version"_*.deb)
tarball=$dist/$name.tar.gz
(cd "$dist" && sha256sum --check --quiet "$name.sha256" "$(basename "$deb").sha256")
listing >"$work/bare"

echo "test-dist: package, $(($(stat -c %s "$deb") / 1000000)) MB"
cp "$deb" "$root/tmp/lightbox.deb"
start=$(second)
inside apt-get install -y -qq --no-install-recommends /tmp/lightbox.deb >"$work/apt.log" 2>&1 || {
    tail "$work/apt.log" >&2
    exit 1
}
echo "test-dist: installed with what it depends on in $(($(second) - start)) s"
look /usr
use
depends=$(inside dpkg-query -W -f '${Depends}\n' lightbox)
inside apt-get purge -y -qq lightbox >/dev/null 2>&1
inside apt-get autoremove --purge -y -qq >/dev/null 2>&1
compare "$work/bare" "package"

echo "test-dist: tarball, $(($(stat -c %s "$tarball") / 1000000)) MB; it needs $depends"
packages=$(printf '%s\n' "$depends" | tr ',' '\n' | sed -e 's/^ *//' -e 's/[ (|].*//')
# shellcheck disable=SC2086
inside apt-get install -y -qq --no-install-recommends $packages >/dev/null 2>&1
listing >"$work/with-libraries"
start=$(second)
tar -C "$root/tmp" -xzf "$tarball"
inside "/tmp/$name/install.sh"
echo "test-dist: installed in $(($(second) - start)) s"
look /usr/local
use
inside "/tmp/$name/install.sh" --uninstall
compare "$work/with-libraries" "tarball"
rm -rf "$root/tmp/$name" "$root/tmp/lightbox.deb"
echo "test-dist: passed"
