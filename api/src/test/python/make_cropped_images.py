"""Prints ../resources/cropped-images.txt with torchvision and Pillow.

Each line has the height and width of an image, the side of the input, the filter, the fraction, and the hash of what
Resize and CenterCrop make of it.
"""

import numpy as np
import torchvision
from PIL import Image, __version__
from torchvision import transforms

FILTERS = {
    "bilinear": transforms.InterpolationMode.BILINEAR,
    "bicubic": transforms.InterpolationMode.BICUBIC,
}
SIZES = [(64, 64), (37, 53), (100, 64), (17, 299), (300, 300), (225, 224), (1, 9), (513, 200)]
CROPS = [(32, 0.875), (24, 0.882), (33, 1.0), (40, 0.904)]


def patterned(height, width):
    values = np.arange(height * width * 3, dtype=np.uint64) * 2654435761 & 0xFFFFFFFF
    return (values >> 13).astype(np.uint8).reshape(height, width, 3)


def java_hash(pixels):
    result = 1
    for value in pixels.reshape(-1).astype(np.int8).tolist():
        result = (31 * result + value) & 0xFFFFFFFF
    return result - (1 << 32) if result >> 31 else result


if __name__ == "__main__":
    print("# torchvision", torchvision.__version__.split("+")[0] + ", Pillow", __version__)
    for height, width in SIZES:
        image = Image.fromarray(patterned(height, width))
        for side, fraction in CROPS:
            for name, mode in FILTERS.items():
                resized = transforms.Resize(int(side / fraction + 1e-6), mode)(image)
                cropped = np.asarray(transforms.CenterCrop(side)(resized))
                print(height, width, side, name, fraction, java_hash(cropped))
