"""Makes the parity goldens: what PyTorch computes, in float64, from the same weights and batches.

Run: python3 make_parity.py   (torch, numpy; the versions are written to every file)
Only needed to remake the *.safetensors here and in ../../TrainingTests/Fixtures; the tests read them.

Each network is written as plain functions over a dictionary of parameters that have this project's
names and layouts: convolutions [out, kh, kw, in], transposed ones [kh, kw, out, in], NHWC batches.
A convolution bias before a batch normalisation has no effect; its gradient, which PyTorch computes as
rounding noise, is defined as zero here and those biases are not stepped. Dropout is 0.

A kink (ReLU at 0, two equal maxima in a pooling window) may fall either way in float32 and float64, so
each golden takes the first seed that keeps MARGIN from all of them. The five Adam steps use epsilon 1e-5
in place of 1e-8: gradients that are truly zero are rounding noise in float32, which 1e-8 would blow up
to whole steps. The rate is 1e-4: at 1e-3 PyTorch in float32 itself leaves its float64 twin by 0.1 %, so
steep are these small random networks.
"""

import itertools
import json
import os
import struct

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
HERE = os.path.dirname(os.path.abspath(__file__))
TRAINING = os.path.join(HERE, "..", "..", "TrainingTests", "Fixtures")
WIDTH, SIDE, EPSILON = 2, 32, 1e-3
SIDE_WEIGHTS = [0.1, 0.2, 0.3, 0.4]
MARGIN = 5e-6


class TooClose(Exception):
    """A value lies so near a kink that float32 may fall on the other side."""


def relu(x, slope=0.0):
    if x.abs().min() < MARGIN:
        raise TooClose
    return F.leaky_relu(x, slope)


