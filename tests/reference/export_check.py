#!/usr/bin/env python3
"""Does an exported network load in PyTorch, and does it compute the same?

python3 tests/reference/export_check.py FILE.safetensors [X.f32 LOGITS.f32 SIZE]

FILE is read with struct and json alone; torchvision's model of the same depth takes it with
strict=True. X holds images [n,SIZE,SIZE,C] and LOGITS what the program made of them [n,K], both raw
little-endian floats; exit 1 when they differ by more than 1e-4."""
import json
import struct
import sys

import numpy as np
import torch
import torchvision

TYPES = {"F32": np.float32, "I64": np.int64}


def read(path):
    raw = open(path, "rb").read()
    (n,) = struct.unpack("<Q", raw[:8])
    header, data = json.loads(raw[8:8 + n]), raw[8 + n:]
    assert header.pop("__metadata__")["format"] == "pt"
    state = {}
    for name, t in header.items():
        begin, end = t["data_offsets"]
        values = np.frombuffer(data[begin:end], TYPES[t["dtype"]]).reshape(t["shape"])
        state[name] = torch.from_numpy(values.copy())
    return state


def model_of(state):
    deep = "layer1.2.conv1.weight" in state
    model = (torchvision.models.resnet34 if deep else torchvision.models.resnet18)(weights=None)
    channels, classes = state["conv1.weight"].shape[1], state["fc.weight"].shape[0]
    model.conv1 = torch.nn.Conv2d(channels, 64, 7, 2, 3, bias=False)
    model.fc = torch.nn.Linear(512, classes)
    model.load_state_dict(state, strict=True)
    print(f"loads as ResNet-{34 if deep else 18}, {channels} channels, {classes} classes, "
          f"{len(state)} tensors")
    return model.eval()


def main():
    state = read(sys.argv[1])
    model = model_of(state)
    if len(sys.argv) < 5:
        return 0
    channels, classes, size = state["conv1.weight"].shape[1], len(state["fc.bias"]), int(sys.argv[4])
    x = np.fromfile(sys.argv[2], np.float32).reshape(-1, size, size, channels)
    wanted = np.fromfile(sys.argv[3], np.float32).reshape(-1, classes)
    with torch.no_grad():
        logits = model(torch.from_numpy(x.transpose(0, 3, 1, 2).copy())).numpy()
    worst = float(np.abs(logits - wanted).max())
    print(f"largest difference of {logits.size} logits: {worst:.3g}")
    return worst > 1e-4


sys.exit(main())
