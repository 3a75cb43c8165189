"""The networks of Lightbox in PyTorch, layer by layer: the peer of the speed comparison and the
source of the parity fixtures. Parameter names are Lightbox's, so weights move by name (the
layouts differ: see `to_lightbox`)."""

import torch
import torch.nn.functional as F
from torch import nn

EPSILON = 1e-3
MOMENTUM = 0.1  # PyTorch counts what a step adds; Lightbox what it keeps (0.9)


class Block(nn.Module):
    """Convolution, batch norm, activation."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, slope=0.0, suffix=""):
        super().__init__()
        self.suffix, self.slope = suffix, slope
        self.add_module("conv" + suffix, nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2))
        self.add_module("norm" + suffix, nn.BatchNorm2d(outputs, EPSILON, MOMENTUM))

    def forward(self, x):
        x = getattr(self, "norm" + self.suffix)(getattr(self, "conv" + self.suffix)(x))
        return F.relu(x, inplace=True) if self.slope == 0 else F.leaky_relu(x, self.slope, inplace=True)


class Double(nn.Module):
    """Two 3x3 blocks."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(outputs, EPSILON, MOMENTUM)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.norm2 = nn.BatchNorm2d(outputs, EPSILON, MOMENTUM)

    def forward(self, x):
        x = F.relu(self.norm1(self.conv1(x)), inplace=True)
        return F.relu(self.norm2(self.conv2(x)), inplace=True)


