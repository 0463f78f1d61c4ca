"""Writes ../resources/weights/resnet_*: narrow ResNets of torchvision, with basic and with bottleneck blocks.

Values are those of ../shared/golden/README.md, keyed by our names. ../resources/golden/resnet-logits.tsv has what torchvision gives for the
images of that README, 64 and 65 pixels wide. Checks that timm's models have the same names and give the same logits. Needs
the packages of make_pytorch_weights.py.
"""

import os
import re

import numpy as np
import safetensors.torch
import timm
import torch
import torchvision
from torchvision.models import resnet

from make_pytorch_weights import CLASSES, MEAN, OUT, STD, VARIABLES, images, weight

WIDTH, REPEATS = 4, [2, 1, 2, 1]


class Narrow(resnet.ResNet):
    """torchvision's ResNet, whose own constructor cannot make the stages narrower."""

    def __init__(self, block):
        super().__init__(block, [1, 1, 1, 1])
        self.inplanes = WIDTH
        self.conv1 = torch.nn.Conv2d(3, WIDTH, 7, 2, 3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(WIDTH)
        for stage, repeats in enumerate(REPEATS):
            layer = self._make_layer(block, WIDTH << stage, repeats, stride=1 if stage == 0 else 2)
            setattr(self, f"layer{stage + 1}", layer)
        self.fc = torch.nn.Linear(WIDTH * 8 * block.expansion, CLASSES)


def our_name(module):
    if module == "fc":
        return "predictions"
    if module in ("conv1", "bn1"):
        return "conv1_" + module[:-1]
    stage, repeat, rest = re.fullmatch(r"layer(\d)\.(\d+)\.(.+)", module).groups()
    number, kind = {"downsample.0": ("0", "conv"), "downsample.1": ("0", "bn")}.get(rest, (rest[-1], rest[:-1]))
    return f"conv{int(stage) + 1}_block{int(repeat) + 1}_{number}_{kind}"


def fill(model):
    state = {}
    for name, value in model.state_dict().items():
        module, variable = name.rsplit(".", 1)
        ours = our_name(module)
        if variable == "num_batches_tracked":
            state[name] = torch.tensor(1234)
            continue
        if value.ndim == 4:
            array = weight(ours, "kernel", tuple(value.permute(2, 3, 1, 0).shape), 0.9).transpose(3, 2, 0, 1)
        elif value.ndim == 2:
            array = weight(ours, "kernel", tuple(value.shape)[::-1]).T
        else:
            affine = {"weight": "gamma", "bias": "bias" if module == "fc" else "beta"}
            array = weight(ours, VARIABLES.get(variable) or affine[variable], tuple(value.shape))
        state[name] = torch.from_numpy(array.copy())
    model.load_state_dict(state, strict=True)
    return model.eval()


def logits(model, mean, std, size):
    pixels = images(f"golden/{size}", 2, size).astype("float32")
    normalized = (pixels / 255 - np.array(mean)) / np.array(std)
    with torch.no_grad():
        return model(torch.from_numpy(normalized.transpose(0, 3, 1, 2).astype("float32"))).numpy()


def check_timm():
    for name in ["resnet18", "resnet34", "resnet50", "resnet101"]:
        theirs, timms = getattr(torchvision.models, name)().eval(), timm.create_model(name).eval()
        timms.load_state_dict(theirs.state_dict(), strict=True)
        batch = torch.rand(1, 3, 64, 64)
        with torch.no_grad():
            assert torch.allclose(theirs(batch), timms(batch), atol=1e-4), name


def main():
    check_timm()
    half = (0.5, 0.5, 0.5)
    with open(os.path.join(OUT, "..", "golden", "resnet-logits.tsv"), "w") as lines:
        for name, block in [("resnet_basic", resnet.BasicBlock), ("resnet_bottleneck", resnet.Bottleneck)]:
            model = fill(Narrow(block))
            for golden, mean, std, size in [
                (name, MEAN, STD, 64), (name + "_odd", MEAN, STD, 65), (name + "_centered", half, half, 64)
            ]:
                values = logits(model, mean, std, size)
                print(golden, values.std())
                lines.write(golden + "\t" + " ".join(f"{x:.9g}" for x in values.reshape(-1)) + "\n")
            torch.save(model.state_dict(), os.path.join(OUT, name + ".pth"))
            state = {key: value.contiguous() for key, value in model.state_dict().items()}
            safetensors.torch.save_file(state, os.path.join(OUT, name + ".safetensors"), metadata={"format": "pt"})


if __name__ == "__main__":
    main()
