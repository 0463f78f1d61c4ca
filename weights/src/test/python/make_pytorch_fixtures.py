"""Writes small PyTorch files for the tests of the reader; needs torch."""

import argparse
import collections
import os
import pickle

import torch

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "dev", "espalier", "weights", "pytorch")


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(2, 3, 2)
        self.bn = torch.nn.BatchNorm2d(3)

    def forward(self, x):
        return self.bn(self.conv(x))


class Command:
    def __reduce__(self):
        return os.system, ("touch pwned",)


def net(start):
    model = Net()
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters()):
            count = parameter.numel()
            parameter.copy_(torch.arange(count, dtype=torch.float32).reshape(parameter.shape) + start + 100 * number)
    return model


def save(name, value, **arguments):
    torch.save(value, os.path.join(OUT, name), **arguments)


def main():
    os.makedirs(OUT, exist_ok=True)
    model = net(0)
    state = model.state_dict()
    save("state_dict.pth", state)
    for protocol in (3, 4, 5):
        save(f"protocol{protocol}.pth", state, pickle_protocol=protocol)
    save("legacy.pth", state, _use_new_zipfile_serialization=False)
    save("parameters.pth", dict(model.named_parameters()))
    save("wrapped.pth", collections.OrderedDict(("module." + key, value) for key, value in state.items()))
    save("lightning.ckpt", {
        "epoch": 1, "pytorch-lightning_version": "2.0", "state_dict": {"model." + k: v for k, v in state.items()}})

    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(2, 2, 4, 4)).sum().backward()
    optimizer.step()
    averaged = net(1000).state_dict()
    save("timm_checkpoint.pth.tar", {
        "epoch": 3, "arch": "tf_efficientnet_b0", "state_dict": net(0).state_dict(), "optimizer": optimizer.state_dict(),
        "version": 2, "args": argparse.Namespace(model="tf_efficientnet_b0", lr=0.1, flags=[True, None]), "metric": 76.5,
        "state_dict_ema": averaged})
    save("torchvision_checkpoint.pth", {
        "model": net(0).state_dict(), "optimizer": optimizer.state_dict(), "epoch": 1, "scaler": {"scale": 65536.0},
        "model_ema": dict([("n_averaged", torch.tensor(7))] + [("module." + k, v) for k, v in averaged.items()])})
    save("optimizer.pth", {"optimizer": optimizer.state_dict(), "epoch": 1})

    whole = torch.arange(24, dtype=torch.float32).reshape(2, 3, 2, 2)
    save("strides.pth", {
        "channels_last": whole.to(memory_format=torch.channels_last), "transposed": whole.reshape(4, 6).t(),
        "part": whole.reshape(4, 6)[1:3, 2:4], "expanded": torch.tensor([5.0]).expand(3), "same": whole,
        "empty": torch.zeros(0, 3), "scalar": torch.tensor(2.5)})
    numbers = [0, 1, 2, 100]
    save("types.pth", {str(t).split(".")[1]: torch.tensor(numbers, dtype=t) for t in (
        torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int8, torch.int16, torch.int32, torch.int64,
        torch.uint8, torch.bool)})
    save("large_integer.pth", {"a": torch.tensor([2**40])})

    save("whole_model.pth", torch.nn.Sequential(torch.nn.Linear(2, 2)))
    save("list.pth", [torch.zeros(2), torch.ones(2)])
    torch.jit.script(torch.nn.Sequential(torch.nn.ReLU())).save(os.path.join(OUT, "script.pt"))
    save("command.pth", {"weight": torch.zeros(2), "extra": Command()})
    save("command_legacy.pth", {"weight": torch.zeros(2), "extra": Command()}, _use_new_zipfile_serialization=False)
    with open(os.path.join(OUT, "plain_pickle.pth"), "wb") as file:
        pickle.dump({"weight": [1.0, 2.0]}, file)


if __name__ == "__main__":
    main()
