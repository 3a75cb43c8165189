#!/bin/sh
# Installs those of the named Debian packages that are missing; touches nothing where all are there.
set -eu

missing=""
for package in "$@"; do
    status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
    case $status in
        *"install ok installed"*) ;;
        *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    # Not Debian: the libraries may be there under other names; the build will tell.
    echo "lightbox: no apt-get here; install the equivalents of:$missing" >&2
    exit 0
fi

if [ "$(id -u)" = 0 ]; then
    run=""
elif command -v sudo >/dev/null 2>&1; then
    run="sudo"
else
    echo "lightbox: these packages are missing and neither root nor sudo is at hand;" \
        "ask an administrator to run: apt-get install$missing" >&2
    exit 1
fi

echo "lightbox: installing$missing" >&2
$run apt-get update -qq
# shellcheck disable=SC2086
$run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
