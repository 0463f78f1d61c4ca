"""Prints ../resources/golden/cropped-photographs.tsv: what timm's and torchvision's own transforms make of photographs.

The photographs are the lossless files of ../shared/data/photos, because decoders of JPEG differ. Each line has the
photograph, whose transform it is, the side of the result, the filter, the fraction of the center, the mean of all bytes
and the polynomial hash of them. Needs timm, torchvision and pillow.
"""

import sys
from pathlib import Path

import numpy as np
import timm
import torchvision
from PIL import Image, __version__
from torchvision import transforms

TIMM = [
    ("efficientnet-b0", 224, "bicubic", 0.875),
    ("efficientnet-b1", 240, "bicubic", 0.882),
    ("efficientnet-b3", 300, "bicubic", 0.904),
    ("efficientnet-lite4", 380, "bilinear", 0.92),
    ("efficientnetv2-s", 384, "bicubic", 1.0),
]
TORCHVISION = [("resnet-50", 224, "bilinear", 0.875, torchvision.models.ResNet50_Weights.IMAGENET1K_V1)]


def java_hash(pixels):
    result = 1
    for value in pixels.reshape(-1).astype(np.int8).tolist():
        result = (31 * result + value) & 0xFFFFFFFF
    return result - (1 << 32) if result >> 31 else result


def pictures(transform):
    """Only those steps that give images: what follows normalizes, which the model does here."""
    kinds = (transforms.Resize, transforms.CenterCrop)
    steps = [step for step in transform.transforms if isinstance(step, kinds)]
    assert len(steps) == 2, transform
    return transforms.Compose(steps)


def timm_transform(side, name, fraction):
    return pictures(
        timm.data.create_transform((3, side, side), is_training=False, interpolation=name, crop_pct=fraction)
    )


def torchvision_transform(weights):
    preset = weights.transforms()
    side, size = preset.crop_size[0], preset.resize_size[0]
    return transforms.Compose([transforms.Resize(size, preset.interpolation), transforms.CenterCrop(side)])


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print("# timm", timm.__version__ + ", torchvision", torchvision.__version__.split("+")[0] + ", Pillow", __version__)
    rows = [(model, side, name, part, timm_transform(side, name, part)) for model, side, name, part in TIMM]
    rows += [(model, side, name, part, torchvision_transform(w)) for model, side, name, part, w in TORCHVISION]
    for file in sorted(folder.iterdir()):
        if file.suffix not in (".bmp", ".png"):
            continue
        image = Image.open(file).convert("RGB")
        for model, side, name, part, transform in rows:
            pixels = np.asarray(transform(image))
            assert pixels.shape == (side, side, 3)
            print(file.name, model, side, name, part, f"{pixels.mean():.6f}", java_hash(pixels), sep="\t")
