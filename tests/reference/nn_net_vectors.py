"""Reference vectors of whole networks: torchvision's ResNets in double precision.

    /usr/bin/python3 tests/reference/nn_net_vectors.py      (PyTorch 1.13, torchvision 0.14)

writes nn_resnet18.bin, nn_resnet34.bin, nn_narrow.bin beside itself. Weights and inputs are made by
formula from a seed (vectors.py). The "loss" is a fixed linear form of the logits, so that these
files test the network alone.

A ReLU whose input is nearly 0, or two nearly equal values under the max pool, switch with the last
bit of rounding, and one switch changes the gradient by more than rounding does: in PyTorch against
itself too. Seeds are therefore chosen so that no such edge matters: the first seed for which
PyTorch's own gradients in single and double precision agree to 2e-5 (relative L2 over the whole
vector), and those in double precision with noise of 1e-6 added to every convolution's output (as
much as Winograd's rounding) to 3e-4; for the narrow network also with every ReLU input at least 1e-5 away from 0 in double
precision. ResNet-34 has smaller images, or hardly a seed would do. The margin found is stored as
"margin".

The whole gradient is stored for the narrow network (first stage of 4 channels, the same code); of
the full ones a count sketch with 4096 buckets, which bounds the error of the whole vector to a few
percent of its value, and the length of every tensor's gradient.
"""
import os

import numpy as np
import torch
import torchvision
from torchvision.models.resnet import BasicBlock, ResNet

import vectors

HERE = os.path.dirname(os.path.abspath(__file__))
CHANNELS, CLASSES, PASSES = 4, 28, 10
NOISE, NOISY_RUNS = 1e-6, 6


class Narrow(ResNet):
    """torchvision's ResNet with `width` channels in the first stage."""

    def __init__(self, blocks, width):
        super().__init__(BasicBlock, blocks)
        self.inplanes = width
        self.conv1 = torch.nn.Conv2d(CHANNELS, width, 7, 2, 3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(width)
        for i in range(4):
            layer = self._make_layer(BasicBlock, width << i, blocks[i], stride=2 if i else 1)
            setattr(self, "layer%d" % (i + 1), layer)
        self.fc = torch.nn.Linear(width * 8, CLASSES)


def fill(model, seed):
    """Convolutions with the variance of He (fan out), batch norm near 1 and 0, head as torch."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.dim() == 4:
                scale, shift = np.sqrt(12 * 2 / (p.shape[0] * p.shape[2] * p.shape[3])), 0.0
            elif name.startswith("fc."):
                scale, shift = 2 / np.sqrt(model.fc.in_features), 0.0
            else:
                scale, shift = 0.5, 1.0 if name.endswith("weight") else 0.0
            value = vectors.uniform("%d:%s" % (seed, name), tuple(p.shape), scale, shift)
            p.copy_(torch.from_numpy(value))


def image(seed, batch, size):
    x = vectors.uniform("%d:input" % seed, (batch, size, size, CHANNELS), 3.4)
    return torch.from_numpy(x).permute(0, 3, 1, 2).contiguous()


def watch(model, margins):
    """Smallest distance of any ReLU's input from 0."""
    for m in model.modules():
        if isinstance(m, torch.nn.ReLU):
            m.inplace = False
            m.register_forward_hook(lambda _, x, __: margins.append(float(x[0].abs().min())))


def add_noise(model):
    for m in model.modules():
        if isinstance(m, torch.nn.Conv2d):
            m.register_forward_hook(lambda _, x, y: y + NOISE * y.detach().std() * torch.randn_like(y))


def ours(name, t):
    """A gradient in our memory order: [K,C,R,S] becomes [R,S,C,K], [K,C] becomes [C,K]."""
    t = t.detach().double().numpy()
    return t.transpose(2, 3, 1, 0) if t.ndim == 4 else t.transpose() if t.ndim == 2 else t


def train_pass(model, seed, batch, size, dtype):
    model.to(dtype).train()
    model.zero_grad()
    y = model(image(seed, batch, size).to(dtype))
    dy = vectors.uniform("%d:dlogits" % seed, (batch, CLASSES))
    y.backward(torch.from_numpy(dy).to(dtype))
    return y.detach().double().numpy(), {n: ours(n, p.grad) for n, p in model.named_parameters()}


def flat(parts):
    return np.concatenate([v.ravel() for v in parts.values()])


def steady(make, seed, batch, size, g64):
    """Whether noise leaves the gradient what it is."""
    model = make()
    fill(model, seed)
    add_noise(model)
    torch.manual_seed(seed)
    for _ in range(NOISY_RUNS):
        noisy = flat(train_pass(model, seed, batch, size, torch.float64)[1])
        if np.linalg.norm(noisy - g64) > 3e-4 * np.linalg.norm(g64):
            return False
    return True


def find_seed(make, batch, size, least_margin):
    for seed in range(1000):
        single, double = make(), make()
        fill(single, seed), fill(double, seed)
        margins = []
        watch(double, margins)
        g32 = flat(train_pass(single, seed, batch, size, torch.float32)[1])
        logits, gradient = train_pass(double, seed, batch, size, torch.float64)
        g64 = flat(gradient)
        error = np.linalg.norm(g32 - g64) / np.linalg.norm(g64)
        if error < 2e-5 and min(margins) >= least_margin and steady(make, seed, batch, size, g64):
            print("seed %d: fp32 against fp64 %.1e, margin %.1e" % (seed, error, min(margins)))
            return seed, double, min(margins), logits, gradient
    raise SystemExit("no seed found")


def buffers(model, suffix):
    return {n: b.double().numpy() for n, b in model.named_buffers() if n.endswith(suffix)}


def vectors_of(name, make, batch, size, least_margin, whole):
    seed, model, margin, logits, gradient = find_seed(make, batch, size, least_margin)
    out = {"seed": [seed], "margin": [margin], "batch": [batch], "size": [size],
           "passes": [PASSES], "train_logits": logits}
    out["gradient_norms"] = [np.linalg.norm(v) for v in gradient.values()]
    if whole:
        for n, v in gradient.items():
            out["gradient:" + n] = v
        for n, b in model.named_buffers():
            if "running" in n:
                out["buffer:" + n] = b.numpy().copy()
    else:
        out["gradient_sketch"] = vectors.sketch(gradient, 4096)
        out["mean_sketch"] = vectors.sketch(buffers(model, "running_mean"), 512)
        out["var_sketch"] = vectors.sketch(buffers(model, "running_var"), 512)
    for _ in range(PASSES - 1):
        train_pass(model, seed, batch, size, torch.float64)
    model.eval()
    with torch.no_grad():
        out["eval_logits"] = model(image(seed, batch, size)).numpy()
    print(name, "eval logits up to %.2f, train %.2f" %
          (np.abs(out["eval_logits"]).max(), np.abs(logits).max()))
    vectors.write(os.path.join(HERE, name), out)


def full(build):
    def make():
        model = build(num_classes=CLASSES)
        model.conv1 = torch.nn.Conv2d(CHANNELS, 64, 7, 2, 3, bias=False)
        return model
    return make


if __name__ == "__main__":
    torch.set_num_threads(1)
    vectors_of("nn_narrow.bin", lambda: Narrow([2, 2, 2, 2], 4), 3, 67, 1e-5, True)
    vectors_of("nn_resnet18.bin", full(torchvision.models.resnet18), 4, 64, 0, False)
    vectors_of("nn_resnet34.bin", full(torchvision.models.resnet34), 4, 48, 0, False)
