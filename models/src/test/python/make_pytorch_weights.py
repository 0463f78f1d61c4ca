"""Writes ../resources/weights: a narrow EfficientNet and a narrow EfficientNetV2 with the names of timm, torchvision
and lukemelas' EfficientNet-PyTorch, as PyTorch writes them today, as it did before version 1.6, and as safetensors.

Values are those of ../shared/golden/README.md, keyed by Keras' names. ../resources/golden/pytorch-logits.tsv has what each project's own
model gives for the images of that README, 64 pixels wide. The files of lukemelas hold half precision. Needs torch, torchvision, timm, safetensors and
efficientnet_pytorch. Kernels of the second generation are multiplied by 0.9 as in make_calm_logits.py.
"""

import collections
import os
import sys

import numpy as np
import safetensors.torch
import timm
import timm.models.efficientnet
import torch
from efficientnet_pytorch import EfficientNet as LukemelasEfficientNet
from efficientnet_pytorch.utils import efficientnet as lukemelas_efficientnet
from torchvision.models import efficientnet as torchvision_efficientnet

from golden_numbers import images, weight

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "weights")
WIDTH, DEPTH, DEPTH_V2, SIZE, CLASSES = 0.125, 0.5, 0.3, 64, 10
# Lukemelas' first block never adds its input, which in no published variant has as many channels as the output.
WIDTH_LUKEMELAS = 0.3
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


# What each project calls the layers of a block, by Keras' name; * is where the block's own name goes.
TIMM = {
    "first": {"dwconv": "conv_dw", "bn": "bn1", "se_reduce": "se.conv_reduce", "se_expand": "se.conv_expand",
              "project_conv": "conv_pw", "project_bn": "bn2"},
    "mobile": {"expand_conv": "conv_pw", "expand_bn": "bn1", "dwconv": "conv_dw", "bn": "bn2",
               "se_reduce": "se.conv_reduce", "se_expand": "se.conv_expand",
               "project_conv": "conv_pwl", "project_bn": "bn3"},
    "fused": {"expand_conv": "conv_exp", "expand_bn": "bn1", "project_conv": "conv_pwl", "project_bn": "bn2"},
    "plain": {"project_conv": "conv", "project_bn": "bn1"},
}
TORCHVISION = {
    "first": {"dwconv": "block.0.0", "bn": "block.0.1", "se_reduce": "block.1.fc1", "se_expand": "block.1.fc2",
              "project_conv": "block.2.0", "project_bn": "block.2.1"},
    "mobile": {"expand_conv": "block.0.0", "expand_bn": "block.0.1", "dwconv": "block.1.0", "bn": "block.1.1",
               "se_reduce": "block.2.fc1", "se_expand": "block.2.fc2",
               "project_conv": "block.3.0", "project_bn": "block.3.1"},
    "fused": {"expand_conv": "block.0.0", "expand_bn": "block.0.1",
              "project_conv": "block.1.0", "project_bn": "block.1.1"},
    "plain": {"project_conv": "block.0.0", "project_bn": "block.0.1"},
}
LUKEMELAS = {
    "mobile": {"expand_conv": "_expand_conv", "expand_bn": "_bn0", "dwconv": "_depthwise_conv", "bn": "_bn1",
               "se_reduce": "_se_reduce", "se_expand": "_se_expand",
               "project_conv": "_project_conv", "project_bn": "_bn2"},
}
LUKEMELAS["first"] = {k: v for k, v in LUKEMELAS["mobile"].items() if not k.startswith("expand")}
KINDS = ["first"] + 6 * ["mobile"]
KINDS_V2 = ["plain", "fused", "fused"] + 3 * ["mobile"]
ENDS = {
    "timm": {"stem_conv": "conv_stem", "stem_bn": "bn1", "top_conv": "conv_head", "top_bn": "bn2",
             "predictions": "classifier"},
    "torchvision": {"stem_conv": "features.0.0", "stem_bn": "features.0.1", "top_conv": "features.{top}.0",
                    "top_bn": "features.{top}.1", "predictions": "classifier.1"},
    "lukemelas": {"stem_conv": "_conv_stem", "stem_bn": "_bn0", "top_conv": "_conv_head", "top_bn": "_bn1",
                  "predictions": "_fc"},
}
BLOCK = {"timm": "blocks.{stage}.{repeat}.", "torchvision": "features.{stage1}.{repeat}.", "lukemelas": "_blocks.{flat}."}
LAYERS = {"timm": TIMM, "torchvision": TORCHVISION, "lukemelas": LUKEMELAS}


def keras_names(project, repeats, kinds, second):
    """Returns Keras' name of each of the project's layers."""
    names = {theirs.format(top=len(repeats) + 1): ours for ours, theirs in ENDS[project].items()}
    flat = 0
    for stage, count in enumerate(repeats):
        for repeat in range(count):
            block = BLOCK[project].format(stage=stage, stage1=stage + 1, repeat=repeat, flat=flat)
            for ours, theirs in LAYERS[project][kinds[stage]].items():
                name = "dwconv2" if second and ours == "dwconv" else ours
                names[block + theirs] = f"block{stage + 1}{'abcdefgh'[repeat]}_{name}"
            flat += 1
    return names


VARIABLES = {"running_mean": "moving_mean", "running_var": "moving_variance"}


