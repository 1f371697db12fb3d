"""The peer of Debian's python3-torch and python3-torchvision: ResNet-34 with 4 channels and 28 classes.

usage: torch_peer.py train|infer MODE THREADS SIZE BATCH STEPS
       torch_peer.py loader DIR THREADS SIZE BATCH STEPS
       torch_peer.py export FILE.onnx SIZE
       torch_peer.py version

MODE of train: plain, channels_last. MODE of infer: plain, channels_last, frozen (traced, frozen and
optimised for inference). One untimed step, then STEPS timed ones; one line of JSON. `loader` reads
DIR/train.csv and the four PNGs of each sample with Pillow, in this process (one core, as
num_workers=0 means), STEPS times over the whole set.
"""
import csv
import json
import os
import sys
import time


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def resnet():
    import torch
    import torchvision

    model = torchvision.models.resnet34(weights=None)
    model.conv1 = torch.nn.Conv2d(4, 64, 7, 2, 3, bias=False)
    model.fc = torch.nn.Linear(512, 28)
    return model


def focal(logits, y, gamma=2.0):
    import torch

    p = torch.sigmoid(logits)
    entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits, y, reduction="none")
    pt = p * y + (1 - p) * (1 - y)
    return ((1 - pt) ** gamma * entropy).mean()


def training_step(model, x, y):
    import torch

    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9, weight_decay=1e-4)

    def step():
        optimizer.zero_grad(set_to_none=True)
        focal(model(x), y).backward()
        optimizer.step()

    return step


def inference_step(model, x, mode):
    import torch

    model.eval()
    if mode == "frozen":
        model = torch.jit.freeze(torch.jit.trace(model, x))
        model = torch.jit.optimize_for_inference(model)

    def step():
        with torch.no_grad():
            model(x)

    return step


def run_net(what, mode, threads, size, batch, steps):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = resnet()
    x = torch.randn(batch, 4, size, size)
    y = (torch.rand(batch, 28) < 0.06).float()
    if mode == "channels_last":
        model = model.to(memory_format=torch.channels_last)
        x = x.contiguous(memory_format=torch.channels_last)
    step = training_step(model, x, y) if what == "train" else inference_step(model, x, mode)
    seconds = []
    for _ in range(2 if mode == "frozen" else 1):  # the first runs of a traced graph optimise it
        step()
    cpu = time.process_time()
    for _ in range(steps):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    cpu = time.process_time() - cpu
    return {"images_per_second": batch / median(seconds), "cpu_seconds_per_image": cpu / steps / batch}


def run_loader(folder, threads, size, batch, steps):
    import numpy
    import torch
    from PIL import Image

    torch.set_num_threads(threads)
    with open(os.path.join(folder, "train.csv"), newline="") as f:
        rows = [(row["Id"], row["Target"]) for row in csv.DictReader(f)]

    class Samples(torch.utils.data.Dataset):
        def __len__(self):
            return len(rows)

        def __getitem__(self, i):
            name, target = rows[i]
            planes = []
            for stain in ("red", "green", "blue", "yellow"):
                with Image.open(os.path.join(folder, "train", f"{name}_{stain}.png")) as im:
                    planes.append(numpy.asarray(im.resize((size, size), Image.BOX)))
            x = torch.from_numpy(numpy.stack(planes)).float().div_(255)
            y = torch.zeros(28)
            y[[int(c) for c in target.split()]] = 1
            return x, y

    loader = torch.utils.data.DataLoader(Samples(), batch_size=batch, shuffle=True, num_workers=0)
    rates = []
    for look in range(steps + 1):
        start = time.perf_counter()
        for _ in loader:
            pass
        if look:  # the first brings the files into memory
            rates.append(len(rows) / (time.perf_counter() - start))
    return {"images_per_second": median(rates)}


def export(path, size):
    import torch

    torch.onnx.export(resnet().eval(), torch.randn(2, 4, size, size), path, opset_version=13,
                      input_names=["x"], output_names=["z"],
                      dynamic_axes={"x": {0: "n"}, "z": {0: "n"}})
    return {}


def main(arguments):
    import torch
    import torchvision

    result = {"version": f"{torch.__version__} (torchvision {torchvision.__version__})"}
    what = arguments[0]
    if what == "export":
        export(arguments[1], int(arguments[2]))
    elif what == "loader":
        import PIL

        result["version"] += f", Pillow {PIL.__version__}"
        result.update(run_loader(arguments[1], *map(int, arguments[2:])))
    elif what != "version":
        result.update(run_net(what, arguments[1], *map(int, arguments[2:])))
        result["threads"] = torch.get_num_threads()
    print(json.dumps(result))


main(sys.argv[1:])
