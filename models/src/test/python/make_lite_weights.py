"""Writes ../resources/weights/lite_narrow.*: a narrow EfficientNet-Lite with the names of timm.

Values are those of make_pytorch_weights.py. ../resources/golden/lite-logits.tsv has what timm's tf_efficientnet_lite (TensorFlow's padding) and
efficientnet_lite (PyTorch's) give for the images of 64 pixels. The files hold half precision.
"""

import os

import safetensors.torch
import timm
import torch

import make_pytorch_weights as base

WIDTH, DEPTH, REPEATS = 0.1, 0.5, [1, 1, 1, 2, 2, 2, 1]


def main():
    for kind in ["first", "mobile"]:
        layers = base.TIMM[kind].items()
        base.TIMM["lite_" + kind] = {ours: theirs for ours, theirs in layers if not ours.startswith("se_")}
    names = base.keras_names("timm", REPEATS, ["lite_first"] + 6 * ["lite_mobile"], False)
    generator = timm.models.efficientnet._gen_efficientnet_lite
    half = (0.5, 0.5, 0.5)
    with open(os.path.join(base.OUT, "..", "golden", "lite-logits.tsv"), "w") as lines:
        for variant, mean, std, arguments in [
            ("tf_efficientnet_lite", half, half, {"pad_type": "same", "bn_eps": 1e-3}),
            ("efficientnet_lite", base.MEAN, base.STD, {}),
        ]:
            model = generator(
                variant + "0", channel_multiplier=WIDTH, depth_multiplier=DEPTH, num_classes=base.CLASSES, **arguments)
            base.fill(model, names, 0.9).half().float()
            values = base.logits(model, mean, std)
            print(variant, values.std(), sum(p.numel() for p in model.parameters()))
            lines.write(variant + "_narrow\t" + " ".join(f"{x:.9g}" for x in values.reshape(-1)) + "\n")
    path = os.path.join(base.OUT, "lite_narrow")
    torch.save(model.half().state_dict(), path + ".pth")
    state = {key: value.contiguous() for key, value in model.state_dict().items()}
    safetensors.torch.save_file(state, path + ".safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