def fill(model, names, factor):
    """Gives the model of a project the values of Keras' layers, and checks that all have theirs."""
    state = collections.OrderedDict()
    for name, value in model.state_dict().items():
        layer, variable = name.rsplit(".", 1)
        if variable == "num_batches_tracked":
            state[name] = torch.tensor(1234)
            continue
        keras = names[layer]
        if value.ndim == 1:
            norm = layer + ".running_mean" in model.state_dict()
            kind = VARIABLES.get(variable, {"weight": "gamma", "bias": "beta" if norm else "bias"}[variable]
                                 if variable in ("weight", "bias") else None)
            array = weight(keras, kind, tuple(value.shape))
        elif value.ndim == 2:
            array = weight(keras, "kernel", tuple(value.shape)[::-1], factor).T
        elif "dwconv" in keras:
            array = weight(keras, "kernel", (value.shape[2], value.shape[3], value.shape[0], 1), factor)
            array = array.transpose(2, 3, 0, 1)
        else:
            array = weight(keras, "kernel", tuple(value.permute(2, 3, 1, 0).shape), factor).transpose(3, 2, 0, 1)
        state[name] = torch.from_numpy(array.copy())
    missing = set(names) - {name.rsplit(".", 1)[0] for name in state}
    assert not missing, missing
    model.load_state_dict(state, strict=True)
    return model.eval()


def logits(model, mean=MEAN, std=STD):
    pixels = images(f"golden/{SIZE}", 2, SIZE).astype("float32")
    normalized = (pixels / 255 - np.array(mean)) / np.array(std)
    with torch.no_grad():
        return model(torch.from_numpy(normalized.transpose(0, 3, 1, 2).astype("float32"))).numpy()


def timm_model(variant, **arguments):
    generator = timm.models.efficientnet._gen_efficientnetv2_base if "v2" in variant \
        else timm.models.efficientnet._gen_efficientnet
    return generator(variant, channel_multiplier=WIDTH, num_classes=CLASSES, **arguments)


def torchvision_model():
    setting, last = torchvision_efficientnet._efficientnet_conf("efficientnet_b0", width_mult=WIDTH, depth_mult=DEPTH)
    return torchvision_efficientnet.EfficientNet(setting, dropout=0.2, last_channel=last, num_classes=CLASSES)


def torchvision_v2_model():
    fused, mobile = torchvision_efficientnet.FusedMBConvConfig, torchvision_efficientnet.MBConvConfig
    setting = [fused(1, 3, 1, 8, 8, 1), fused(4, 3, 2, 8, 8, 1), fused(4, 3, 2, 8, 8, 1), mobile(4, 3, 2, 8, 16, 1),
               mobile(6, 3, 1, 16, 16, 2), mobile(6, 3, 2, 16, 24, 3)]
    norm = lambda channels: torch.nn.BatchNorm2d(channels, eps=1e-3)  # noqa: E731
    return torchvision_efficientnet.EfficientNet(
        setting, dropout=0.2, last_channel=160, num_classes=CLASSES, norm_layer=norm)


def lukemelas_model():
    blocks, settings = lukemelas_efficientnet(
        width_coefficient=WIDTH_LUKEMELAS, depth_coefficient=DEPTH, image_size=SIZE, num_classes=CLASSES)
    return LukemelasEfficientNet(blocks, settings)


def main():
    os.makedirs(OUT, exist_ok=True)
    repeats, repeats_v2 = [1, 1, 1, 2, 2, 2, 1], [1, 1, 1, 1, 2, 3]
    models = {}
    for project, name, model in [
        ("timm", "efficientnet_narrow", timm_model("efficientnet_b0", depth_multiplier=DEPTH)),
        ("timm", "tf_efficientnet_narrow", timm_model(
            "tf_efficientnet_b0", depth_multiplier=DEPTH, pad_type="same", bn_eps=1e-3)),
        ("torchvision", "torchvision_narrow", torchvision_model()),
        ("lukemelas", "lukemelas_narrow", lukemelas_model()),
    ]:
        models[name] = fill(model, keras_names(project, repeats, KINDS, False), 1.0)
    models["lukemelas_narrow"].half().float()
    for project, name, model in [
        ("timm", "tf_efficientnetv2_narrow", timm_model(
            "tf_efficientnetv2_b0", depth_multiplier=DEPTH_V2, pad_type="same", bn_eps=1e-3)),
        ("torchvision", "torchvision_v2_narrow", torchvision_v2_model()),
    ]:
        models[name] = fill(model, keras_names(project, repeats_v2, KINDS_V2, True), 0.9)
    with open(os.path.join(OUT, "..", "golden", "pytorch-logits.tsv"), "w") as lines:
        for name, model in models.items():
            values = logits(model)
            print(name, values.std(), sum(p.numel() for p in model.parameters()), file=sys.stderr)
            lines.write(name + "\t" + " ".join(f"{x:.9g}" for x in values.reshape(-1)) + "\n")
    for name, model in models.items():
        state = model.half().state_dict() if name == "lukemelas_narrow" else model.state_dict()
        path = os.path.join(OUT, name)
        if name == "tf_efficientnet_narrow":
            continue  # The weights of efficientnet_narrow; only the model differs.
        torch.save(state, path + ".pth")
        if "v2" not in name:
            torch.save(state, path + "_legacy.pth", _use_new_zipfile_serialization=False)
            safetensors.torch.save_file(
                {key: value.contiguous() for key, value in state.items()}, path + ".safetensors",
                metadata={"format": "pt"})


if __name__ == "__main__":
    main()
