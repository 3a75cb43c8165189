"""A cell of a sweep, as the program that trains it sees it."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping, NoReturn, Optional, Sequence, Union

from ._array import read_array, write_array

PROTOCOL = 1
"""The version of the protocol that this package speaks."""


class NotInSweep(RuntimeError):
    """The program was started by hand, so there is no cell."""


class ProtocolError(RuntimeError):
    """What the program wants to say, or was told, is not what the protocol allows."""


@dataclass(frozen=True)
class Image:
    """One image of the data set."""

    id: str
    """Its name, unique in the data set."""
    index: int
    """Its place in `cell.images` and `cell.masks`."""
    split: Optional[str]
    """`train`, `validation` or `test`."""
    labelled: bool
    """Whether it trains with its mask and class."""
    has_mask: bool
    """Whether `cell.masks` shows its mask; False too where it is withheld."""
    class_index: Optional[int]
    """Its class, an index into `cell.classes`; None where it is unknown or withheld."""
    patient: Optional[str]
    """Whose image it is, where the data set says so."""
    file: Optional[str]
    """The original file; None for images made in memory."""
    mask_files: tuple[str, ...]
    """The original files of its masks, where they may be seen."""
    width: int
    """Columns of the original file."""
    height: int
    """Rows of the original file."""
    prediction: str
    """Name of its prediction's file, without ending."""
    inside: Optional[tuple[int, int, int, int]] = None
    """Rows from the first before the second and columns from the third before the fourth that show it; the
    rest of its arrays is padding (`resize: fit`), which is not measured. None where nothing is padded."""


