#!/usr/bin/env python3
"""A plain U-Net in PyTorch, swept by Lightbox: examples/trainers/pytorch.yaml names it.

    pip install ./python torch numpy
    lightbox sweep examples/trainers/pytorch.yaml --data data

Runs on the CPU, and on a GPU where PyTorch sees one. Losses: dice, bce, dice-bce, and xe, which is bce by the
name that Lightbox has for it, so that rows of both compare.
"""
import loop
import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Sequential):
    """Two 3 x 3 convolutions with batch normalisation."""

    def __init__(self, inputs, outputs):
        layers = []
        for channels in (inputs, outputs):
            layers += [
                nn.Conv2d(channels, outputs, 3, padding=1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(inplace=True),
            ]
        super().__init__(*layers)


class UNet(nn.Module):
    """Ronneberger 2015 with so many levels below the first, of width, 2 width, 4 width, …"""

    def __init__(self, channels, structures, width, levels):
        super().__init__()
        widths = [width << level for level in range(levels + 1)]
        self.down = nn.ModuleList(
            Block(channels if level == 0 else widths[level - 1], widths[level])
            for level in range(levels + 1)
        )
        self.rise = nn.ModuleList(
            nn.ConvTranspose2d(widths[level + 1], widths[level], 2, stride=2)
            for level in range(levels)
        )
        self.up = nn.ModuleList(Block(2 * widths[level], widths[level]) for level in range(levels))
        self.out = nn.Conv2d(width, structures, 1)

    def forward(self, x):
        skips = []
        for level, block in enumerate(self.down):
            x = block(x if level == 0 else F.max_pool2d(x, 2))
            skips.append(x)
        for level in reversed(range(len(self.up))):
            x = self.up[level](torch.cat([skips[level], self.rise[level](x)], 1))
        return self.out(x)


def dice_loss(logits, targets):
    """1 - 2 sum p y / sum (p + y), the mean over images and structures."""
    p = torch.sigmoid(logits)
    both = (p * targets).sum((2, 3))
    return (1 - (2 * both + 1) / (p.sum((2, 3)) + targets.sum((2, 3)) + 1)).mean()


LOSSES = {
    "dice": dice_loss,
    "bce": F.binary_cross_entropy_with_logits,
    "xe": F.binary_cross_entropy_with_logits,
    "dice-bce": lambda x, y: dice_loss(x, y) + F.binary_cross_entropy_with_logits(x, y),
}


def network(cell):
    return UNet(
        cell.images.shape[1], len(cell.structures), cell.train.get("width", 16),
        cell.train.get("levels", 4),
    )


if __name__ == "__main__":
    loop.train(network, lambda cell: LOSSES[cell.loss])
