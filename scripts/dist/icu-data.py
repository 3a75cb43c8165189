#!/usr/bin/env python3
"""Writes the part of ICU's data that Lightbox needs, as assembler for the linker.

Foundation carries the names, formats and sorting rules of every language, 34 MB that are most of a
program with its runtime linked in. Lightbox speaks English. Left out are other languages, converters
of old encodings, transliteration, names of characters and dictionaries for line breaks.

usage: icu-data.py LIB_FOUNDATIONICU.a FOLDER    writes FOLDER/icu-data.S and .dat, prints the symbol
"""

import re
import struct
import subprocess
import sys
from pathlib import Path

MEMBER = "icu_packaged_data.cpp.o"
KEPT_LOCALES = {"root", "en", "en_US", "en_001", "en_US_POSIX"}
LOCALE = re.compile(r"[a-z]{2,3}(_[A-Za-z0-9]+)*")


def is_needed(name):
    """Whether an item of the data is kept; `name` begins with that of the package."""
    folder, _, file = name.partition("/")[2].rpartition("/")
    stem, _, ending = file.rpartition(".")
    if folder == "translit" or ending in ("cnv", "dict") or file == "unames.icu":
        return False
    if folder == "brkitr" and "_" in stem and ending == "res" and "lstm" in stem:
        return False
    return not (ending == "res" and LOCALE.fullmatch(stem)) or stem in KEPT_LOCALES


def trimmed(data):
    """The package `data` with the needed items alone: header, table of contents, names, items."""
    (header,) = struct.unpack_from("<H", data)
    if data[2:4] != b"\xda\x27" or data[12:16] != b"CmnD":
        sys.exit("icu-data: this is no package of ICU data")
    (count,) = struct.unpack_from("<I", data, header)
    entries = [struct.unpack_from("<II", data, header + 4 + 8 * i) for i in range(count)]
    ends = [start for _, start in entries[1:]] + [len(data) - header]
    items = []
    for (name, start), end in zip(entries, ends):
        text = data[header + name : data.index(b"\0", header + name)]
        if is_needed(text.decode()):
            items.append((text, data[header + start : header + end]))
    names = b"".join(text + b"\0" for text, _ in items)
    offset = 4 + 8 * len(items)
    position = -(-(offset + len(names)) // 16) * 16
    table, content = struct.pack("<I", len(items)), b""
    for text, item in items:
        table += struct.pack("<II", offset, position + len(content))
        offset += len(text) + 1
        content += item + b"\0" * (-len(item) % 16)
    return data[:header] + (table + names).ljust(position, b"\0") + content


def main(library, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["ar", "x", str(Path(library).resolve()), MEMBER], cwd=folder, check=True)
    listing = subprocess.run(
        ["nm", MEMBER], cwd=folder, check=True, capture_output=True, text=True).stdout
    symbol = re.search(r"R (icudt\d+_dat)$", listing, re.MULTILINE).group(1)
    subprocess.run(
        ["objcopy", "-O", "binary", "-j", ".rodata", MEMBER, "all.dat"], cwd=folder, check=True)
    data = (folder / "all.dat").read_bytes()
    (folder / "icu-data.dat").write_bytes(trimmed(data))
    # The linker takes what is called __wrap_NAME for NAME when it is told --wrap=NAME.
    (folder / "icu-data.S").write_text(
        f""".section .rodata.{symbol}, "a", %progbits
.balign 16
.globl __wrap_{symbol}
.type __wrap_{symbol}, %object
__wrap_{symbol}:
.incbin "{folder.resolve()}/icu-data.dat"
.size __wrap_{symbol}, . - __wrap_{symbol}
.section .note.GNU-stack, "", %progbits
""")
    for name in (MEMBER, "all.dat"):
        (folder / name).unlink()
    print(symbol)


if __name__ == "__main__":
    main(*sys.argv[1:])
