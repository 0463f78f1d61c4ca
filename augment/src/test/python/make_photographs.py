"""Writes ../resources/golden/photographs.tsv: pixels of changed photographs, in Keras 3, TensorFlow and Pillow.

The photographs are lossless files of ../shared/data/photos. Each line has the photograph, the change, the size of the
result, the mean of each channel of the whole result, rounded to bytes, and some of its pixels as row,column=red,green,blue. Numbers of
Keras and TensorFlow are floats that were not rounded. Random layers get a fixed factor: either a range of one number,
or the drawn numbers themselves where a sign is drawn too. Needs keras, tensorflow-cpu and pillow.
"""

import os
import sys

import numpy as np

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["KERAS_BACKEND"] = "tensorflow"
import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402
from PIL import Image, ImageEnhance, ImageFilter, ImageOps  # noqa: E402

PHOTOGRAPHS = ["djl_fox.png", "coral_samoyed.bmp", "coral_bird.bmp"]
PIXELS = 32


def layer(made):
    return lambda x: made(x, training=True)


def drawn(made, numbers):
    def apply(x):
        values = {key: keras.ops.convert_to_tensor(value) for key, value in numbers.items()}
        if isinstance(made, (layers.RandomFlip, layers.RandomShear)):
            values["input_shape"] = x.shape
        return made.transform_images(keras.ops.convert_to_tensor(x), values, training=True)

    return apply


def pillow(change):
    return lambda x: np.asarray(change(Image.fromarray(x[0].astype(np.uint8))))[None]


def resizing(height, width, **settings):
    return layer(layers.Resizing(height, width, **settings))


def flip(mode):
    return drawn(layers.RandomFlip(mode), {"flips": [[[[True]]]]})


def shear(x, y, **settings):
    return drawn(layers.RandomShear(1, 1, **settings), {"shear_factor": [[x, y]]})


def hue(turns):
    return drawn(layers.RandomHue(1, (0, 255)), {"factor": np.float32([turns])})


def rotation(turns, **settings):
    return layer(layers.RandomRotation((turns, turns), **settings))


def translation(down, right, **settings):
    return layer(layers.RandomTranslation((down, down), (right, right), **settings))


def zoom(rows, columns, **settings):
    return layer(layers.RandomZoom((rows, rows), (columns, columns), **settings))


def solarization(addition, threshold):
    return drawn(
        layers.Solarization(),
        {
            "additions": np.float32([[[[addition]]]]),
            "thresholds": np.float32([[[[threshold]]]]),
        },
    )


