"""Makes the parity goldens of one step of the procedures with a teacher, as make_parity.py makes the others.

Run: python3 make_teacher_parity.py   (torch, numpy)

The step is a run's second, so that the teacher's weights after it are a mean of two. Student and teacher
are U-Nets with weights of their own, and the teacher has running statistics. Pixels that lie
so near a threshold that float32 may fall on the other side are kept out, as kinks are, and so are masks
without foreground or background.
"""

import numpy as np
import torch
import torch.nn.functional as F

import make_parity as base
from make_parity import TooClose, batch, copies, first_seed, gradients, kltv, metadata, nhwc, unet, write

NEAR = 1e-5
DECAY, WEIGHT = 0.9, 0.7


class Switched(base.Network):
    """Normalised by the batch, by the batch without moving the running statistics, or by these."""

    mode = "batch"

    def norm(self, x, name):
        c = x.shape[1]
        gamma, beta = self.get(f"{name}.weight", (c,), mean=1.0), self.get(f"{name}.bias", (c,))
        if f"{name}.running_mean" not in self.states:
            self.states[f"{name}.running_mean"] = torch.zeros(c)
            self.states[f"{name}.running_var"] = torch.ones(c)
        mean, variance = self.states[f"{name}.running_mean"], self.states[f"{name}.running_var"]
        if self.mode == "alone":
            mean = variance = None
        return F.batch_norm(x, mean, variance, gamma, beta, training=self.mode != "running", momentum=0.1,
                            eps=base.EPSILON)

    def see(self, x, mode="batch"):
        self.mode = mode
        return unet(self, x)[0]


def taught(teacher, x):
    margin, base.MARGIN = base.MARGIN, 0
    with torch.no_grad():
        q = teacher.see(x, "running")
    base.MARGIN = margin
    return q


def hard(q, near=NEAR):
    if (q - 0.5).abs().min() < near:
        raise TooClose
    y = (q >= 0.5).double().detach()
    if not 0.05 < y.mean() < 0.95:
        raise TooClose
    return y


def confident(q, threshold=0.95):
    y = hard(q)
    sure = torch.where(y > 0, q, 1 - q)
    m = torch.zeros_like(y)
    for side in (0, 1):
        if (y == side).any():
            least = threshold * sure[y == side].mean()
            if (sure[y == side] - least).abs().min() < NEAR / 5:
                raise TooClose
            m[(y == side) & (sure >= least)] = 1
    return y, m


def pasted(a, b, boxes):
    a = a.clone()
    for image, (top, bottom, left, right) in enumerate(boxes):
        a[image, :, top:bottom, left:right] = b[image, :, top:bottom, left:right]
    return a


