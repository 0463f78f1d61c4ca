"""Writes ../resources/weights/mobilenet_*: narrow MobileNetV3-Small and Large with the names of timm.

Values are those of make_pytorch_weights.py. ../resources/golden/mobilenet-logits.tsv has what timm gives for the images of 64 and of 65 pixels.
The files hold half precision. Checks that timm's published sizes have the number of parameters that MobileNetPluginTest names.
"""

import os

import numpy as np
import safetensors.torch
import timm
import timm.models.mobilenetv3
import torch

import make_pytorch_weights as base

WIDTH = 0.125


def keras_names(model):
    names = {"conv_stem": "stem_conv", "bn1": "stem_bn", "conv_head": "head_conv", "classifier": "predictions"}
    for stage, blocks in enumerate(model.blocks):
        for repeat, block in enumerate(blocks):
            theirs, ours = f"blocks.{stage}.{repeat}.", f"block{stage + 1}{'abcdefgh'[repeat]}_"
            kind = type(block).__name__
            if kind == "ConvBnAct":
                names |= {theirs + "conv": "top_conv", theirs + "bn1": "top_bn"}
                continue
            layers = base.TIMM["first" if kind == "DepthwiseSeparableConv" else "mobile"]
            names |= {theirs + value: ours + key for key, value in layers.items()}
    modules = {name.rsplit(".", 1)[0] for name in model.state_dict()}
    return {theirs: ours for theirs, ours in names.items() if theirs in modules}  # Some blocks have no gate.


def logits(model, size):
    pixels = base.images(f"golden/{size}", 2, size).astype("float32")
    normalized = (pixels / 255 - np.array(base.MEAN)) / np.array(base.STD)
    with torch.no_grad():
        return model(torch.from_numpy(normalized.transpose(0, 3, 1, 2).astype("float32"))).numpy()


def main():
    for name in ["mobilenetv3_small_100", "mobilenetv3_large_100"]:
        print(name, sum(p.numel() for p in timm.create_model(name).parameters()))
    generator = timm.models.mobilenetv3._gen_mobilenet_v3
    with open(os.path.join(base.OUT, "..", "golden", "mobilenet-logits.tsv"), "w") as lines:
        for kind in ["small", "large"]:
            name = f"mobilenetv3_{kind}_narrow"
            model = generator(f"mobilenetv3_{kind}_100", channel_multiplier=WIDTH, num_classes=base.CLASSES).eval()
            base.fill(model, keras_names(model), 0.9)
            model = model.half().float().eval()
            for size in [64, 65]:
                values = logits(model, size)
                print(name, size, values.std(), sum(p.numel() for p in model.parameters()))
                lines.write(f"{name}_{size}\t" + " ".join(f"{x:.9g}" for x in values.reshape(-1)) + "\n")
            state = {key: value.contiguous() for key, value in model.half().state_dict().items()}
            path = os.path.join(base.OUT, name)
            if kind == "small":
                safetensors.torch.save_file(state, path + ".safetensors", metadata={"format": "pt"})
            else:
                torch.save(state, path + ".pth")


if __name__ == "__main__":
    main()
