#!/usr/bin/env python3
"""Reference vectors for src/nn/loss.c, optim.c and schedule.c from PyTorch, in double precision.

Run from the repository root: python3 tests/reference/optim_vectors.py
Writes tests/reference/optim_vectors.h."""
import torch
import torch.nn.functional as F

torch.manual_seed(20182)


def floats(values):
    return ", ".join(float(v).hex() for v in torch.as_tensor(values, dtype=torch.float64).reshape(-1).tolist())


def array(name, values, kind="double"):
    n = torch.as_tensor(values).numel()
    return f"static const {kind} {name}[{n}] = {{{floats(values)}}};"


def focal(x, y, gamma):
    """-(1-p)^gamma log(p) for y=1, -p^gamma log(1-p) for y=0."""
    positive = torch.sigmoid(-x) ** gamma * -F.logsigmoid(x)
    negative = torch.sigmoid(x) ** gamma * -F.logsigmoid(-x)
    return torch.where(y > 0.5, positive, negative)


def loss_vectors(out):
    n, k = 7, 4
    x = (torch.randn(n, k) * 3).double()
    x[4] = torch.tensor([80.0, -80.0, 80.0, -80.0])
    x[5] = torch.tensor([20.0, -20.0, 0.0, -0.0])
    x[6] = torch.tensor([1e-4, -1e-4, 8.5, -8.5]).double()
    x = x.float().double()
    y = (torch.rand(n, k) < 0.4).double()
    y[4] = torch.tensor([1.0, 1.0, 0.0, 0.0])
    out.append(f"enum {{ LOSS_N = {n}, LOSS_K = {k}, LOSS_CASES = 6 }};")
    out += [array("loss_logits", x, "float"), array("loss_y", y, "float")]
    out.append("static const struct {\n    double gamma;\n    int sum_classes;\n    double value;\n"
               f"    double gradient[{n * k}];\n}} loss_cases[LOSS_CASES] = {{")
    for gamma in (0.0, 1.0, 2.0):
        for sum_classes in (0, 1):
            z = x.clone().requires_grad_()
            per_entry = focal(z, y, gamma)
            if gamma == 0:
                bce = F.binary_cross_entropy_with_logits(z, y, reduction="none")
                assert torch.allclose(per_entry, bce, rtol=0, atol=1e-12)
            loss = per_entry.sum(1).mean() if sum_classes else per_entry.mean()
            loss.backward()
            out.append(f"    {{{gamma}, {sum_classes}, {float(loss).hex()},\n"
                       f"     {{{floats(z.grad)}}}}},")
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


def schedule_vectors(out):
    """Linear warm-up over 5 steps, then PyTorch's cosine annealing to 0 over the other 15."""
    weight = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.SGD([weight], lr=0.4)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=15, eta_min=0)
    rates = [0.4 * (i + 1) / 5 for i in range(5)]
    for _ in range(15):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        cosine.step()
    out.append(array("schedule_rates", torch.tensor(rates, dtype=torch.float64)))


def main():
    out = ["/* Written by optim_vectors.py with PyTorch; do not edit. */", "/* clang-format off */"]
    loss_vectors(out)
    optim_vectors(out)
    schedule_vectors(out)
    with open("tests/reference/optim_vectors.h", "w") as f:
        f.write("\n".join(out) + "\n")


main()
