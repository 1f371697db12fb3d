#!/usr/bin/env python3
"""Reference vectors for src/nn/optim/loss.c, optim.c, ema.c and schedule.c from PyTorch, in double precision.

Run from the repository root: python3 tests/reference/optim_vectors.py
Writes tests/reference/optim_vectors.h."""
import torch
import torch.nn.functional as F
from torchvision.ops import sigmoid_focal_loss

torch.manual_seed(20182)


def floats(values):
    return ", ".join(float(v).hex() for v in torch.as_tensor(values, dtype=torch.float64).reshape(-1).tolist())


def array(name, values, kind="double"):
    n = torch.as_tensor(values).numel()
    return f"static const {kind} {name}[{n}] = {{{floats(values)}}};"


def focal(x, y, gamma, alpha=None, smoothing=0.0):
    """-(1-p)^gamma log(p) for y=1, -p^gamma log(1-p) for y=0; mixed for a smoothed target."""
    positive = torch.sigmoid(-x) ** gamma * -F.logsigmoid(x)
    negative = torch.sigmoid(x) ** gamma * -F.logsigmoid(-x)
    t = y * (1 - smoothing) + smoothing / 2
    a, b = (1, 1) if alpha is None else (alpha, 1 - alpha)
    loss = t * a * positive + (1 - t) * b * negative
    if smoothing == 0:
        theirs = sigmoid_focal_loss(x, y, -1 if alpha is None else alpha, gamma)
        assert torch.allclose(loss, theirs, rtol=1e-9, atol=1e-12)
    if gamma == 0 and alpha is None:
        bce = F.binary_cross_entropy_with_logits(x, t, reduction="none")
        assert torch.allclose(loss, bce, rtol=0, atol=1e-12)
    return loss


def loss_vectors(out):
    n, k = 7, 4
    x = (torch.randn(n, k) * 3).double()
    x[4] = torch.tensor([80.0, -80.0, 80.0, -80.0])
    x[5] = torch.tensor([20.0, -20.0, 0.0, -0.0])
    x[6] = torch.tensor([1e-4, -1e-4, 8.5, -8.5]).double()
    x = x.float().double()
    y = (torch.rand(n, k) < 0.4).double()
    y[4] = torch.tensor([1.0, 1.0, 0.0, 0.0])
    weights = torch.tensor([0.25, 1.75, 0.5, 1.5]).double()
    cases = [(gamma, sum_classes, None, 0.0, False) for gamma in (0.0, 1.0, 2.0) for sum_classes in (0, 1)]
    cases += [(0.0, 0, 0.25, 0.0, False), (2.0, 0, 0.25, 0.0, False), (2.0, 1, 1.0, 0.0, False),
              (0.0, 0, None, 0.1, False), (2.0, 0, None, 0.2, False), (2.0, 0, None, 0.0, True),
              (1.5, 1, 0.75, 0.1, True)]
    out.append(f"enum {{ LOSS_N = {n}, LOSS_K = {k}, LOSS_CASES = {len(cases)} }};")
    out += [array("loss_logits", x, "float"), array("loss_y", y, "float"),
            array("loss_weights", weights, "float")]
    out.append("static const struct {\n    double gamma;\n    int sum_classes;\n    double alpha; /* -1: off */\n"
               "    double smoothing;\n    int weighted;\n    double value;\n"
               f"    double gradient[{n * k}];\n}} loss_cases[LOSS_CASES] = {{")
    for gamma, sum_classes, alpha, smoothing, weighted in cases:
        z = x.clone().requires_grad_()
        per_entry = focal(z, y, gamma, alpha, smoothing) * (weights if weighted else 1)
        loss = per_entry.sum(1).mean() if sum_classes else per_entry.mean()
        loss.backward()
        out.append(f"    {{{gamma}, {sum_classes}, {-1 if alpha is None else alpha}, {smoothing}, "
                   f"{int(weighted)}, {float(loss).hex()},\n     {{{floats(z.grad)}}}}},")
    out.append("};")


SHAPES = [("conv", 54, True), ("bn.weight", 3, False), ("bn.bias", 3, False),
          ("fc.weight", 12, True), ("fc.bias", 4, False)]


