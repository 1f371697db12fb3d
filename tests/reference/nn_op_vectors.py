"""Reference vectors of single layers: forward and backward in double precision by PyTorch.

    /usr/bin/python3 tests/reference/nn_op_vectors.py      (PyTorch 1.13)

writes nn_ops.bin beside itself. Inputs x [n,h,w,c], weights (torch's layout) and the gradient dy of
the output are made by formula from the case's name (vectors.py). Stored in our memory order
(NHWC, weights [R,S,C,K]): y, dx, the gradient of every parameter, running statistics; of large
cases a count sketch with 512 buckets. Where a ReLU follows, the script checks that no input of it
is nearer to 0 than 1e-5, so that rounding cannot switch it. Ties under the max pool are wanted.
"""
import os

import numpy as np
import torch
import torch.nn.functional as F

import vectors

HERE = os.path.dirname(os.path.abspath(__file__))

# name: n, h, w, c, k, kernel, stride, pad, large
CONV = {
    "stem": (2, 13, 11, 4, 8, 7, 2, 3, False),
    "same": (3, 9, 7, 5, 6, 3, 1, 1, False),
    "down": (2, 11, 8, 6, 7, 3, 2, 1, False),
    "project": (2, 9, 8, 6, 5, 1, 2, 0, False),
    "one": (1, 1, 1, 3, 4, 3, 1, 1, False),
    "stem_large": (2, 37, 41, 4, 64, 7, 2, 3, True),
    "long": (3, 40, 45, 2, 3, 3, 1, 1, True),
    "same_large": (3, 17, 19, 128, 136, 3, 1, 1, True),
    "deep": (2, 9, 7, 520, 130, 3, 1, 1, True),
    "down_deep": (5, 9, 10, 264, 136, 3, 2, 1, True),
    "project_deep": (5, 9, 10, 264, 136, 1, 2, 0, True),
    # channels that Winograd's algorithms serve
    "square": (3, 9, 10, 32, 64, 3, 1, 1, True),
    "square_large": (2, 46, 45, 32, 32, 3, 1, 1, True),
    "square_small": (3, 2, 2, 96, 64, 3, 1, 1, True),
    "halving": (3, 9, 10, 32, 64, 3, 2, 1, True),
    "halving_large": (2, 33, 46, 64, 32, 3, 2, 1, True),
    "entry": (2, 37, 30, 4, 32, 7, 2, 3, True),
}
# name: n, h, w, c, relu, skip, large
NORM = {
    "plain": (3, 5, 4, 5, False, False, False),
    "relu": (2, 4, 5, 17, True, False, False),
    "skip": (2, 3, 5, 16, True, True, False),
    "blocks": (2, 29, 31, 40, True, True, True),
}
POOL = {"odd": (2, 9, 7, 5), "even": (1, 8, 10, 16)}


def made(key, shape, scale=2.0, shift=0.0):
    return torch.from_numpy(vectors.uniform(key, shape, scale, shift)).requires_grad_()


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1).contiguous()


class Out:
    def __init__(self):
        self.tensors = {}

    def put(self, key, t, large):
        t = t.detach().numpy().copy()
        self.tensors[key] = vectors.sketch({key: t}, 512) if large else t

    def finish(self, case, x, y, grads, large):
        """Backward from the made dy; y is NHWC."""
        dy = made(case + ":dy", tuple(y.shape))
        y.backward(dy.detach())
        self.put(case + ":y", y, large)
        self.put(case + ":dx", x.grad, large)
        for name, (p, order) in grads.items():
            self.put(case + ":d" + name, p.grad.permute(*order).contiguous(), large)


def conv(out):
    for name, (n, h, w, c, k, kernel, stride, pad, large) in CONV.items():
        case = "conv:" + name
        x = made(case + ":x", (n, h, w, c))
        weight = made(case + ":weight", (k, c, kernel, kernel))
        y = nhwc(F.conv2d(nchw(x), weight, stride=stride, padding=pad))
        out.finish(case, x, y, {"weight": (weight, (2, 3, 1, 0))}, large)


def norm(out):
    for name, (n, h, w, c, relu, skip, large) in NORM.items():
        case = "norm:" + name
        x = made(case + ":x", (n, h, w, c), 3, 0.7)
        weight, bias = made(case + ":weight", (c,), 1, 1), made(case + ":bias", (c,))
        mean, var = torch.zeros(c).double(), torch.ones(c).double()

        def apply(training):
            y = F.batch_norm(nchw(x), mean, var, weight, bias, training, 0.1, 1e-5)
            y = y + nchw(x) if skip else y
            assert not relu or float(y.detach().abs().min()) > 1e-5
            return nhwc(F.relu(y) if relu else y)

        grads = {"weight": (weight, (0,)), "bias": (bias, (0,))}
        out.finish(case, x, apply(True), grads, large)
        out.put(case + ":running_mean", mean, False)
        out.put(case + ":running_var", var, False)
        out.put(case + ":y_eval", apply(False), large)


def residual(out):
    """x -> 3x3 convolution -> batch norm, + x, ReLU: x gets its gradient from two sides."""
    case = "residual"
    x = made(case + ":x", (2, 6, 5, 8))
    conv_w = made(case + ":conv.weight", (8, 8, 3, 3))
    weight, bias = made(case + ":bn.weight", (8,), 1, 1), made(case + ":bn.bias", (8,))
    z = F.conv2d(nchw(x), conv_w, padding=1)
    z = F.batch_norm(z, torch.zeros(8).double(), torch.ones(8).double(), weight, bias, True) + nchw(x)
    assert float(z.detach().abs().min()) > 1e-5
    out.finish(case, x, nhwc(F.relu(z)),
               {"conv.weight": (conv_w, (2, 3, 1, 0)), "bn.weight": (weight, (0,)),
                "bn.bias": (bias, (0,))}, False)


def pool(out):
    for name, shape in POOL.items():
        case = "max:" + name
        coarse = np.round(vectors.uniform(case + ":x", shape, 4.0))  # -2..2: many ties
        x = torch.from_numpy(coarse).requires_grad_()
        out.finish(case, x, nhwc(F.max_pool2d(nchw(x), 3, 2, 1)), {}, False)
    x = made("average:x", (3, 5, 7, 18))
    out.finish("average", x, nhwc(F.adaptive_avg_pool2d(nchw(x), 1)), {}, False)


def linear(out):
    x = made("linear:x", (3, 1, 1, 37))
    weight, bias = made("linear:weight", (28, 37)), made("linear:bias", (28,))
    y = F.linear(x.reshape(3, 37), weight, bias).reshape(3, 1, 1, 28)
    out.finish("linear", x, y, {"weight": (weight, (1, 0)), "bias": (bias, (0,))}, False)


if __name__ == "__main__":
    o = Out()
    for part in (conv, norm, residual, pool, linear):
        part(o)
    vectors.write(os.path.join(HERE, "nn_ops.bin"), o.tensors)
