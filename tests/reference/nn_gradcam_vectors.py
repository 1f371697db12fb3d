"""Reference maps of Grad-CAM, by PyTorch's autograd in double precision.

    /usr/bin/python3 tests/reference/nn_gradcam_vectors.py      (PyTorch 1.13, torchvision 0.14)

writes nn_gradcam.bin beside itself. Weights, running statistics and the one image of a network are
made by formula from a seed, as nn_frozen_vectors.py makes them; dropout stands before the head. The
weight of a channel is the mean over positions of the logit's gradient at the output of layer4, taken
by autograd and not by any formula; the map is cut at 0. Of all classes: maps[h,w,K], logits[K].
"""
import os

import torch
import torchvision

import vectors
from nn_net_vectors import CLASSES, Narrow, fill, full, image

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 11
NETWORKS = {  # side of the image; 150 and 70 do not divide by 32
    "narrow": (lambda: Narrow([2, 2, 2, 2], 4), 150),
    "resnet18": (full(torchvision.models.resnet18), 96),
    "resnet34": (full(torchvision.models.resnet34), 70),
}


def trained(make):
    model = make()
    fill(model, SEED)
    with torch.no_grad():
        for name, b in model.named_buffers():
            if "running" in name:
                shift = 1.0 if name.endswith("var") else 0.0
                b.copy_(torch.from_numpy(vectors.uniform("%d:%s" % (SEED, name), b.shape, 0.5, shift)))
    model.fc = torch.nn.Sequential(torch.nn.Dropout(0.5), model.fc)
    return model.double().eval()


def maps(model, x):
    kept = []
    model.layer4.register_forward_hook(lambda _, __, y: kept.append(y))
    logits = model(x)
    out = []
    for c in range(CLASSES):
        gradient, = torch.autograd.grad(logits[0, c], kept[0], retain_graph=True)
        weights = gradient.mean(dim=(2, 3), keepdim=True)
        out.append(torch.relu((weights * kept[0]).sum(dim=1))[0])
    return torch.stack(out, dim=2).detach().numpy(), logits[0].detach().numpy()


if __name__ == "__main__":
    torch.set_num_threads(1)
    tensors = {"seed": [SEED]}
    for network, (build, size) in NETWORKS.items():
        tensors[network + ":size"] = [size]
        m, y = maps(trained(build), image(SEED, 1, size))
        tensors[network + ":maps"], tensors[network + ":logits"] = m, y
        print("%s: maps %s, %d of %d classes seen somewhere" %
              (network, m.shape, (m.max(axis=(0, 1)) > 0).sum(), CLASSES))
    vectors.write(os.path.join(HERE, "nn_gradcam.bin"), tensors)
