#!/usr/bin/python3
"""Does an exported network mean the same in PyTorch?

export_torch.py WEIGHTS RUN IMAGES PROBS: loads WEIGHTS (hpa export --safetensors) into torchvision's
network with strict=True, runs it on the images that PROBS (hpa predict --tta 1 --probs) lists and
compares the probabilities. Mean, standard deviation and network come from RUN/best.safetensors.
Prints the largest difference; exit 1 when it is above 1e-4.
"""
import csv
import json
import os
import struct
import sys

import numpy as np
import torch
import torchvision
from PIL import Image


def read_safetensors(path):
    with open(path, "rb") as f:
        (n,) = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(n))
        data = f.read()
    kinds = {"F32": np.float32, "I64": np.int64}
    meta = header.pop("__metadata__", {})
    tensors = {}
    for name, t in header.items():
        begin, end = t["data_offsets"]
        array = np.frombuffer(data[begin:end], kinds[t["dtype"]]).reshape(t["shape"])
        tensors[name] = torch.from_numpy(array.copy())
    return tensors, meta


def main():
    weights, run, images, probs = sys.argv[1:5]
    state, _ = read_safetensors(weights)
    _, meta = read_safetensors(os.path.join(run, "best.safetensors"))
    conf, extra = json.loads(meta["hpa.config"]), json.loads(meta["hpa.extra"])
    channels = conf["data.channels"].split(",")
    net = getattr(torchvision.models, conf["train.model"])(weights=None)
    net.conv1 = torch.nn.Conv2d(len(channels), 64, 7, 2, 3, bias=False)
    net.fc = torch.nn.Linear(512, extra["classes"])
    net.load_state_dict(state, strict=True)
    net.eval()
    mean = np.array(extra["mean"], np.float32).reshape(-1, 1, 1)
    std = np.array(extra["std"], np.float32).reshape(-1, 1, 1)
    worst, count = 0.0, 0
    for row in list(csv.reader(open(probs)))[1:]:
        planes = [np.asarray(Image.open(os.path.join(images, f"{row[0]}_{c}.png")), np.float32)
                  for c in channels]
        if planes[0].shape[0] != int(conf["train.size"]):
            sys.exit("train.size is not the images' own size: nothing to compare")
        x = (np.stack(planes) / np.float32(255) - mean) / std
        with torch.no_grad():
            p = torch.sigmoid(net(torch.from_numpy(x)[None])).numpy()[0]
        worst = max(worst, float(np.abs(p - np.array(row[1:], np.float32)).max()))
        count += 1
    print(f"{count} images, largest difference of a probability {worst:.3g}")
    sys.exit(worst > 1e-4 or count == 0)


if __name__ == "__main__":
    main()