CHANGES = {
    "flip horizontal": flip("horizontal"),
    "flip vertical": flip("vertical"),
    "flip both": flip("horizontal_and_vertical"),
    "rotation 0.1 reflect": rotation(0.1),
    "rotation -0.3 constant 0": rotation(-0.3, fill_mode="constant"),
    "rotation 0.037 wrap": rotation(0.037, fill_mode="wrap"),
    "rotation 0.05 nearest": rotation(0.05, fill_mode="nearest"),
    "rotation 0.1 reflect, nearest pixel": rotation(0.1, interpolation="nearest"),
    "translation 0.1 -0.2 reflect": translation(0.1, -0.2),
    "translation -0.33 0.07 constant 100": translation(-0.33, 0.07, fill_mode="constant", fill_value=100),
    "translation 0.21 0.4 wrap": translation(0.21, 0.4, fill_mode="wrap"),
    "translation -0.15 -0.9 nearest": translation(-0.15, -0.9, fill_mode="nearest"),
    "zoom 0.3 0.3 reflect": zoom(0.3, 0.3),
    "zoom -0.4 -0.2 reflect": zoom(-0.4, -0.2),
    "zoom 0.5 0.8 constant 7": zoom(0.5, 0.8, fill_mode="constant", fill_value=7),
    "zoom 0.2371 0.1 reflect, nearest pixel": zoom(0.2371, 0.1, interpolation="nearest"),
    "shear 0.2 0 reflect": shear(0.2, 0.0),
    "shear -0.1 -0.3 constant 0": shear(-0.1, -0.3, fill_mode="constant"),
    "resize 224x224": resizing(224, 224),
    "resize 97x131 antialias": resizing(97, 131, antialias=True),
    "resize 300x200 antialias": resizing(300, 200, antialias=True),
    "resize 101x77 nearest": resizing(101, 77, interpolation="nearest"),
    "resize 300x500 nearest": resizing(300, 500, interpolation="nearest"),
    "resize 224x160 bicubic": resizing(224, 160, interpolation="bicubic"),
    "resize 600x700 bicubic": resizing(600, 700, interpolation="bicubic"),
    "resize 64x80 bicubic antialias": resizing(64, 80, interpolation="bicubic", antialias=True),
    "resize 60x90 area": lambda x: tf.image.resize(x, (60, 90), method="area"),
    "resize 120x160 crop": resizing(120, 160, crop_to_aspect_ratio=True),
    "resize 160x120 pad 50": resizing(160, 120, pad_to_aspect_ratio=True, fill_value=50),
    "centre crop 100x90": layer(layers.CenterCrop(100, 90)),
    "centre crop 100x700": layer(layers.CenterCrop(100, 700)),
    "brightness 0.2": layer(layers.RandomBrightness((0.2, 0.2))),
    "brightness -0.35": layer(layers.RandomBrightness((-0.35, -0.35))),
    "contrast 1.4": drawn(layers.RandomContrast(0.5), {"contrast_factor": np.float32([[[[1.4]]]])}),
    "contrast 0.6": drawn(layers.RandomContrast(0.5), {"contrast_factor": np.float32([[[[0.6]]]])}),
    "saturation 0.3": layer(layers.RandomSaturation((0.3, 0.3))),
    "saturation 0.7": layer(layers.RandomSaturation((0.7, 0.7))),
    "hue 0.2": hue(0.2),
    "hue -0.45": hue(-0.45),
    "colour degeneration 0.6": layer(layers.RandomColorDegeneration((0.6, 0.6))),
    "greyscale": layer(layers.RandomGrayscale(1.0)),
    "invert": layer(layers.RandomInvert((1.0, 1.0))),
    "posterization 3": drawn(layers.RandomPosterization(3), {"shift_factor": np.uint8([5])}),
    "solarization 0 128": solarization(0, 128),
    "solarization 40 150.5": solarization(40, 150.5),
    "auto contrast": layer(layers.AutoContrast()),
    "equalization": layer(layers.Equalization()),
    "sharpness 0.1": layer(layers.RandomSharpness((0.1, 0.1))),
    "sharpness 0.9": layer(layers.RandomSharpness((0.9, 0.9))),
    "blur 5 1.3": drawn(
        layers.RandomGaussianBlur(1.0, kernel_size=5),
        {"should_apply_blur": [True], "blur_factor": np.float32([1.3, 1.3])},
    ),
    "pillow brightness 0.7": pillow(lambda i: ImageEnhance.Brightness(i).enhance(0.7)),
    "pillow contrast 1.6": pillow(lambda i: ImageEnhance.Contrast(i).enhance(1.6)),
    "pillow colour 0.4": pillow(lambda i: ImageEnhance.Color(i).enhance(0.4)),
    "pillow colour 1.7": pillow(lambda i: ImageEnhance.Color(i).enhance(1.7)),
    "pillow sharpness 0.3": pillow(lambda i: ImageEnhance.Sharpness(i).enhance(0.3)),
    "pillow sharpness 1.8": pillow(lambda i: ImageEnhance.Sharpness(i).enhance(1.8)),
    "pillow equalize": pillow(ImageOps.equalize),
    "pillow auto contrast": pillow(ImageOps.autocontrast),
    "pillow posterize 3": pillow(lambda i: ImageOps.posterize(i, 3)),
    "pillow solarize 100": pillow(lambda i: ImageOps.solarize(i, 100)),
    "pillow resize 70x110 bilinear": pillow(lambda i: i.resize((110, 70), Image.BILINEAR)),
    "pillow resize 70x110 bicubic": pillow(lambda i: i.resize((110, 70), Image.BICUBIC)),
}


def short(value):
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def colour(values):
    return ",".join(short(value) for value in values)


def places(height, width, random):
    corners = [(0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)]
    return corners + [(int(random.integers(height)), int(random.integers(width))) for _ in range(PIXELS - 4)]


def main(folder):
    random = np.random.default_rng(7)
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../resources/golden/photographs.tsv")
    with open(target, "w") as out:
        out.write(f"# Keras {keras.__version__}, TensorFlow {tf.__version__}, Pillow {Image.__version__}\n")
        out.write("# photograph\tchange\theight\twidth\tmean\tpixels\n")
        for photograph in PHOTOGRAPHS:
            image = np.asarray(Image.open(os.path.join(folder, photograph)).convert("RGB"))
            for name, change in CHANGES.items():
                result = np.asarray(change(image[None].astype(np.float32)))[0]
                assert result.ndim == 3 and result.shape[2] == 3, (name, result.shape)
                height, width, _ = result.shape
                pixels = [f"{r},{c}={colour(result[r, c])}" for r, c in places(height, width, random)]
                mean = colour(np.rint(np.clip(result, 0, 255)).astype(np.float64).mean((0, 1)))
                out.write("\t".join([photograph, name, str(height), str(width), mean, " ".join(pixels)]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
