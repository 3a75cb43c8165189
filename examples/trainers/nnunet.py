#!/usr/bin/env python3
"""nnU-Net v2 as it plans and trains itself, swept by Lightbox: nnunet.yaml names it.

    pip install ./python nnunetv2
    lightbox sweep examples/trainers/nnunet.yaml --data data

Models: nnunet, the plain U-Net, and nnunet-resenc, the residual encoder. The loss is nnU-Net's own.
Structures that exclude each other are labels; others, which may overlap, are regions, eight at most.
nnU-Net's fingerprint, plans, preprocessing, augmentation, schedule and prediction with mirroring are
as they come; the split is the cell's. Free settings:

    epochs, iterations   1000 of 250 are nnU-Net's; a schedule is as long as `epochs` says
    batch, width         else as planned; `width` is the number of features of the first level

What is predicted is predicted with the last weights, as nnU-Net does.
"""
import multiprocessing.dummy
import os
import random
import shutil
from unittest import mock

# Before nnU-Net is imported. The run's folder is the current one.
for folder in ("raw", "preprocessed", "results"):
    os.environ["nnUNet_" + folder] = os.path.abspath(folder)

import lightbox
import numpy as np
import tifffile
import torch
from batchgenerators.utilities.file_and_folder_operations import load_json, save_json
from nnunetv2.experiment_planning.experiment_planners.default_experiment_planner import ExperimentPlanner
from nnunetv2.experiment_planning.experiment_planners.residual_unets.residual_encoder_unet_planners import (
    nnUNetPlannerResEncM,
)
from nnunetv2.experiment_planning.plan_and_preprocess_api import extract_fingerprint_dataset, preprocess_dataset
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

NAME = "Dataset001_Cell"
PLANNERS = {"nnunet": ExperimentPlanner, "nnunet-resenc": nnUNetPlannerResEncM}


class Trainer(nnUNetTrainer):
    """nnU-Net's trainer, which tells the cell of every epoch and saves it there."""

    def on_epoch_start(self):
        # Of each epoch anew, so that a run that was interrupted goes on as if it had not been.
        seed = (self.cell.seed * 100_003 + self.current_epoch) % 2**32
        random.seed(seed), np.random.seed(seed), torch.manual_seed(seed)
        super().on_epoch_start()

    def train_step(self, batch):
        self.steps = getattr(self, "steps", 0) % self.num_iterations_per_epoch + 1
        result = super().train_step(batch)
        self.cell.step(self.current_epoch + 1, self.steps, self.num_iterations_per_epoch, result["loss"])
        return result

    def on_epoch_end(self):
        def last(name):
            return self.logger.get_value(name, step=-1)

        # The pseudo Dice is over the pixels of some patches of validation images, not a mean of images.
        # A structure that no patch has drawn has none.
        names = [name.replace(" ", "-") for name in self.cell.structures]
        dice = dict(zip(names, last("dice_per_class_or_region")))
        figures = {f"dice/{name}": value for name, value in dice.items() if len(dice) > 1 and value == value}
        epoch = self.current_epoch + 1
        self.cell.log(
            epoch, loss=last("train_losses"), dice=np.nan_to_num(last("mean_fg_dice")),
            validation={"loss": last("val_losses"), **figures}, learning_rate=last("lrs"),
            best=epoch == self.num_epochs,
        )
        # nnU-Net's checkpoint says with which epoch it goes on: the next.
        self.cell.checkpoint(epoch, self.save_checkpoint)
        self.current_epoch = epoch
        if self.cell.should_stop():
            self.cell.pause()