def optim_case(out, name, make, start, gradients, rates):
    tensors = [torch.nn.Parameter(t.clone()) for t in torch.split(start, [s[1] for s in SHAPES])]
    decay = [t for t, s in zip(tensors, SHAPES) if s[2]]
    plain = [t for t, s in zip(tensors, SHAPES) if not s[2]]
    optimiser = make(decay, plain)
    for step, lr in enumerate(rates):
        for t, g in zip(tensors, torch.split(gradients[step], [s[1] for s in SHAPES])):
            t.grad = g.clone()
        for group in optimiser.param_groups:
            group["lr"] = lr
        optimiser.step()
        if step in (0, len(rates) - 1):
            out.append(array(f"{name}_{step + 1}", torch.cat([t.detach() for t in tensors])))


def optim_vectors(out):
    count, rates = sum(s[1] for s in SHAPES), [1e-3, 2e-3, 3e-3, 2.5e-3, 1e-3]
    start = torch.randn(count).double()
    gradients = torch.randn(len(rates), count).double() * 0.3
    gradients[:, 5] = 0
    gradients[:, 60] *= 1e-5
    out.append(f"enum {{ OPTIM_COUNT = {count}, OPTIM_STEPS = {len(rates)} }};")
    out += [array("optim_start", start, "float"), array("optim_gradients", gradients.float(), "float"),
            array("optim_rates", rates)]
    start, gradients = start.float().double(), gradients.float().double()

    def adamw(decay, plain):
        return torch.optim.AdamW([{"params": decay, "weight_decay": 0.05},
                                  {"params": plain, "weight_decay": 0.0}], betas=(0.9, 0.999),
                                 eps=1e-8)

    def sgd(decay, plain):
        return torch.optim.SGD([{"params": decay, "weight_decay": 0.05},
                                {"params": plain, "weight_decay": 0.0}], lr=1, momentum=0.9)

    optim_case(out, "adamw", adamw, start, gradients, rates)
    optim_case(out, "sgd", sgd, start, gradients, [100 * r for r in rates])
    out.append(f"static const double optim_norm = {float(gradients[0].norm()).hex()};")


# Depth groups, as parts of the learning rate.
SCALES = [0.1, 0.3, 1.0]
PEAK, STEPS, WARMUP = 0.4, 40, 5


def schedule_rows(scheduler_of, warmup, steps=STEPS):
    """The rate of every group in every step, [steps][groups], behind a linear warm-up; the first
    group's momentum, or AdamW's beta1."""
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": PEAK * s} for s in SCALES]
    optimiser = torch.optim.SGD(groups, lr=PEAK, momentum=0.9)
    rates = [[PEAK * s * (i + 1) / warmup for s in SCALES] for i in range(warmup)]
    momenta = [0.9] * warmup
    scheduler = scheduler_of(optimiser)
    for i in range(steps - warmup):
        rates.append([g["lr"] for g in optimiser.param_groups])
        momenta.append(optimiser.param_groups[0]["momentum"])
        optimiser.step()
        if scheduler and i < steps - warmup - 1:
            scheduler.step()
    return rates, momenta


def schedule_vectors(out):
    s = torch.optim.lr_scheduler
    cases = {
        "constant": (lambda o: None, WARMUP),
        "cosine": (lambda o: s.CosineAnnealingLR(o, T_max=STEPS - WARMUP, eta_min=0), WARMUP),
        "restarts": (lambda o: s.CosineAnnealingWarmRestarts(o, T_0=5, T_mult=2), WARMUP),
        "restarts_even": (lambda o: s.CosineAnnealingWarmRestarts(o, T_0=7, T_mult=1), 0),
        "onecycle": (lambda o: s.OneCycleLR(o, [PEAK * k for k in SCALES], total_steps=STEPS,
                                            pct_start=0.3), 0),
        "onecycle_early": (lambda o: s.OneCycleLR(o, [PEAK * k for k in SCALES],
                                                  total_steps=STEPS, pct_start=0.12), 0),
    }
    out.append(f"enum {{ SCHEDULE_STEPS = {STEPS}, SCHEDULE_WARMUP = {WARMUP}, "
               f"SCHEDULE_GROUPS = {len(SCALES)} }};")
    out.append(array("schedule_scales", torch.tensor(SCALES, dtype=torch.float64)))
    for name, (make, warmup) in cases.items():
        rates, momenta = schedule_rows(make, warmup)
        out.append(array(f"schedule_{name}", torch.tensor(rates, dtype=torch.float64)))
        if name.startswith("onecycle"):
            out.append(array(f"schedule_{name}_momentum",
                             torch.tensor(momenta, dtype=torch.float64)))


# One depth group for each tensor of SHAPES, as the tests choose.
GROUPS = [0, 0, 1, 2, 2]
CLIP = 1.5


