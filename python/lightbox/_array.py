"""Arrays in files of NumPy's format, with and without NumPy."""

from __future__ import annotations

import ast
import os
import struct
from typing import Any, Sequence

try:
    import numpy
except ImportError:  # pragma: no cover - both ways are tested in processes of their own
    numpy = None  # type: ignore[assignment]

MAGIC = b"\x93NUMPY"
CODES = {"|u1": "B", "|b1": "?", "<f4": "f", "<f8": "d", "<i8": "q"}


def read_array(path: str) -> Any:
    """The array in the file: a read-only memory map of NumPy's, or nested lists without NumPy."""
    if numpy is not None:
        return numpy.load(path, mmap_mode="r")
    with open(path, "rb") as file:
        if file.read(6) != MAGIC:
            raise ValueError(f"{path} is no .npy file")
        major = file.read(2)[0]
        length = struct.unpack("<H" if major == 1 else "<I", file.read(2 if major == 1 else 4))[0]
        header = ast.literal_eval(file.read(length).decode("latin1"))
        shape = header["shape"]
        count = 1
        for extent in shape:
            count *= extent
        code = CODES[header["descr"]]
        flat = struct.unpack(f"<{count}{code}", file.read())
    return _nested(flat, shape)


def _nested(flat: Sequence[Any], shape: Sequence[int]) -> Any:
    if len(shape) <= 1:
        return list(flat)
    size = len(flat) // shape[0] if shape[0] else 0
    return [_nested(flat[i * size : (i + 1) * size], shape[1:]) for i in range(shape[0])]


def write_array(path: str, values: Any) -> None:
    """Writes values as an array: anything NumPy takes, or nested lists of numbers without NumPy.

    Real numbers are kept as float32, whole ones and flags as uint8. The file is there whole or not at all.

    Raises `ValueError` for whole numbers that a uint8 does not hold.
    """
    partial = f"{path}.partial"
    if numpy is not None:
        array = numpy.asarray(values)
        if array.dtype.kind not in "fiub":
            raise ValueError(f"the values are of kind {array.dtype}; expected numbers or flags")
        kind = numpy.float32 if array.dtype.kind == "f" else numpy.uint8
        if array.dtype.kind in "iu" and array.size:
            _check_whole(int(array.min()), int(array.max()))
        with open(partial, "wb") as file:
            numpy.save(file, numpy.ascontiguousarray(array, dtype=kind))
    else:
        shape: list[int] = []
        level = values
        while isinstance(level, (list, tuple)):
            shape.append(len(level))
            level = level[0] if level else 0
        flat = list(_flat(values))
        kind, code = ("<f4", "f") if any(isinstance(v, float) for v in flat) else ("|u1", "B")
        if code == "B" and flat:
            _check_whole(min(flat), max(flat))
        extents = "".join(f"{extent}, " for extent in shape)
        header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({extents}), }}"
        header += " " * (-(len(header) + 11) % 64) + "\n"
        with open(partial, "wb") as file:
            file.write(MAGIC + b"\x01\x00" + struct.pack("<H", len(header)) + header.encode())
            file.write(struct.pack(f"<{len(flat)}{code}", *flat))
    os.replace(partial, path)


def _check_whole(least: int, most: int) -> None:
    if least < 0 or most > 255:
        found = least if least < 0 else most
        raise ValueError(
            f"the values have the whole number {found}; expected 0 and 1, or numbers of structures "
            "up to 255 (for a mask of 0 and 255: mask > 0)"
        )


def _flat(values: Any) -> Any:
    if isinstance(values, (list, tuple)):
        for value in values:
            yield from _flat(value)
    else:
        yield values
