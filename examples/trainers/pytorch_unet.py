#!/usr/bin/env python3
"""A plain U-Net in PyTorch, swept by Lightbox: examples/trainers/pytorch.yaml names it.

    pip install ./python torch numpy
    lightbox sweep examples/trainers/pytorch.yaml --data data

Runs on the CPU, and on a GPU where PyTorch sees one. Losses: dice, bce, dice-bce.
"""
import lightbox
import numpy as np
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
    "dice-bce": lambda x, y: dice_loss(x, y) + F.binary_cross_entropy_with_logits(x, y),
}


def main():
    cell = lightbox.cell()
    torch.manual_seed(cell.seed)
    torch.set_num_threads(cell.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    loss_of = LOSSES[cell.loss]
    network = UNet(
        cell.images.shape[1], len(cell.structures), cell.train.get("width", 16),
        cell.train.get("levels", 4),
    ).to(device)
    optimiser = torch.optim.Adam(network.parameters(), lr=cell.train.get("lr", 1e-3))
    batch = cell.train.get("batch", 8)
    order = np.random.default_rng(cell.seed)
    best = {"dice": -1.0, "weights": None}

    if cell.resumed_checkpoint:
        saved = torch.load(cell.resumed_checkpoint, map_location=device, weights_only=False)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        order.bit_generator.state = saved["order"]
        torch.set_rng_state(saved["random"].cpu())
        best = saved["best"]

    def tensors(images):
        places = [image.index for image in images]
        x = torch.from_numpy(np.stack([cell.images[place] for place in places])).to(device)
        y = torch.from_numpy(np.stack([cell.masks[place] for place in places])).float().to(device)
        return x, y

    @torch.no_grad()
    def predict(image):
        network.eval()
        x, _ = tensors([image])
        return torch.sigmoid(network(x))[0].cpu().numpy()

    def dice(image):
        mask, target = predict(image) >= 0.5, cell.masks[image.index] == 1
        total = mask.sum() + target.sum()
        return 1.0 if total == 0 else 2.0 * (mask & target).sum() / total

    labelled = [image for image in cell.labelled if image.has_mask]
    for epoch in cell.epochs():
        network.train()
        shuffled = [labelled[place] for place in order.permutation(len(labelled))]
        steps = range(0, len(shuffled), batch)
        losses = []
        for step, start in enumerate(steps):
            x, y = tensors(shuffled[start : start + batch])
            loss = loss_of(network(x), y)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
            cell.step(epoch, step + 1, len(steps), loss=losses[-1])
        found = float(np.mean([dice(image) for image in cell.validation if image.has_mask]))
        is_best = found > best["dice"]
        if is_best:
            weights = {name: value.cpu().clone() for name, value in network.state_dict().items()}
            best = {"dice": found, "weights": weights}
        cell.log(
            epoch, loss=np.mean(losses), dice=found, learning_rate=optimiser.param_groups[0]["lr"],
            best=is_best,
        )
        state = {
            "network": network.state_dict(), "optimiser": optimiser.state_dict(), "best": best,
            "order": order.bit_generator.state, "random": torch.get_rng_state(),
        }
        cell.checkpoint(epoch, lambda path: torch.save(state, path))
        if cell.should_stop():
            cell.pause()

    for weights in ("last", "best"):
        if weights == "best" and best["weights"]:
            network.load_state_dict(best["weights"])
        for image in cell.to_predict:
            cell.predict(image, predict(image), weights=weights)
    torch.save(network.state_dict(), "best.pt")
    cell.keep("best.pt")
    cell.done()


if __name__ == "__main__":
    main()