def largest(mask, count):
    """The `count` largest parts of a mask, neighbours by side or corner; the first of equal ones."""
    left, parts = {tuple(p) for p in np.argwhere(mask > 0)}, []
    for start in sorted(left):
        if start not in left:
            continue
        left.discard(start)
        part, queue = [start], [start]
        while queue:
            r, c = queue.pop()
            for near in [(r + i, c + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]:
                if near in left:
                    left.discard(near)
                    part.append(near)
                    queue.append(near)
        parts.append(part)
    kept = np.zeros_like(mask)
    for part in sorted(parts, key=len, reverse=True)[:count]:
        kept[tuple(np.array(part).T)] = 1
    return kept


def mean_teacher(s, t, xl, yl, xu, noise):
    q = taught(t, xu)
    segmentation = kltv(s.see(xl), yl)
    consistency = ((s.see(xu + noise[:4], "alone") - q) ** 2).mean()
    return segmentation + WEIGHT * consistency, {"segmentation": segmentation, "consistency": consistency}


ORDER, PARTNERS = [0, 1, 2, 3] * 2, [2, 3, 0, 1, 1, 2, 3, 0]
BOXES = [[3, 12, 5, 20], [0, 32, 0, 8], [7, 8, 7, 8], [20, 32, 16, 32], [4, 28, 4, 28], [0, 0, 0, 0],
         [16, 24, 2, 30], [10, 31, 11, 19]]


def fixmatch(s, t, xl, yl, xu, noise):
    y, m = confident(taught(t, xu))
    views = [pasted(v[ORDER], v[PARTNERS], BOXES) for v in (xu, y, m)]
    segmentation = kltv(s.see(xl), yl)
    pseudo = kltv(s.see(views[0] + noise, "alone") * views[2], views[1] * views[2])
    terms = {"segmentation": segmentation, "pseudo": pseudo, "confident": m.mean(),
             "confident-foreground": (m * y).sum() / y.sum()}
    return segmentation + WEIGHT * pseudo, terms


def bcp(s, t, xl, yl, xu, noise):
    order = [0, 1, 2, 0]
    guess = hard(taught(t, xu))
    guess = torch.stack([torch.tensor(largest(g[0].numpy(), 2))[None] for g in guess])
    both = lambda a, b: torch.cat([pasted(a, b, BOXES[:4]), pasted(b, a, BOXES[:4])])
    one, none = torch.ones_like(guess), torch.zeros_like(guess)
    y, known = both(yl[order], guess), both(one, none)
    p = s.see(both(xl[order], xu))
    segmentation = kltv(p * known, y * known)
    pseudo = kltv(p * (1 - known), y * (1 - known))
    return segmentation + WEIGHT / 2 * pseudo, {"segmentation": segmentation, "pseudo": pseudo}


def cps(s, t, xl, yl, xu, noise):
    first, second = kltv(s.see(xl), yl), kltv(t.see(xl), yl)
    p, q = s.see(xu, "alone"), t.see(xu, "alone")
    crossed, back = kltv(p, hard(q, 7 * NEAR)), kltv(q, hard(p, 7 * NEAR))
    terms = {"segmentation": first, "segmentation-second": second, "crossed": crossed, "crossed-second": back}
    return first + second + WEIGHT * (crossed + back), terms


def golden(seed, name, run):
    xl, yl = batch(3, 5)
    xu, _ = batch(4, 6)
    noise = np.random.default_rng(9).normal(0, 0.05, (8, 1, 32, 32)).astype(np.float32)
    noise = torch.tensor(noise.astype(np.float64))
    s, t = Switched(2 * seed), Switched(2 * seed + 1)
    tensors = {"input/labelled": nhwc(xl), "input/masks": nhwc(yl), "input/unlabelled": nhwc(xu),
               "input/noise": nhwc(noise)}
    with torch.no_grad():
        s.see(xl)
        for _ in range(20):
            t.see(xu)
    s.states.clear()
    if run is cps:
        t.states.clear()
    for states in t.states.values():
        states.copy_(torch.tensor(states.numpy().astype(np.float32).astype(np.float64)))
    tensors |= copies("student", s.parameters) | copies("teacher", t.parameters) | copies("states", t.states)
    networks = [s, t] if run is cps else [s]
    optimisers = [torch.optim.Adam(n.trainable(), lr=1e-3) for n in networks]
    loss, terms = run(s, t, xl, yl, xu, noise)
    loss.backward()
    for optimiser in optimisers:
        optimiser.step()
    tensors |= gradients("gradient/student", s)
    if run is cps:
        tensors |= gradients("gradient/teacher", t) | copies("after/student", s.values())
    else:
        keep = DECAY / (1 + DECAY)
        new, old = s.values(), t.values()
        t_after = {k: keep * old[k].detach() + (1 - keep) * new[k].detach() for k in old}
    tensors |= copies("after/teacher", t.values() if run is cps else t_after)
    terms = {k: v.item() for k, v in terms.items()} | {"unlabelled-weight": WEIGHT}
    write(f"{base.TRAINING}/parity-{name}-step.safetensors", tensors,
          metadata(terms=terms, order=ORDER, partners=PARTNERS, boxes=BOXES, decay=DECAY, weight=WEIGHT))


if __name__ == "__main__":
    for name, run in (("mean-teacher", mean_teacher), ("fixmatch", fixmatch), ("bcp", bcp), ("cps", cps)):
        first_seed(lambda seed: golden(seed, name, run), start=900 if run is cps else 0)