def prepare(cell):
    """Writes the raw data set, and has nnU-Net plan and preprocess it; gives the folder of the plans."""
    raw = os.path.join(os.environ["nnUNet_raw"], NAME)
    preprocessed = os.path.join(os.environ["nnUNet_preprocessed"], NAME)
    split = os.path.join(preprocessed, "splits_final.json")
    if os.path.exists(split):  # written last: an earlier start came that far
        return preprocessed
    for folder in (raw, preprocessed):
        shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(raw)

    # Labels are numbers of structures, or, where these may overlap, of what a pixel shows: a bit a structure.
    count = len(cell.structures)
    is_labels = cell.exclusive or count == 1
    if not is_labels and count > 8:
        raise SystemExit(f"{count} structures that may overlap have no room in a map of bytes; 8 have")
    values = np.arange(1, count + 1) if is_labels else 1 << np.arange(count)
    labels = values.tolist()
    if not is_labels:
        labels = [[n for n in range(1 << count) if n & value] for value in labels]

    files, names = {}, {"train": [], "val": []}
    for part, images in (("train", cell.labelled), ("val", cell.validation)):
        for image in images:
            mask = cell.masks[image.index]
            if (mask == 255).any():  # not drawn, or not all of it
                continue
            name = f"case-{image.index:06}"
            channels = range(cell.images.shape[1])
            planes = [f"{raw}/{name}_{channel:04}.tif" for channel in channels]
            for channel in channels:
                tifffile.imwrite(planes[channel], cell.images[image.index, channel])
            label = f"{raw}/{name}.tif"
            tifffile.imwrite(label, (mask * values[:, None, None]).sum(0).astype(np.uint8))
            files[name] = {"images": planes, "label": label}
            names[part].append(name)
    if not all(names.values()):
        raise SystemExit("nnU-Net needs images with masks to train on, and some to validate")
    document = {
        "channel_names": {str(channel): "gray" for channel in range(cell.images.shape[1])},
        "labels": {"background": 0, **dict(zip(cell.structures, labels))},
        "dataset": files, "numTraining": len(files), "file_ending": ".tif",
        "overwrite_image_reader_writer": "NaturalImage2DIO",
    }
    if not is_labels:
        document["regions_class_order"] = list(range(1, count + 1))
    save_json(document, os.path.join(raw, "dataset.json"), sort_keys=False)

    # Threads in place of processes: each of these would import all of PyTorch first.
    with mock.patch("multiprocessing.get_context", return_value=multiprocessing.dummy):
        extract_fingerprint_dataset(1, num_processes=cell.threads, show_progress_bar=False)
        planner = PLANNERS[cell.model](1, plans_name="plans")
        planner.UNet_base_num_features = cell.train.get("width", planner.UNet_base_num_features)
        planner.plan_experiment()
        preprocess_dataset(1, "plans", ["2d"], [cell.threads], show_progress_bar=False)
    save_json([names], split)
    return preprocessed


def main():
    cell = lightbox.cell()
    if cell.model not in PLANNERS or cell.loss != "own":
        raise SystemExit(f"known models: {', '.join(PLANNERS)}; of the loss own, not {cell.loss}")
    torch.set_num_threads(cell.threads)
    folder = prepare(cell)
    # No processes for augmentation: the same run gives the same weights. A GPU may want to have some.
    os.environ.setdefault("nnUNet_n_proc_DA", "0")
    plans = load_json(os.path.join(folder, "plans.json"))
    plans["continue_training"] = cell.resumed_epoch > 0
    planned = plans["configurations"]["2d"]
    planned["batch_size"] = cell.train.get("batch", planned["batch_size"])

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(cell.seed)
    trainer = Trainer(plans, "2d", 0, load_json(os.path.join(folder, "dataset.json")), device)
    trainer.cell = cell
    trainer.num_epochs = cell.epoch_count
    trainer.num_iterations_per_epoch = cell.train.get("iterations", 250)
    trainer.num_val_iterations_per_epoch = max(1, trainer.num_iterations_per_epoch // 5)
    trainer.initialize()
    if cell.resumed_checkpoint:
        trainer.load_checkpoint(cell.resumed_checkpoint)
    if trainer.current_epoch < trainer.num_epochs:
        trainer.run_training()

    trainer.set_deep_supervision_enabled(False)
    predictor = nnUNetPredictor(device=device, allow_tqdm=False)
    predictor.manual_initialization(
        trainer.network, trainer.plans_manager, trainer.configuration_manager,
        [trainer.network.state_dict()], trainer.dataset_json, "Trainer",
        trainer.inference_allowed_mirroring_axes,
    )
    first = 0 if trainer.label_manager.has_regions else 1  # labels have the background before them
    for image in cell.to_predict:
        planes = np.array(cell.images[image.index])[:, None]
        _, maps = predictor.predict_single_npy_array(
            planes, {"spacing": (999, 1, 1)}, save_or_return_probabilities=True
        )
        cell.predict(image, np.asarray(maps, np.float32)[first:, 0].clip(0, 1))
    torch.save(trainer.network.state_dict(), "weights.pt")
    for name in ("weights.pt", os.path.join(folder, "plans.json")):
        cell.keep(name)
    cell.done()


if __name__ == "__main__":
    main()
