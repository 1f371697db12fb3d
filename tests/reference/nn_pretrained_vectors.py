"""Features of torchvision's ResNet-34 after its first convolution was adapted from 3 to 4 channels.

    /usr/bin/python3 tests/reference/nn_pretrained_vectors.py      (PyTorch 1.13, torchvision 0.14)

writes nn_pretrained.bin beside itself: for each rule the 512 numbers that the head reads, of two
images. Weights (3 channels, 1000 classes) and images are made by formula from a seed (vectors.py);
running statistics lie away from 0 and 1. "calibrated": once more with statistics as a training
leaves them, those of a batch of other images, which are stored; features are then of order 1.
Double precision.
"""
import os

import torch
import torchvision

import vectors
from nn_net_vectors import fill, image

HERE = os.path.dirname(os.path.abspath(__file__))
SEED, BATCH, SIZE = 1, 2, 64


def mean(w):
    return torch.cat([w, w.mean(dim=1, keepdim=True)], dim=1)


def repeat(w):  # timm.models.adapt_input_conv
    return w.repeat(1, 2, 1, 1)[:, :4] * (3 / 4)


def rb(w):
    return torch.cat([w, (w[:, 0:1] + w[:, 2:3]) / 2], dim=1)


def calibrate(model):
    """The running statistics become those of a batch, rounded to single precision."""
    out = {}
    for m in model.modules():
        if isinstance(m, torch.nn.BatchNorm2d):
            m.momentum = None
            m.reset_running_stats()
    model.train()
    model(image(SEED + 1, 8, SIZE))
    for name, b in model.named_buffers():
        if "running" in name:
            b.copy_(b.float().double())
            out[name] = b.numpy()
    return out


def adapted_model(rule):
    model = torchvision.models.resnet34(num_classes=1000).double()
    fill(model, SEED)
    with torch.no_grad():
        for name, b in model.named_buffers():
            if "running" in name:
                shift = 1.0 if name.endswith("var") else 0.0
                value = vectors.uniform("%d:%s" % (SEED, name), tuple(b.shape), 0.5, shift)
                b.copy_(torch.from_numpy(value))
        adapted = torch.nn.Conv2d(4, 64, 7, 2, 3, bias=False).double()
        adapted.weight.copy_(rule(model.conv1.weight))
        model.conv1 = adapted
        model.fc = torch.nn.Identity()
    return model


def features(model):
    with torch.no_grad():
        model.eval()
        return model(image(SEED, BATCH, SIZE)).numpy()


if __name__ == "__main__":
    torch.set_num_threads(1)
    out = {rule.__name__: features(adapted_model(rule)) for rule in (mean, repeat, rb)}
    model = adapted_model(mean)
    with torch.no_grad():
        statistics = calibrate(model)
    out["calibrated"] = features(model)
    for rule, f in out.items():
        print("%s: features up to %.2f" % (rule, f.max()))
    out.update(statistics)
    vectors.write(os.path.join(HERE, "nn_pretrained.bin"), out)