class Cell:
    """What a run is to be, and how its program reports."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        version = document.get("protocol")
        if version != PROTOCOL:
            raise ProtocolError(
                f"the cell speaks version {version} of the protocol; this package knows {PROTOCOL}"
            )
        self.document: Mapping[str, Any] = document
        """Everything that the program was told, as it stands in the file."""
        self.dataset: str = document["dataset"]["name"]
        self.classes: list[str] = list(document["dataset"]["classes"])
        self.structures: list[str] = list(document["dataset"]["structures"])
        self.exclusive: bool = document["dataset"]["exclusive"]
        """Whether a pixel shows one structure at most."""
        self.model: str = document["model"]
        self.loss: str = document["loss"]
        self.labels: float = document["labels"]
        """Percent of the training images that are labelled."""
        self.seed: int = document["seed"]
        self.threads: int = document["threads"]
        """Processors that the program should use."""
        self.train: dict[str, Any] = dict(document["train"])
        """Everything under `train:` of the experiment file, with Lightbox's own settings."""
        self.epoch_count: int = document["epochs"]
        self.known_epochs: int = document["known_epochs"]
        """Epochs that are on record; a checkpoint of a later one is not to be continued."""
        self._pause_after: Optional[int] = document.get("pause_after")
        self._last_epoch = 0
        self.all_images: list[Image] = [_image(fields) for fields in document["images"]]
        self._by_id = {image.id: image for image in self.all_images}
        self._report = open(document["report"], "a", buffering=1, encoding="utf-8")
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._arrays: dict[str, Any] = {}
        self._last_step = 0.0

    # What there is

    @property
    def images(self) -> Any:
        """float32 `[N, C, H, W]`: every image as Lightbox itself would train on it."""
        return self._array("images")

    @property
    def masks(self) -> Any:
        """uint8 `[N, K, H, W]`, each 0 or 1; 255 where the mask is withheld, or there is none."""
        return self._array("masks")

    def _array(self, name: str) -> Any:
        if name not in self._arrays:
            self._arrays[name] = read_array(self.document["arrays"][name])
        return self._arrays[name]

    def _part(self, name: str) -> list[Image]:
        return [image for image in self.all_images if image.split == name]

    @property
    def training(self) -> list[Image]:
        """The training images, labelled or not."""
        return self._part("train")

    @property
    def labelled(self) -> list[Image]:
        """The training images whose masks and classes may be used."""
        return [image for image in self.training if image.labelled]

    @property
    def unlabelled(self) -> list[Image]:
        """The other training images."""
        return [image for image in self.training if not image.labelled]

    @property
    def validation(self) -> list[Image]:
        """The images that choose the best epoch."""
        return self._part("validation")

    @property
    def test(self) -> list[Image]:
        """The images that are only predicted."""
        return self._part("test")

    @property
    def to_predict(self) -> list[Image]:
        """The images of which Lightbox expects a prediction."""
        return self.validation + self.test

    # Epochs

    def epochs(self) -> Iterator[int]:
        """The epochs that are left, from 1: goes on after the checkpoint where there is one."""
        return iter(range(self.resumed_epoch + 1, self.epoch_count + 1))

    @property
    def resumed_epoch(self) -> int:
        """The epoch of the checkpoint to go on from; 0 where training starts anew."""
        try:
            with open(self._mark, encoding="utf-8") as file:
                epoch = int(file.read())
        except (OSError, ValueError):
            return 0
        # A checkpoint that is ahead of the record would leave a gap in the curves.
        if epoch > self.known_epochs or not os.path.exists(self._checkpoint(epoch)):
            return 0
        return epoch

    @property
    def resumed_checkpoint(self) -> Optional[str]:
        """The checkpoint to go on from; None where training starts anew."""
        return self._checkpoint(self.resumed_epoch) if self.resumed_epoch else None

    @property
    def _mark(self) -> str:
        return os.path.join(self.document["checkpoint"], "epoch")

    def _checkpoint(self, epoch: int) -> str:
        return os.path.join(self.document["checkpoint"], f"epoch-{epoch}")

    def checkpoint(self, epoch: int, save: Callable[[str], object]) -> None:
        """Has `save(path)` write what training goes on from after `epoch`; call it after `log`.

        The checkpoint before stays until the new one is whole.
        """
        path = self._checkpoint(epoch)
        save(path + ".partial")
        os.replace(path + ".partial", path)
        with open(self._mark + ".partial", "w", encoding="utf-8") as file:
            file.write(str(epoch))
        os.replace(self._mark + ".partial", self._mark)
        for name in os.listdir(self.document["checkpoint"]):
            if name.startswith("epoch-") and name != os.path.basename(path):
                os.unlink(os.path.join(self.document["checkpoint"], name))

    # Reports

    def _say(self, event: str, **fields: Any) -> None:
        line = json.dumps({"event": event, **fields})
        with self._lock:
            self._report.write(line + "\n")

    def start(self, epoch: int = 1) -> None:
        """Training goes on with that epoch; `log` says so by itself."""
        self._say("start", epoch=epoch)

    def log(
        self,
        epoch: int,
        *,
        train: Optional[Mapping[str, Any]] = None,
        validation: Optional[Mapping[str, Any]] = None,
        learning_rate: Optional[float] = None,
        images_per_second: Optional[float] = None,
        best: bool = False,
        **figures: Any,
    ) -> None:
        """Reports an epoch: `loss` is the training loss, all other figures are of the validation.

        Figures of either part that have other names, or more of them, stand in `train` and
        `validation`.
        """
        self._last_epoch = epoch
        own = {"loss": figures.pop("loss")} if "loss" in figures else {}
        self._say(
            "epoch",
            epoch=epoch,
            train=_numbers({**own, **(train or {})}),
            validation=_numbers({**figures, **(validation or {})}),
            learning_rate=_number(learning_rate),
            images_per_second=_number(images_per_second),
            best=bool(best),
        )

    def step(self, epoch: int, step: int, steps: int, loss: Optional[float] = None) -> None:
        """Reports progress within an epoch, for people; more than ten a second are left out."""
        now = time.monotonic()
        if now - self._last_step < 0.1:
            return
        self._last_step = now
        self._say("step", epoch=epoch, step=step, steps=steps, loss=_number(loss))

    def note(self, message: str, warning: bool = False) -> None:
        """Puts a line into the run's log."""
        self._say("log", level="warning" if warning else "info", message=str(message))

    def heartbeat(self) -> None:
        """A sign of life where nothing else is said for a long time."""
        self._say("heartbeat")

    # Results

    def predict(
        self,
        image: Union[Image, str],
        mask: Any = None,
        classes: Optional[Sequence[float]] = None,
        weights: str = "best",
    ) -> None:
        """Hands in what was predicted of an image.

        `mask` is `[H, W]` or `[K, H, W]` at the size of `cell.images`: real numbers are probabilities,
        whole ones and flags are masks. `classes` has a probability for each of `cell.classes`.
        """
        image = self._by_id[image] if isinstance(image, str) else image
        if weights not in ("best", "last"):
            raise ProtocolError(f"weights are 'best' or 'last', not '{weights}'")
        if mask is not None:
            folder = os.path.join(self.document["predictions"], weights)
            write_array(os.path.join(folder, image.prediction + ".npy"), mask)
        if classes is not None:
            self._say(
                "class",
                image=image.id,
                probabilities=[_number(value) for value in classes],
                weights=weights,
            )

    def keep(self, path: str) -> None:
        """Has a file of the working folder kept with the run, such as the trained weights."""
        self._say("file", path=os.path.relpath(path, self.document["work"]))

    def done(self) -> None:
        """Says that all is predicted: the run is complete also where it was to stop meanwhile."""
        self._say("done")

    # Stopping

    def should_stop(self) -> bool:
        """Whether the program is to save and end: the sweep was stopped, or a search pauses it."""
        is_paused = self._pause_after is not None and self._last_epoch >= self._pause_after
        return self._stop.is_set() or is_paused

    def pause(self) -> NoReturn:
        """Ends the program; the run goes on from its checkpoint another time."""
        self._say("paused")
        self._report.close()
        sys.exit(0)

    def _listen(self) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda *_: self._stop.set())
            # The wish is the program's alone: pools end the workers that they forked by SIGTERM, and wait for
            # them. It is held back meanwhile, so that none is lost before the child is ready for it.
            os.register_at_fork(
                before=_hold_sigterm, after_in_parent=_free_sigterm, after_in_child=_end_by_sigterm
            )


def _hold_sigterm() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])


def _free_sigterm() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])


def _end_by_sigterm() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _free_sigterm()


def cell(path: Optional[str] = None) -> Cell:
    """The cell that this program was started for; from then on SIGTERM is a wish, see `should_stop`."""
    path = path or os.environ.get("LIGHTBOX_CELL")
    if not path:
        raise NotInSweep(
            "LIGHTBOX_CELL is not set: this program is started by 'lightbox sweep', from an experiment "
            "file with 'trainer:'"
        )
    with open(path, encoding="utf-8") as file:
        found = Cell(json.load(file))
    found._listen()
    return found


def _image(fields: Mapping[str, Any]) -> Image:
    return Image(
        id=fields["id"],
        index=fields["index"],
        split=fields["split"],
        labelled=fields["labelled"],
        has_mask=fields["has_mask"],
        class_index=fields["class"],
        patient=fields.get("patient"),
        file=fields["file"],
        mask_files=tuple(fields.get("mask_files", ())),
        width=fields["width"],
        height=fields["height"],
        prediction=fields["prediction"],
        inside=tuple(fields["inside"]) if "inside" in fields else None,
    )


def _number(value: Any) -> Optional[float]:
    """Anything that is one number: of Python, NumPy, or a tensor with one element."""
    return None if value is None else float(value)


def _numbers(figures: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in figures.items()}