def recipe_case(out, name, make, start, gradients, rates, momenta, key):
    """Rates by group, momentum by step, all gradients clipped together: as a training runs it."""
    sizes = [s[1] for s in SHAPES]
    tensors = [torch.nn.Parameter(t.clone()) for t in torch.split(start, sizes)]
    optimiser = make([{"params": [t], "weight_decay": 0.05 if s[2] else 0.0}
                      for t, s in zip(tensors, SHAPES)])
    norms = []
    for step, lr in enumerate(rates):
        for t, g in zip(tensors, torch.split(gradients[step], sizes)):
            t.grad = g.clone()
        norms.append(float(torch.nn.utils.clip_grad_norm_(tensors, CLIP)))
        for group, depth in zip(optimiser.param_groups, GROUPS):
            group["lr"] = lr * SCALES[depth]
            group[key] = momenta[step] if key == "momentum" else (momenta[step], 0.999)
        optimiser.step()
    out.append(array(f"recipe_{name}", torch.cat([t.detach() for t in tensors])))
    return norms


def recipe_vectors(out):
    count, rates, momenta = sum(s[1] for s in SHAPES), [0.01, 0.03, 0.02], [0.95, 0.85, 0.9]
    start = torch.randn(count).float().double()
    gradients = (torch.randn(3, count) * torch.tensor([[0.3], [0.05], [2.0]])).float().double()
    out += [f"enum {{ RECIPE_STEPS = 3 }};", f"static const double recipe_clip = {CLIP};",
            array("recipe_start", start, "float"), array("recipe_gradients", gradients, "float"),
            array("recipe_rates", rates), array("recipe_momenta", momenta),
            f"static const int recipe_groups[{len(GROUPS)}] = {{{', '.join(map(str, GROUPS))}}};"]
    norms = recipe_case(out, "sgd", lambda g: torch.optim.SGD(g, lr=1, momentum=0.9), start,
                        gradients, rates, momenta, "momentum")
    recipe_case(out, "adamw", lambda g: torch.optim.AdamW(g, lr=1, eps=1e-8), start, gradients,
                rates, momenta, "betas")
    assert norms[0] > CLIP > norms[1]
    out.append(array("recipe_norms", norms))


def average_vectors(out):
    """PyTorch's AveragedModel with an exponential average whose decay is warmed up."""
    steps, count, decay = 30, 8, 0.75
    values = (torch.randn(steps + 1, count)).float().double()
    model = torch.nn.Linear(count, 1, bias=False).double()
    model.weight.data[0] = values[0]
    averaged = torch.optim.swa_utils.AveragedModel(
        model, avg_fn=lambda old, new, n: old + (1 - min(decay, (1 + n) / (10 + n))) * (new - old))
    averaged.update_parameters(model)  # the first call copies
    rows = []
    for step in range(1, steps + 1):
        model.weight.data[0] = values[step]
        averaged.update_parameters(model)
        rows.append(averaged.module.weight.data[0].clone())
    out += [f"enum {{ AVERAGE_STEPS = {steps}, AVERAGE_COUNT = {count} }};",
            f"static const double average_decay = {decay};",
            array("average_values", values, "float"), array("average_rows", torch.stack(rows))]


def accumulate_vectors(out):
    """Gradients of two halves of a batch, collected, and of the batch as one: a linear layer with
    a mean loss, no batch norm."""
    x, y = torch.randn(8, 12).float().double(), (torch.rand(8, 4) < 0.4).double()
    w = (torch.randn(4, 12) * 0.3).float().double()

    def gradient(rows):
        z = w.clone().requires_grad_()
        focal(x[rows] @ z.T, y[rows], 2.0).mean().backward()
        return z.grad

    whole, halves = gradient(slice(0, 8)), [gradient(slice(0, 4)), gradient(slice(4, 8))]
    assert torch.allclose((halves[0] + halves[1]) / 2, whole, rtol=0, atol=1e-15)
    out += [array("accumulate_halves", torch.stack(halves)), array("accumulate_whole", whole)]


def main():
    out = ["/* Written by optim_vectors.py with PyTorch; do not edit. */", "/* clang-format off */"]
    loss_vectors(out)
    optim_vectors(out)
    schedule_vectors(out)
    recipe_vectors(out)
    average_vectors(out)
    accumulate_vectors(out)
    with open("tests/reference/optim_vectors.h", "w") as f:
        f.write("\n".join(out) + "\n")


main()
