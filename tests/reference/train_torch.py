#!/usr/bin/python3
"""The plain recipe of `hpa train`, written in PyTorch, on the data of one of its runs.

train_torch.py DATA RUN --seed N: DATA is a folder with train.csv and train/, RUN a run's folder (its
folds.csv and its last.safetensors, whose metadata holds the configuration). Prints one line an epoch
and ends with the macro F1 at the exact best cuts. For comparing where both end, never bit by bit:
the random streams differ.
"""
import argparse
import csv
import json
import math
import os
import struct

import numpy as np
import torch
import torchvision
from PIL import Image


KNOWN = {"train.sampler": ["shuffle"], "train.ema": ["0"], "augment.preset": ["none", "dihedral"]}


def read_metadata(path):
    with open(path, "rb") as f:
        (n,) = struct.unpack("<Q", f.read(8))
        return json.loads(f.read(n))["__metadata__"]


def load_planes(folder, ids, channels, size):
    out = np.empty((len(ids), len(channels), size, size), np.uint8)
    for i, name in enumerate(ids):
        for c, channel in enumerate(channels):
            im = Image.open(os.path.join(folder, f"{name}_{channel}.png"))
            if im.size != (size, size):
                im = im.resize((size, size), Image.BOX)
            out[i, c] = np.asarray(im)
    return out


def dihedral(x, rng):
    """One of eight flips and turns for each sample."""
    for i in range(x.shape[0]):
        view = int(rng.integers(8))
        y = torch.rot90(x[i], view & 3, (1, 2))
        x[i] = torch.flip(y, (2,)) if view & 4 else y
    return x


def best_f1(p, y):
    """F1 of one class at its best cut: every distinct score is tried."""
    order = np.argsort(-p, kind="stable")
    s, t = p[order], y[order]
    tp = np.cumsum(t)
    ends = np.append(s[1:] != s[:-1], True)
    f1 = 2 * tp / (np.arange(1, len(s) + 1) + t.sum())
    return float(f1[ends].max()) if t.sum() else 0.0


def macro_f1(p, y):
    return float(np.mean([best_f1(p[:, c], y[:, c]) for c in range(y.shape[1])]))


def build(model, channels, classes, dropout):
    net = getattr(torchvision.models, model)(weights=None)
    net.conv1 = torch.nn.Conv2d(channels, 64, 7, 2, 3, bias=False)
    torch.nn.init.kaiming_normal_(net.conv1.weight, mode="fan_out", nonlinearity="relu")
    net.fc = torch.nn.Sequential(torch.nn.Dropout(dropout), torch.nn.Linear(512, classes))
    return net


def optimizer_of(net, conf):
    decay = [p for p in net.parameters() if p.dim() > 1]
    rest = [p for p in net.parameters() if p.dim() <= 1]
    sgd = conf["train.optimizer"] == "sgd"
    wd = float(conf["train.weight_decay"] or (1e-4 if sgd else 1e-2))
    lr = float(conf["train.lr"] or (0.05 if sgd else 1e-3))
    groups = [{"params": decay, "weight_decay": wd}, {"params": rest, "weight_decay": 0.0}]
    if sgd:
        return torch.optim.SGD(groups, lr, momentum=float(conf["train.momentum"])), lr
    return torch.optim.AdamW(groups, lr), lr


def rate(step, peak, warmup, total):
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak / 2 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))


def focal(z, y, gamma):
    p = torch.sigmoid(z)
    ce = torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="none")
    return ((1 - (p * y + (1 - p) * (1 - y))) ** gamma * ce).mean()


def main():
    a = argparse.ArgumentParser()
    a.add_argument("data")
    a.add_argument("run")
    a.add_argument("--seed", type=int, default=1)
    a = a.parse_args()
    meta = read_metadata(os.path.join(a.run, "last.safetensors"))
    conf = json.loads(meta["hpa.config"])
    other = {k: conf[k] for k, known in KNOWN.items() if conf[k] not in known}
    if other:
        raise SystemExit(f"train_torch.py: this recipe is not written here: {other}; known: {KNOWN}")
    torch.manual_seed(a.seed)
    rng = np.random.default_rng(a.seed)

    fold = {r["Id"]: int(r["Fold"] if "Fold" in r else r["fold"])
            for r in csv.DictReader(open(os.path.join(a.run, "folds.csv")))}
    rows = list(csv.DictReader(open(os.path.join(a.data, "train.csv"))))
    ids = [r["Id"] for r in rows]
    classes = 28
    y = np.zeros((len(ids), classes), np.float32)
    for i, r in enumerate(rows):
        y[i, [int(v) for v in r["Target"].split()]] = 1
    channels = conf["data.channels"].split(",")
    size = int(conf["train.size"])
    x = load_planes(os.path.join(a.data, "train"), ids, channels, size)
    held = np.array([fold[i] == int(conf["split.fold"]) for i in ids])
    train, val = np.flatnonzero(~held), np.flatnonzero(held)
    pixels = x[train].astype(np.float64) / 255
    mean = pixels.mean((0, 2, 3)).reshape(1, -1, 1, 1)
    std = pixels.std((0, 2, 3)).reshape(1, -1, 1, 1)

    def batch(rows_of_batch):
        return torch.from_numpy(((x[rows_of_batch] / 255.0 - mean) / std).astype(np.float32))

    net = build(conf["train.model"], len(channels), classes, float(conf["train.dropout"]))
    optimizer, peak = optimizer_of(net, conf)
    size_of_batch, epochs = int(conf["train.batch"]), int(conf["train.epochs"])
    per_epoch = len(train) // size_of_batch
    warmup, total = round(float(conf["train.warmup_epochs"]) * per_epoch), epochs * per_epoch
    gamma, step, best = float(conf["loss.gamma"]), 0, 0.0
    for epoch in range(1, epochs + 1):
        net.train()
        order, losses = rng.permutation(train), []
        for b in range(per_epoch):
            chosen = order[b * size_of_batch:(b + 1) * size_of_batch]
            inputs = batch(chosen)
            if conf["augment.preset"] == "dihedral":
                inputs = dihedral(inputs, rng)
            for group in optimizer.param_groups:
                group["lr"] = rate(step, peak, warmup, total)
            optimizer.zero_grad()
            loss = focal(net(inputs), torch.from_numpy(y[chosen]), gamma)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            step += 1
        net.eval()
        with torch.no_grad():
            p = torch.cat([torch.sigmoid(net(batch(val[i:i + size_of_batch])))
                           for i in range(0, len(val), size_of_batch)]).numpy()
        f1 = macro_f1(p, y[val])
        best = max(best, f1)
        print(f"epoch {epoch}: loss {np.mean(losses):.4f}, macro F1 {f1:.4f}", flush=True)
    print(f"seed {a.seed}: last {f1:.4f}, best {best:.4f}")


if __name__ == "__main__":
    main()
