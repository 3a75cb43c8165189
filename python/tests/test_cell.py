"""Tests of the package: python -m unittest discover python/tests (with and without NumPy)."""

import json
import os
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

import lightbox  # noqa: E402


def numbers(array):
    return array.tolist() if hasattr(array, "tolist") else array


class CellTests(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp()
        for name in ["checkpoint", "predictions/best", "predictions/last"]:
            os.makedirs(os.path.join(self.work, name))
        lightbox.write_array(self.path("images.npy"), [[[[0.5, 0.25]]], [[[1.0, 0.0]]], [[[0.0, 0.0]]]])
        lightbox.write_array(self.path("masks.npy"), [[[[1, 0]]], [[[0, 1]]], [[[255, 255]]]])
        images = [
            {"id": name, "index": index, "split": split, "labelled": split == "train",
             "has_mask": split != "test", "class": None, "file": None, "width": 2, "height": 1,
             "prediction": name}
            for index, (name, split) in enumerate(
                [("a", "train"), ("b", "validation"), ("c", "test")])
        ]
        images[0]["inside"] = [0, 1, 0, 2]
        self.document = {
            "protocol": 1, "model": "mine", "loss": "own", "labels": 100, "seed": 3, "threads": 2,
            "dataset": {"name": "mcx", "classes": ["no", "yes"], "structures": ["lungs"],
                        "exclusive": False},
            "train": {"lr": 0.1}, "epochs": 5, "known_epochs": 2, "images": images,
            "arrays": {"images": self.path("images.npy"), "masks": self.path("masks.npy")},
            "report": self.path("report.jsonl"), "work": self.work,
            "checkpoint": self.path("checkpoint"), "predictions": self.path("predictions"),
        }

    def path(self, name):
        return os.path.join(self.work, name)

    def cell(self):
        with open(self.path("cell.json"), "w") as file:
            json.dump(self.document, file)
        cell = lightbox.cell(self.path("cell.json"))
        self.addCleanup(cell._report.close)
        return cell

    def report(self):
        with open(self.path("report.jsonl")) as file:
            return [json.loads(line) for line in file]

    def test_what_there_is(self):
        cell = self.cell()
        self.assertEqual((cell.model, cell.train["lr"], cell.seed), ("mine", 0.1, 3))
        self.assertEqual([image.id for image in cell.labelled], ["a"])
        self.assertEqual([image.id for image in cell.to_predict], ["b", "c"])
        self.assertEqual([image.inside for image in cell.labelled + cell.to_predict], [(0, 1, 0, 2), None, None])
        self.assertEqual(numbers(cell.images)[0], [[[0.5, 0.25]]])
        self.assertEqual(numbers(cell.masks)[2], [[[255, 255]]])

    def test_reports(self):
        cell = self.cell()
        cell.log(1, loss=0.5, dice=0.25, train={"kl": 2}, learning_rate=1e-3, best=True)
        cell.step(2, 1, 9, loss=0.5)
        cell.step(2, 2, 9, loss=0.5)  # too soon for people
        cell.note("careful", warning=True)
        lines = self.report()
        self.assertEqual(len(lines), 3)
        self.assertEqual(lines[0]["train"], {"loss": 0.5, "kl": 2.0})
        self.assertEqual(lines[0]["validation"], {"dice": 0.25})
        self.assertTrue(lines[0]["best"])
        self.assertEqual(lines[2], {"event": "log", "level": "warning", "message": "careful"})

    def test_predictions(self):
        cell = self.cell()
        cell.predict("b", [[0.5, 1.0]])
        cell.predict(cell.test[0], [[1, 0]], classes=[0.25, 0.75], weights="last")
        array = lightbox.read_array(self.path("predictions/best/b.npy"))
        self.assertEqual(numbers(array), [[0.5, 1.0]])
        array = lightbox.read_array(self.path("predictions/last/c.npy"))
        self.assertEqual(numbers(array), [[1, 0]])
        self.assertEqual(
            self.report(),
            [{"event": "class", "image": "c", "probabilities": [0.25, 0.75], "weights": "last"}])
        with self.assertRaises(lightbox.ProtocolError):
            cell.predict("b", [[1, 0]], weights="first")

    def test_checkpoints(self):
        cell = self.cell()
        self.assertEqual(list(cell.epochs()), [1, 2, 3, 4, 5])

        def save(text):
            def write(path):
                with open(path, "w") as file:
                    file.write(text)
            return write

        cell.checkpoint(1, save("one"))
        cell.checkpoint(2, save("two"))
        self.assertEqual(list(cell.epochs()), [3, 4, 5])
        with open(cell.resumed_checkpoint) as file:
            self.assertEqual(file.read(), "two")
        self.assertEqual(sorted(os.listdir(self.path("checkpoint"))), ["epoch", "epoch-2"])

        def fail(path):
            save("half")(path)
            raise OSError("disk full")

        with self.assertRaises(OSError):
            cell.checkpoint(3, fail)
        self.assertEqual(cell.resumed_epoch, 2, "what was whole stays")
        # The record knows two epochs: a checkpoint of the third is ahead of it.
        cell.checkpoint(3, save("three"))
        self.assertEqual(cell.resumed_epoch, 0)
        self.assertIsNone(cell.resumed_checkpoint)

    def test_whole_numbers_do_not_wrap(self):
        for value in [256, 257, -1]:
            with self.assertRaisesRegex(ValueError, f"the whole number {value}; expected 0 and 1"):
                lightbox.write_array(self.path("m.npy"), [[0, value]])
        lightbox.write_array(self.path("m.npy"), [[0, 255]])
        self.assertEqual(numbers(lightbox._array.read_array(self.path("m.npy"))), [[0, 255]])

    def test_stopping(self):
        cell = self.cell()
        self.assertFalse(cell.should_stop())
        os.kill(os.getpid(), signal.SIGTERM)
        self.assertTrue(cell.should_stop())
        with self.assertRaises(SystemExit) as ending:
            cell.pause()
        self.assertEqual(ending.exception.code, 0)
        self.assertEqual(self.report()[-1], {"event": "paused"})

    def test_a_pool_ends_its_workers(self):
        cell = self.cell()
        for _ in range(20):
            child = os.fork()
            if child == 0:
                time.sleep(60)
                os._exit(0)
            os.kill(child, signal.SIGTERM)
            _, status = os.waitpid(child, 0)
            self.assertTrue(os.WIFSIGNALED(status))
        os.kill(os.getpid(), signal.SIGTERM)
        self.assertTrue(cell.should_stop())

    def test_a_search_pauses_after_an_epoch(self):
        self.document["pause_after"] = 2
        cell = self.cell()
        cell.log(1, dice=0.5)
        self.assertFalse(cell.should_stop())
        cell.log(2, dice=0.5)
        self.assertTrue(cell.should_stop())

    def test_what_is_wrong_is_said(self):
        os.environ.pop("LIGHTBOX_CELL", None)
        with self.assertRaisesRegex(lightbox.NotInSweep, "lightbox sweep"):
            lightbox.cell()
        self.document["protocol"] = 2
        with self.assertRaisesRegex(lightbox.ProtocolError, "version 2"):
            self.cell()


if __name__ == "__main__":
    unittest.main()
