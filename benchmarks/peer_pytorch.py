"""Serves timings of PyTorch, one JSON line a request, to `compare.py`.

    python benchmarks/peer_pytorch.py --work step --model unet --width 32 --batch 8 --threads 2 \
        --precision float32 --layout channels-last

The work is one training step (forward, loss, backward, Adam) or one inference; `serving.py` says what a
request is.
"""

import argparse

import torch
import torch.nn.functional as F

import networks
from serving import serve

parser = argparse.ArgumentParser()
parser.add_argument("--work", choices=["step", "appau", "inference"], default="step")
parser.add_argument("--model", default="unet")
parser.add_argument("--width", type=int, default=32)
parser.add_argument("--batch", type=int, default=8)
parser.add_argument("--image", type=int, default=128)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
parser.add_argument("--layout", choices=["default", "channels-last"], default="channels-last")
parser.add_argument("--compile", action="store_true")
parser.add_argument("--frozen", action="store_true", help="inference: traced and frozen")
parser.add_argument("--structures", type=int, default=1)
parser.add_argument("--answers", help="inference: a file for the answers, .npy")
options = parser.parse_args()

torch.set_num_threads(options.threads)
torch.manual_seed(1)
layout = torch.channels_last if options.layout == "channels-last" else torch.contiguous_format
if options.work == "inference":
    network, x = networks.example(options.model, options.width, options.batch, options.image)
else:
    network = networks.segmentor(options.model, options.width, options.structures)
    x = torch.rand(options.batch, 1, options.image, options.image)
network, x = network.to(memory_format=layout), x.to(memory_format=layout)
y = (torch.rand(options.batch, options.structures, options.image, options.image) > 0.7).float()
mixed = lambda: torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16")
side_weights = [0.1, 0.2, 0.3, 0.4] if options.model == "ppau-net" else [1.0]
side_targets = [y[:, :, ::s, ::s] for s in ([8, 4, 2, 1] if len(side_weights) == 4 else [1])]


def supervised_loss(sides):
    return sum(w * networks.kltv(p, t) for w, p, t in zip(side_weights, sides, side_targets))


if options.work == "inference":
    model = torch.compile(network) if options.compile else network
    if options.frozen:
        # As PyTorch's tuning guide has it for inference; autocast belongs into the traced graph.
        with torch.no_grad(), torch.autocast(
            "cpu", torch.bfloat16, enabled=options.precision == "bfloat16", cache_enabled=False):
            model = torch.jit.freeze(torch.jit.trace(network, x))
        mixed = lambda: torch.autocast("cpu", enabled=False)

    def work():
        with torch.inference_mode(), mixed():
            return model(x)[-1]

    if options.answers:
        import numpy

        for _ in range(3):
            answer = work()
        numpy.save(options.answers, answer.float().numpy())

elif options.work == "step":
    optimiser = torch.optim.Adam(network.parameters(), 1e-3)
    model = torch.compile(network) if options.compile else network

    def work():
        with mixed():
            sides = model(x)
        loss = supervised_loss(sides)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()

else:  # one APPAU-Net step: `batch` labelled and `batch` unlabelled images; D, then S
    discriminator = networks.Classifier(2, 3, options.width).to(memory_format=layout)
    s_optimiser = torch.optim.Adam(network.parameters(), 1e-5)
    d_optimiser = torch.optim.Adam(discriminator.parameters(), 1e-4)
    unlabelled = torch.rand(options.batch, 1, options.image, options.image).to(memory_format=layout)
    classes = torch.arange(options.batch) % 2
    segment = torch.compile(network) if options.compile else network
    judge = torch.compile(discriminator) if options.compile else discriminator

    def real(logits):  # log(1 - p(prediction))
        return torch.logsumexp(logits[:, :2], 1) - torch.logsumexp(logits, 1)

    def work():
        with mixed():
            sides = segment(x)
            free = segment(unlabelled)[-1]
            on_real = judge(torch.cat([x, y], 1)).float()
            on_labelled = judge(torch.cat([x, sides[-1].detach()], 1)).float()
            on_free = judge(torch.cat([unlabelled, free.detach()], 1)).float()
        predicted = torch.cat([on_labelled, on_free])
        d_loss = (
            F.cross_entropy(on_real[:, :2], classes)
            - real(on_real).mean()
            - F.log_softmax(predicted, 1)[:, 2].mean()
        )
        d_optimiser.zero_grad(set_to_none=True)
        d_loss.backward()
        d_optimiser.step()
        for p in discriminator.parameters():
            p.requires_grad_(False)
        with mixed():
            a = judge(torch.cat([x, sides[-1]], 1)).float()
            b = judge(torch.cat([unlabelled, free], 1)).float()
        s_loss = supervised_loss(sides) - 0.01 * real(torch.cat([a, b])).mean()
        s_optimiser.zero_grad(set_to_none=True)
        s_loss.backward()
        s_optimiser.step()
        for p in discriminator.parameters():
            p.requires_grad_(True)


serve(work)