class Up(nn.Module):
    """Transposed convolution, batch norm, ReLU."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.ConvTranspose2d(inputs, outputs, 2, 2)
        self.norm = nn.BatchNorm2d(outputs, EPSILON, MOMENTUM)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)), inplace=True)


class Gate(nn.Module):
    """The attention gate of a skip."""

    def __init__(self, channels, gating):
        super().__init__()
        self.theta = nn.Conv2d(channels, channels, 2, 2, bias=False)
        self.phi = nn.Conv2d(gating, channels, 1)
        self.psi = nn.Conv2d(channels, 1, 1)
        self.output = nn.Conv2d(channels, channels, 1)
        self.norm = nn.BatchNorm2d(channels, EPSILON, MOMENTUM)

    def forward(self, x, g):
        a = torch.sigmoid(self.psi(F.relu(self.theta(x) + self.phi(g))))
        a = F.interpolate(a, scale_factor=2, mode="bilinear", align_corners=False)
        return self.norm(self.output(a * x))


class UNet(nn.Module):
    """The U-Net family; returns probabilities, coarse to fine."""

    def __init__(self, width, pyramid=False, attention=False, progressive=False, structures=1):
        super().__init__()
        w = [width << i for i in range(5)]
        self.switches = (pyramid, attention, progressive)
        channels = 1
        for i in range(4):
            joined = w[i] if pyramid and i > 0 else 0
            if joined:
                setattr(self, f"pyramid{i + 1}", Block(1, w[i]))
            setattr(self, f"encoder{i + 1}", Double(channels + joined, w[i]))
            channels = w[i]
        self.center = Double(w[3], w[4])
        if attention:
            self.gating = Block(w[4], w[4], 1)
        for i in (3, 2, 1, 0):
            setattr(self, f"up{i + 1}", Up(w[i + 1], w[i]))
            if attention and i > 0:
                setattr(self, f"attention{i + 1}", Gate(w[i], w[i + 1]))
            setattr(self, f"decoder{i + 1}", Double(2 * w[i], w[i]))
            if progressive or i == 0:
                setattr(self, "output" if i == 0 else f"side{i + 1}", nn.Conv2d(w[i], structures, 1))

    def forward(self, x):
        pyramid, attention, progressive = self.switches
        skips, y, small = [], x, x
        for i in range(4):
            if i:
                y = F.max_pool2d(y, 2)
                if pyramid:
                    small = F.avg_pool2d(small, 2)
                    y = torch.cat([getattr(self, f"pyramid{i + 1}")(small), y], 1)
            y = getattr(self, f"encoder{i + 1}")(y)
            skips.append(y)
        y = self.center(F.max_pool2d(y, 2))
        sides, logits = [], None
        for i in (3, 2, 1, 0):
            skip = skips[i]
            if attention and i > 0:
                g = self.gating(y) if i == 3 else y
                skip = getattr(self, f"attention{i + 1}")(skip, g)
            y = getattr(self, f"decoder{i + 1}")(torch.cat([getattr(self, f"up{i + 1}")(y), skip], 1))
            if progressive or i == 0:
                z = getattr(self, "output" if i == 0 else f"side{i + 1}")(y)
                if logits is not None:
                    z = z + F.interpolate(logits, scale_factor=2, mode="bilinear", align_corners=False)
                logits = z
                sides.append(torch.sigmoid(z))
        return sides


class Classifier(nn.Module):
    """Strided blocks, global average pooling, dense: discriminator and classifiers."""

    def __init__(self, inputs, classes, width, dropout=0.4):
        super().__init__()
        channels = inputs
        for i in range(5):
            block = nn.Module()
            block.conv = nn.Conv2d(channels, width << i, 3, 2, 1)
            block.norm = nn.BatchNorm2d(width << i, EPSILON, MOMENTUM)
            setattr(self, f"block{i + 1}", block)
            channels = width << i
        self.output = nn.Linear(channels, classes)
        self.dropout = dropout

    def forward(self, x):
        for i in range(5):
            block = getattr(self, f"block{i + 1}")
            x = F.leaky_relu(block.norm(block.conv(x)), 0.2)
            x = F.dropout(x, self.dropout, self.training)
        return self.output(x.mean((2, 3)))


SEGMENTORS = {
    "unet": {},
    "attention-unet": {"attention": True},
    "ppau-net": {"pyramid": True, "attention": True, "progressive": True},
}


def segmentor(name, width, structures=1):
    """A segmentor of the registry."""
    return UNet(width, structures=structures, **SEGMENTORS[name])


def example(name, width, batch, image):
    """A segmentor in evaluation mode and a batch [N, 1, H, W], the same in every process; statistics and
    biases are such that the masks are neither empty nor full."""
    torch.manual_seed(1)
    network = segmentor(name, width).eval()
    glorot(network, 1)
    x = torch.rand(batch, 1, image, image)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.weight.uniform_(0.5, 1.5)
                module.bias.uniform_(-0.3, 0.3)
        # Running statistics as training leaves them: those of the data.
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = None
        network.train()(torch.rand(4, 1, min(image, 128), min(image, 128)))
    return network.eval(), x


def glorot(module, seed):
    """Fresh Glorot normal weights; biases 0."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in module.named_parameters():
            if p.dim() == 4:
                area = p.shape[2] * p.shape[3]
                p.normal_(0, (2 / (area * (p.shape[0] + p.shape[1]))) ** 0.5, generator=generator)
            elif p.dim() == 2:
                p.normal_(0, (2 / (p.shape[0] + p.shape[1])) ** 0.5, generator=generator)
            elif name.endswith("bias"):
                p.zero_()
    return module


def to_lightbox(name, tensor):
    """A parameter or state in Lightbox's layout: convolutions [K, R, S, C], transposed
    convolutions [R, S, K, C], the rest as it is."""
    if tensor.dim() == 4:
        if name.startswith("up"):  # PyTorch [C, K, R, S]
            return tensor.permute(2, 3, 1, 0).contiguous()
        return tensor.permute(0, 2, 3, 1).contiguous()
    return tensor.contiguous()


def weights(module):
    """Parameters and running statistics under Lightbox's names, in its layouts."""
    return {
        name: to_lightbox(name, value.detach())
        for name, value in module.state_dict().items()
        if "num_batches" not in name
    }


def kltv(p, y, clip=1e-7, smooth=1e-5, alpha=0.3, beta=0.7):
    """KLTV: mean |(y - p) log(y / p)| plus the Tversky loss, per image and structure, then their mean."""
    p, y = p.float().flatten(0, 1).flatten(1), y.flatten(0, 1).flatten(1)
    pc, yc = p.clamp(clip, 1 - clip), y.clamp(clip, 1 - clip)
    kl = ((yc - pc) * torch.log(yc / pc)).mean(1)
    tp, fp, fn = (y * p).sum(1), ((1 - y) * p).sum(1), (y * (1 - p)).sum(1)
    tversky = 1 - (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)
    return (kl + tversky).mean()
