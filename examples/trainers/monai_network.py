#!/usr/bin/env python3
"""MONAI's networks with MONAI's losses, swept by Lightbox: monai.yaml names them.

    pip install ./python numpy torch monai
    lightbox sweep examples/trainers/monai.yaml --data data

Models: monai-unet, monai-attention-unet, monai-dynunet, so that tables tell them
from Lightbox's own. Losses: dice, dice-ce, tversky, dice-focal.
"""
import loop
from monai.losses import DiceCELoss, DiceFocalLoss, DiceLoss, TverskyLoss
from monai.networks.nets import AttentionUnet, DynUNet, UNet


def network(cell):
    width = cell.train.get("width", 16)
    widths = [width << level for level in range(4)]
    both = {
        "spatial_dims": 2,
        "in_channels": cell.images.shape[1],
        "out_channels": len(cell.structures),
    }
    if cell.model == "monai-unet":
        return UNet(**both, channels=widths, strides=[2, 2, 2], num_res_units=2)
    if cell.model == "monai-attention-unet":
        return AttentionUnet(**both, channels=widths, strides=[2, 2, 2])
    if cell.model == "monai-dynunet":
        return DynUNet(
            **both, kernel_size=[3] * 4, strides=[1, 2, 2, 2], upsample_kernel_size=[2] * 3,
            filters=widths,
        )
    known = "monai-unet, monai-attention-unet, monai-dynunet"
    raise SystemExit(f"unknown model {cell.model}; known: {known}")


LOSSES = {
    "dice": lambda: DiceLoss(sigmoid=True),
    "dice-ce": lambda: DiceCELoss(sigmoid=True),
    "tversky": lambda: TverskyLoss(sigmoid=True),
    "dice-focal": lambda: DiceFocalLoss(sigmoid=True),
}

if __name__ == "__main__":
    loop.train(network, lambda cell: LOSSES[cell.loss]())