def pool(x):
    n, c, h, w = x.shape
    windows = x.reshape(n, c, h // 2, 2, w // 2, 2).permute(0, 1, 2, 4, 3, 5).reshape(-1, 4)
    top = windows.topk(2, 1).values
    if (top[top[:, 0] > 0, 0] - top[top[:, 0] > 0, 1]).min() < MARGIN:
        raise TooClose
    return F.max_pool2d(x, 2)


def first_seed(make, start=0):
    for seed in itertools.count(start):
        try:
            return make(seed)
        except TooClose:
            continue


class Network:
    """Parameters and running statistics by name, made at their first use."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.parameters, self.states, self.inert = {}, {}, set()

    def get(self, name, shape, mean=0.0, deviation=0.1):
        if name not in self.parameters:
            value = mean + deviation * self.random.standard_normal(shape)
            rounded = torch.tensor(value.astype(np.float32).astype(np.float64))
            self.parameters[name] = rounded.requires_grad_(True)
        return self.parameters[name]

    def conv(self, x, name, out, kernel=3, stride=1, bias=True, normalised=False):
        c = x.shape[1]
        w = self.get(f"{name}.weight", (out, kernel, kernel, c), deviation=(2 / (kernel**2 * (c + out))) ** 0.5)
        b = self.get(f"{name}.bias", (out,)) if bias else None
        if normalised:
            self.inert.add(f"{name}.bias")
        return F.conv2d(x, w.permute(0, 3, 1, 2), b, stride=stride, padding=(kernel - 1) // 2)

    def up(self, x, name, out):
        c = x.shape[1]
        w = self.get(f"{name}.conv.weight", (2, 2, out, c), deviation=(2 / (4 * (c + out))) ** 0.5)
        b = self.get(f"{name}.conv.bias", (out,))
        self.inert.add(f"{name}.conv.bias")
        y = F.conv_transpose2d(x, w.permute(3, 2, 0, 1), b, stride=2)
        return relu(self.norm(y, f"{name}.norm"))

    def norm(self, x, name):
        c = x.shape[1]
        gamma = self.get(f"{name}.weight", (c,), mean=1.0)
        beta = self.get(f"{name}.bias", (c,))
        if f"{name}.running_mean" not in self.states:
            self.states[f"{name}.running_mean"] = torch.zeros(c)
            self.states[f"{name}.running_var"] = torch.ones(c)
        mean, variance = self.states[f"{name}.running_mean"], self.states[f"{name}.running_var"]
        return F.batch_norm(x, mean, variance, gamma, beta, training=True, momentum=0.1, eps=EPSILON)

    def block(self, x, name, out, suffix="", kernel=3, stride=1, slope=0.0):
        x = self.conv(x, f"{name}.conv{suffix}", out, kernel, stride, normalised=True)
        return relu(self.norm(x, f"{name}.norm{suffix}"), slope)

    def double(self, x, name, out):
        return self.block(self.block(x, name, out, "1"), name, out, "2")

    def gate(self, x, g, name):
        c = x.shape[1]
        f = relu(self.conv(x, f"{name}.theta", c, 2, 2, bias=False) + self.conv(g, f"{name}.phi", c, 1))
        alpha = double_size(torch.sigmoid(self.conv(f, f"{name}.psi", 1, 1)))
        return self.norm(self.conv(alpha * x, f"{name}.output", c, 1, normalised=True), f"{name}.norm")

    def values(self):
        return {**self.parameters, **self.states}

    def trainable(self):
        return [p for n, p in self.parameters.items() if n not in self.inert]


def double_size(x):
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def unet(n, x, pyramid=False, attention=False, progressive=False):
    """[N, 1, S, S] to the side outputs, coarse to fine."""
    b = WIDTH
    skips, shrunken, y = [], x, x
    for level in range(4):
        if level > 0:
            y = pool(skips[-1])
            if pyramid:
                shrunken = F.avg_pool2d(shrunken, 2)
                y = torch.cat([n.block(shrunken, f"pyramid{level + 1}", b << level), y], 1)
        skips.append(n.double(y, f"encoder{level + 1}", b << level))
    y = n.double(pool(skips[-1]), "center", b << 4)
    sides, logits = [], None
    for level in reversed(range(4)):
        skip = skips[level]
        if attention and level > 0:
            g = n.block(y, "gating", b << 4, kernel=1) if level == 3 else y
            skip = n.gate(skip, g, f"attention{level + 1}")
        y = n.double(torch.cat([n.up(y, f"up{level + 1}", b << level), skip], 1), f"decoder{level + 1}", b << level)
        if progressive or level == 0:
            own = n.conv(y, "output" if level == 0 else f"side{level + 1}", 1, 1)
            logits = own if logits is None else own + double_size(logits)
            sides.append(torch.sigmoid(logits))
    return sides


def classifier(n, x, outputs):
    """[N, C, S, S] to logits [N, outputs]."""
    for level in range(5):
        x = n.block(x, f"discriminator.block{level + 1}", WIDTH << level, stride=2, slope=0.2)
    x = x.mean((2, 3))
    w = n.get("discriminator.output.weight", (outputs, x.shape[1]), deviation=0.3)
    return x @ w.T + n.get("discriminator.output.bias", (outputs,))


def tversky(p, y, alpha=0.3, beta=0.7, e=1e-5):
    p, y = p.flatten(1), y.flatten(1)
    tp = (p * y).sum(1)
    index = (tp + e) / (tp + alpha * ((1 - y) * p).sum(1) + beta * (y * (1 - p)).sum(1) + e)
    return (1 - index).mean()


def kltv(p, y, clip=1e-7):
    pc, yc = p.clamp(clip, 1 - clip), y.clamp(clip, 1 - clip)
    return ((yc - pc) * torch.log(yc / pc)).abs().mean() + tversky(p, y)


def generalised_dice(p, y, e=1e-5):
    p, y = p.flatten(1), y.flatten(1)
    total = 0
    for pi, yi in zip(p, y):
        r = torch.stack([1 - yi, yi])
        q = torch.stack([1 - pi, pi])
        w = 1 / r.mean(1) ** 2
        total = total + 1 - (2 * (w * (r * q).mean(1)).sum() + e) / ((w * (r + q).mean(1)).sum() + e)
    return total / len(p)


def supervised(sides, y, loss):
    weights = [1.0] if len(sides) == 1 else SIDE_WEIGHTS
    steps = [y.shape[-1] // s.shape[-1] for s in sides]
    return sum(w * loss(s, y[:, :, ::k, ::k]) for w, s, k in zip(weights, sides, steps))


def real_term(logits):
    return (torch.logsumexp(logits, 1) - torch.logsumexp(logits[:, :-1], 1)).mean()


def fake_term(logits):
    return (torch.logsumexp(logits, 1) - logits[:, -1]).mean()


def entropy(logits, targets, first, last):
    return F.cross_entropy(logits[:, first:last], targets)


def batch(count, seed):
    random = np.random.default_rng(seed)
    r, c = np.mgrid[0:SIDE, 0:SIDE]
    images, masks = [], []
    for _ in range(count):
        inside = np.zeros((SIDE, SIDE), bool)
        for column in (9, 23):
            row, column = 16 + random.uniform(-2, 2), column + random.uniform(-1, 1)
            a, b = random.uniform(8, 11), random.uniform(4, 5.5)
            inside |= ((r - row) / a) ** 2 + ((c - column) / b) ** 2 <= 1
        images.append(np.where(inside, 0.25, 0.7) + 0.1 * random.standard_normal((SIDE, SIDE)))
        masks.append(inside)
    images = np.array(images, np.float32).astype(np.float64)
    return torch.tensor(images)[:, None], torch.tensor(np.array(masks, np.float64))[:, None]


def nhwc(x):
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


def write(path, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        raw = np.ascontiguousarray(tensor.detach().numpy().astype("<f4"))
        header[name] = {"dtype": "F32", "shape": list(raw.shape), "data_offsets": [len(data), len(data) + raw.nbytes]}
        data += raw.tobytes()
    text = json.dumps(header, sort_keys=True).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def metadata(**values):
    versions = {"torch": torch.__version__, "numpy": np.__version__}
    return {k: json.dumps(v) for k, v in {**values, "versions": versions}.items()}


def copies(prefix, values):
    return {f"{prefix}/{name}": value.detach().clone() for name, value in values.items()}


def gradients(prefix, network):
    return {
        f"{prefix}/{name}": torch.zeros_like(p) if name in network.inert else p.grad.clone()
        for name, p in network.parameters.items()
    }


def initialised(network, run):
    """Runs once so that every parameter exists, then forgets the statistics."""
    with torch.no_grad():
        run()
    network.states.clear()
    return copies("weights", network.parameters)


def network_golden(seed, name, forward, loss, inputs, extra):
    network = Network(seed)
    tensors = dict(inputs)
    tensors |= initialised(network, lambda: forward(network))
    optimiser = torch.optim.Adam(network.trainable(), lr=1e-4, eps=1e-5)
    losses = []
    for step in range(5):
        outputs = forward(network)
        value = loss(outputs)
        for p in network.parameters.values():
            p.grad = None
        value.backward()
        losses.append(value.item())
        if step == 0:
            tensors |= {f"output/{i}": nhwc(o.detach()) for i, o in enumerate(outputs)}
            tensors |= gradients("gradient", network)
        optimiser.step()
    tensors |= copies("after", network.values())
    write(os.path.join(HERE, f"parity-{name}.safetensors"), tensors, metadata(losses=losses, **extra))


def networks():
    x, y = batch(4, 1)
    inputs = {"input/images": nhwc(x), "input/masks": nhwc(y)}
    for name, switches in (
        ("unet", {}),
        ("attention-unet", {"attention": True}),
        ("ppau-net", {"attention": True, "pyramid": True, "progressive": True}),
    ):
        first_seed(lambda seed: network_golden(
            seed, name, lambda n: unet(n, x, **switches), lambda sides: supervised(sides, y, kltv), inputs, {}),
            start=0 if name == "attention-unet" else 200)
    targets = [0, 1, 1, 0]
    t = torch.tensor(targets)
    pair = torch.cat([x, y], 1)
    for name, data, outputs in (("discriminator", pair, 3), ("s4mcl-classifier", pair, 9), ("cnn", x, 2)):
        first_seed(lambda seed: network_golden(
            seed, name, lambda n: [classifier(n, data, outputs)], lambda o: F.cross_entropy(o[0], t), inputs,
            {"targets": targets, "outputs": outputs}))


def step_golden(seed, name, segment, outputs, run):
    """One whole step of both networks; `run` returns the terms."""
    xl, yl = batch(3, 5)
    xu, _ = batch(4, 6)
    targets = [0, 1, 1]
    s, d = Network(2 * seed), Network(2 * seed + 1)
    tensors = {"input/labelled": nhwc(xl), "input/masks": nhwc(yl), "input/unlabelled": nhwc(xu)}
    for prefix, network, first in (
        ("segmentor", s, lambda: segment(s, xl)),
        ("critic", d, lambda: classifier(d, torch.cat([xl, yl], 1), outputs)),
    ):
        weights = initialised(network, first)
        tensors |= {f"{prefix}/{k}": v for k, v in weights.items()}
    optimisers = torch.optim.Adam(s.trainable(), lr=1e-3), torch.optim.Adam(d.trainable(), lr=1e-4)
    terms = run(s, d, xl, yl, xu, torch.tensor(targets), *optimisers)
    for prefix, network in (("segmentor", s), ("critic", d)):
        tensors |= copies(f"{prefix}/after", network.values())
    tensors |= gradients("segmentor/gradient", s)
    tensors |= {f"critic/gradient/{k}": v for k, v in d.kept.items()}
    write(os.path.join(TRAINING, f"parity-{name}.safetensors"), tensors,
          metadata(terms={k: v.item() for k, v in terms.items()}, targets=targets))


def step_critic(d, value, optimiser):
    for p in d.parameters.values():
        p.grad = None
    value.backward()
    d.kept = {k[2:]: v for k, v in gradients("g", d).items()}
    optimiser.step()


def step_segmentor(s, d, value, optimiser):
    for p in s.parameters.values():
        p.grad = None
    value.backward()
    optimiser.step()


def appau(s, d, xl, yl, xu, targets, adam_s, adam_d):
    x = torch.cat([xl, xu])
    sides = unet(s, x, pyramid=True, attention=True, progressive=True)
    mask = sides[-1]
    real = classifier(d, torch.cat([xl, yl], 1), 3)
    fake = classifier(d, torch.cat([x, mask.detach()], 1), 3)
    terms = {
        "discriminator/class": entropy(real, targets, 0, 2),
        "discriminator/real": real_term(real),
        "discriminator/predicted": fake_term(fake),
    }
    step_critic(d, sum(terms.values()), adam_d)
    segmentation = supervised([side[: len(xl)] for side in sides], yl, kltv)
    adversarial = real_term(classifier(d, torch.cat([x, mask], 1), 3))
    step_segmentor(s, d, segmentation + 0.01 * adversarial, adam_s)
    return terms | {"segmentation": segmentation, "adversarial": adversarial}


TRANSFORMS = [1, 4, 3, 5]  # rotation90, flipHorizontal, rotation270, flipVertical


def transform(x, kind):
    if kind < 4:
        return torch.rot90(x, kind, (-2, -1))
    return torch.flip(x, (-1,) if kind == 4 else (-2,))


def s4mcl(s, d, xl, yl, xu, targets, adam_s, adam_d, alpha=0.8, weight=0.01, critic=0.9):
    xu = torch.stack([transform(image, kind) for image, kind in zip(xu, TRANSFORMS)])
    x = torch.cat([xl, xu])
    mask = unet(s, x)[0]
    count = len(xl)
    real = classifier(d, torch.cat([xl, yl], 1), 9)
    fake = classifier(d, torch.cat([x, mask.detach()], 1), 9)
    terms = {
        "classifier/class": entropy(real, targets, 0, 2),
        "classifier/real": real_term(real),
        "classifier/class-predicted": entropy(fake[:count], targets, 0, 2),
        "classifier/surrogate": entropy(fake[count:], torch.tensor(TRANSFORMS), 2, 8),
        "classifier/predicted": fake_term(fake[:count]),
        "classifier/predicted-unlabelled": fake_term(fake[count:]),
    }
    value = terms["classifier/class"] + terms["classifier/class-predicted"] + alpha * terms["classifier/surrogate"]
    value = value + critic * (
        terms["classifier/real"] + terms["classifier/predicted"] + alpha * terms["classifier/predicted-unlabelled"])
    step_critic(d, value, adam_d)
    segmentation = generalised_dice(mask[:count], yl)
    opinion = classifier(d, torch.cat([x, mask], 1), 9)
    adversarial, unlabelled = real_term(opinion[:count]), real_term(opinion[count:])
    step_segmentor(s, d, segmentation + weight * (adversarial + alpha * unlabelled), adam_s)
    return terms | {"segmentation": segmentation, "adversarial": adversarial, "adversarial-unlabelled": unlabelled}


if __name__ == "__main__":
    os.makedirs(TRAINING, exist_ok=True)
    networks()
    first_seed(lambda seed: step_golden(
        seed, "appau-net-step", lambda n, x: unet(n, x, True, True, True), 3, appau), start=100)
    first_seed(lambda seed: step_golden(seed, "s4mcl-step", unet, 9, s4mcl), start=8)
