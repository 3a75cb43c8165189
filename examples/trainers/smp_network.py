#!/usr/bin/env python3
"""Any architecture of segmentation_models.pytorch, swept by Lightbox: smp.yaml names them.

    pip install ./python numpy torch segmentation-models-pytorch
    lightbox sweep examples/trainers/smp.yaml --data data

The model is `ARCHITECTURE.ENCODER`, such as `unet.resnet18` or `fpn.efficientnet-b0`; the losses are dice, bce
and lovasz. Weights from ImageNet (`weights: imagenet`) are fetched by the library, so the usual is none.
"""
import loop
import segmentation_models_pytorch as smp


def network(cell):
    architecture, encoder = cell.model.split(".", 1)
    weights = cell.train.get("weights", "none")
    return smp.create_model(
        architecture, encoder_name=encoder, encoder_weights=None if weights == "none" else weights,
        in_channels=cell.images.shape[1], classes=len(cell.structures),
    )


LOSSES = {
    "dice": lambda: smp.losses.DiceLoss("multilabel"),
    "bce": lambda: smp.losses.SoftBCEWithLogitsLoss(),
    "lovasz": lambda: smp.losses.LovaszLoss("multilabel"),
}

if __name__ == "__main__":
    loop.train(network, lambda cell: LOSSES[cell.loss]())
