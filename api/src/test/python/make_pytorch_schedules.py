"""Prints ../resources/pytorch-schedules.txt with PyTorch: a schedule, a step and the learning rate."""

import torch

S = torch.optim.lr_scheduler
SCHEDULES = {
    "step-decay": lambda o: S.StepLR(o, 10, 0.5),
    "one-cycle": lambda o: S.OneCycleLR(o, 0.1, total_steps=100),
    "one-cycle-shaped": lambda o: S.OneCycleLR(
        o, 0.2, total_steps=37, pct_start=0.15, div_factor=10, final_div_factor=50
    ),
    "one-cycle-rising": lambda o: S.OneCycleLR(o, 0.1, total_steps=20, pct_start=1.0),
    "one-cycle-falling": lambda o: S.OneCycleLR(o, 0.1, total_steps=20, pct_start=0.0),
}

if __name__ == "__main__":
    print("# learning rates of PyTorch", torch.__version__.split("+")[0] + ": schedule, step, learning rate")
    for name, make in SCHEDULES.items():
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.3)
        schedule = make(optimizer)
        steps = getattr(schedule, "total_steps", 45)
        for step in range(steps):
            if step < 3 or step > steps - 3 or step % 5 == 0 or 8 < step < 12 or 27 < step < 33:
                print(name, step, repr(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            if step < steps - 1:
                schedule.step()
