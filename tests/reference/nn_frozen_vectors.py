"""Reference vectors of frozen layers and of a narrow network with a frozen trunk, by PyTorch in
double precision.

    /usr/bin/python3 tests/reference/nn_frozen_vectors.py      (PyTorch 1.13, torchvision 0.14)

writes nn_frozen.bin beside itself. Frozen here means what practitioners do: the module is in eval()
mode, so that its running statistics are used and stay, and its parameters ask for no gradient.
"frozen:*" are single batch norms as in nn_op_vectors.py; the network is the narrow one of
nn_net_vectors.py with running statistics away from 0 and 1, its seed chosen in the same way.
"trunk" freezes all but conv1, bn1 and fc; "all" freezes all but fc.
"""
import os

import numpy as np
import torch
import torch.nn.functional as F

import vectors
from nn_net_vectors import Narrow, fill, flat, image, ours, watch
from nn_op_vectors import NORM, Out, made, nchw, nhwc

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH, SIZE, CLASSES = 3, 67, 28
LEARNS = {"trunk": ("conv1", "bn1", "fc"), "all": ("fc",)}


def layers(out):
    for name, (n, h, w, c, relu, skip, large) in NORM.items():
        case = "frozen:" + name
        x = made(case + ":x", (n, h, w, c), 3, 0.7)
        weight, bias = made(case + ":weight", (c,), 1, 1), made(case + ":bias", (c,))
        mean = made(case + ":running_mean", (c,), 1, 0.5).detach()
        var = made(case + ":running_var", (c,), 1, 1).detach()
        y = F.batch_norm(nchw(x), mean, var, weight, bias, False, 0.1, 1e-5)
        y = y + nchw(x) if skip else y
        assert not relu or float(y.detach().abs().min()) > 1e-5
        out.finish(case, x, nhwc(F.relu(y) if relu else y), {}, large)


def make(seed, what):
    model = Narrow([2, 2, 2, 2], 4)
    fill(model, seed)
    with torch.no_grad():
        for name, b in model.named_buffers():
            if "running" in name:
                shift = 1.0 if name.endswith("var") else 0.0
                b.copy_(torch.from_numpy(vectors.uniform("%d:%s" % (seed, name), b.shape, 0.5, shift)))
    model.train()
    for name, module in model.named_modules():
        if name and name.split(".")[0] not in LEARNS[what]:
            module.eval()
    for name, p in model.named_parameters():
        p.requires_grad_(name.split(".")[0] in LEARNS[what])
    return model


def train_pass(model, seed, dtype):
    model.to(dtype)
    y = model(image(seed, BATCH, SIZE).to(dtype))
    y.backward(torch.from_numpy(vectors.uniform("%d:dlogits" % seed, (BATCH, CLASSES))).to(dtype))
    return y, {n: ours(n, p.grad) for n, p in model.named_parameters() if p.requires_grad}


def network(out, what):
    for seed in range(1000):
        margins = []
        double = make(seed, what)
        watch(double, margins)
        logits, gradient = train_pass(double, seed, torch.float64)
        _, single = train_pass(make(seed, what), seed, torch.float32)
        error = np.linalg.norm(flat(single) - flat(gradient)) / np.linalg.norm(flat(gradient))
        if error < 1e-5 and min(margins) > 1e-5:
            break
    print("%s: seed %d, fp32 against fp64 %.1e, margin %.1e" % (what, seed, error, min(margins)))
    out.tensors[what + ":seed"] = [seed]
    out.put(what + ":logits", logits, False)
    for name, g in gradient.items():
        out.tensors[what + ":d" + name] = g
    for name in ("running_mean", "running_var"):
        out.put(what + ":" + name, getattr(double.bn1, name), False)


if __name__ == "__main__":
    torch.set_num_threads(1)
    o = Out()
    layers(o)
    for kind in LEARNS:
        network(o, kind)
    vectors.write(os.path.join(HERE, "nn_frozen.bin"), o.tensors)
