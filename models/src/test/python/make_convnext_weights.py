"""Writes ../resources/weights/convnext_*: a narrow ConvNeXt with the names of timm and of torchvision.

Values are those of golden_numbers.py, keyed by our names. ../resources/golden/convnext-logits.tsv has what each project's own model gives for the
images of 64 and of 65 pixels. Checks that the published variants have the number of parameters that ConvNeXtPluginTest names. Needs the packages of
make_pytorch_weights.py; make_keras_weights.py writes the same network with the names of Keras.
"""

import os
import re

import numpy as np
import safetensors.torch
import timm
import timm.models.convnext
import torch
import torchvision
from torchvision.models import convnext

from make_pytorch_weights import CLASSES, MEAN, OUT, STD, images, weight

DEPTHS, WIDTHS = (1, 1, 2, 1), (4, 8, 12, 16)

TIMM_BLOCK = {"conv_dw": "depthwise_conv", "norm": "layernorm", "mlp.fc1": "pointwise_conv_1", "mlp.fc2": "pointwise_conv_2", "": "layer_scale"}
TORCHVISION_BLOCK = {"block.0": "depthwise_conv", "block.2": "layernorm", "block.3": "pointwise_conv_1", "block.5": "pointwise_conv_2",
                     "": "layer_scale"}
ENDS = {"stem.0": "stem_conv", "stem.1": "stem_layernorm", "head.norm": "head_layernorm", "head.fc": "predictions",
        "features.0.0": "stem_conv", "features.0.1": "stem_layernorm", "classifier.0": "head_layernorm", "classifier.2": "predictions"}
DOWNSAMPLING = ["downsampling_layernorm_{}", "downsampling_conv_{}"]


def our_name(module):
    if module in ENDS:
        return ENDS[module]
    if block := re.fullmatch(r"stages\.(\d)\.blocks\.(\d+)\.?(.*)", module):
        stage, repeat, rest = block.groups()
        return f"stage_{stage}_block_{repeat}_{TIMM_BLOCK[rest]}"
    if down := re.fullmatch(r"stages\.(\d)\.downsample\.(\d)", module):
        return DOWNSAMPLING[int(down[2])].format(int(down[1]) - 1)
    place, repeat, rest = re.fullmatch(r"features\.(\d)\.(\d+)\.?(.*)", module).groups()
    if int(place) % 2 == 0:
        return DOWNSAMPLING[int(repeat)].format(int(place) // 2 - 1)
    return f"stage_{int(place) // 2}_block_{repeat}_{TORCHVISION_BLOCK[rest]}"


def value(name, shape):
    module, variable = name.rsplit(".", 1)
    ours = our_name(module)
    if ours.endswith("layer_scale"):
        return weight(ours, "gamma", shape)
    if "layernorm" in ours:
        return weight(ours, {"weight": "gamma", "bias": "beta"}[variable], shape)
    if len(shape) == 1:
        return weight(ours, "bias", shape)
    if len(shape) == 2:
        return weight(ours, "kernel", shape[::-1]).T
    out, ins, height, width = shape
    if "depthwise" in ours:
        return weight(ours, "kernel", (height, width, out, 1)).transpose(2, 3, 0, 1)
    return weight(ours, "kernel", (height, width, ins, out)).transpose(3, 2, 0, 1)


def filled(model):
    state = {name: torch.from_numpy(value(name, tuple(old.shape)).copy()) for name, old in model.state_dict().items()}
    model.load_state_dict(state, strict=True)
    return model.eval()


def logits(model, size):
    pixels = images(f"golden/{size}", 2, size).astype("float32")
    normalized = (pixels / 255 - np.array(MEAN)) / np.array(STD)
    with torch.no_grad():
        return model(torch.from_numpy(normalized.transpose(0, 3, 1, 2).astype("float32"))).numpy()


def parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


def main():
    for name in ["convnext_tiny", "convnext_small", "convnext_base"]:
        print(name, parameters(timm.create_model(name)), parameters(getattr(torchvision.models, name)()))
    settings = [convnext.CNBlockConfig(width, following, depth) for width, following, depth in zip(WIDTHS, WIDTHS[1:] + (None,), DEPTHS)]
    models = {
        "convnext_narrow": filled(timm.models.convnext.ConvNeXt(depths=DEPTHS, dims=WIDTHS, num_classes=CLASSES)),
        "torchvision_convnext_narrow": filled(convnext.ConvNeXt(settings, num_classes=CLASSES)),
    }
    with open(os.path.join(OUT, "..", "golden", "convnext-logits.tsv"), "w") as lines:
        for size in [64, 65]:
            theirs = {name: logits(model, size) for name, model in models.items()}
            for name, values in theirs.items():
                print(name, size, values.std(), parameters(models[name]))
                lines.write(f"{name}_{size}\t" + " ".join(f"{x:.9g}" for x in values.reshape(-1)) + "\n")
            assert np.allclose(*theirs.values(), atol=1e-5)
    torch.save(models["torchvision_convnext_narrow"].state_dict(), os.path.join(OUT, "torchvision_convnext_narrow.pth"))
    state = {key: value.contiguous() for key, value in models["convnext_narrow"].state_dict().items()}
    safetensors.torch.save_file(state, os.path.join(OUT, "convnext_narrow.safetensors"), metadata={"format": "pt"})


if __name__ == "__main__":
    main()
