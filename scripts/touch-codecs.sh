#!/bin/sh
# Has the codecs compiled again where a header of theirs is newer than what was compiled without it.
set -eu
cd "$(dirname "$0")/.."

for pair in jpeg:jpeglib.h jpeg2000:openjpeg-2.5/openjpeg.h; do
    source=Sources/CImageCodecs/${pair%%:*}.c
    header=/usr/include/${pair#*:}
    for object in .build/*/*/CImageCodecs.build/"${pair%%:*}".c.o; do
        [ -f "$object" ] && [ -f "$header" ] || continue
        # The time of the header's package, not that of its content.
        [ -n "$(find "$header" -cnewer "$object")" ] && touch "$source" && break
    done
done
exit 0
