"""What a program needs to be trained by sweeps of Lightbox.

    cell = lightbox.cell()
    for epoch in cell.epochs():
        ...
        cell.log(epoch, loss=0.5, dice=0.8)
        cell.checkpoint(epoch, lambda path: torch.save(model.state_dict(), path))
        if cell.should_stop():
            cell.pause()
    for image in cell.to_predict:
        cell.predict(image, probabilities)

Outside of a sweep `lightbox.cell()` raises NotInSweep; `lightbox.cell("cell.json")` reads any file of the
protocol, whose version this package knows.
"""

from ._array import read_array, write_array
from ._cell import PROTOCOL, Cell, Image, NotInSweep, ProtocolError, cell

__all__ = [
    "PROTOCOL",
    "Cell",
    "Image",
    "NotInSweep",
    "ProtocolError",
    "cell",
    "read_array",
    "write_array",
]
__version__ = "1.0.0"
