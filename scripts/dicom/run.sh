#!/bin/sh
# Compares decoded DICOM files with pydicom and pylibjpeg, pixel by pixel: drawn ones of every kind and
# size, and those given. Usage: run.sh IMAGEBENCH [FILE OR FOLDER ...]
# The Python packages come from PyPI, into .venv-dicom.
set -eu
imagebench=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
drawn=$(mktemp -d)
trap 'rm -rf "$drawn"' EXIT

venv=$root/.venv-dicom
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    numpy pillow pydicom pylibjpeg pylibjpeg-libjpeg pylibjpeg-openjpeg pylibjpeg-rle \
    python-gdcm pyjpegls

number=0
for size in "33 38" "64 64" "101 78" "128 250"; do
    number=$((number + 1))
    # shellcheck disable=SC2086
    "$venv/bin/python" -W ignore "$root/Tests/ImagingTests/Fixtures/make-formats.py" \
        "$drawn/$number" "$number" $size
done
"$venv/bin/python" -W ignore "$here/compare.py" "$imagebench" "$drawn"/*/dicom "$@"
