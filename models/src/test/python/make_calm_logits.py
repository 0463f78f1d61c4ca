"""Writes ../resources/golden/calm-logits.tsv: logits of EfficientNetV2 in Keras, in float64.

Weights and images are those of ../shared/golden/README.md, but kernels are multiplied by 0.9. With the whole
kernels the activations of these models grow to hundreds and more, and rounding alone moves the logits; with these
Keras' float32 is within 6e-6 of its float64 (relative to the standard deviation). Needs keras and tensorflow-cpu.
"""

import os

import numpy as np

os.environ["CUDA_VISIBLE_DEVICES"] = ""
import keras  # noqa: E402

FACTOR = 0.9
CLASSES = 10
MASK = (1 << 64) - 1


def uniform(key, count):
    state = 0xCBF29CE484222325
    for byte in key.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        z = np.uint64(state) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-24


def weight(layer, variable, shape):
    s = 2 * uniform(layer + "/" + variable, int(np.prod(shape))) - 1
    if variable == "kernel":
        depthwise = len(shape) == 4 and shape[3] == 1
        fan = shape[0] * shape[1] if depthwise else int(np.prod(shape[:-1]))
        values = s * np.sqrt(8 / fan)
    elif variable == "gamma":
        values = 1 + 0.2 * s
        if layer.startswith("block") and layer.endswith("_project_bn") and layer[6] != "a":
            values = values * 0.25
    elif variable == "moving_variance":
        values = 1 + 0.4 * s
    else:
        values = 0.05 * s
    values = values.reshape(shape).astype("float32")
    return values * np.float32(FACTOR) if variable == "kernel" else values


def images(key, count, size):
    grid = np.floor(192 * uniform(key + "/grid", count * 48)).reshape(count, 4, 4, 3)
    cell = np.arange(size) * 4 // size
    noise = np.floor(64 * uniform(key + "/noise", count * size * size * 3))
    return grid[:, cell][:, :, cell] + noise.reshape(count, size, size, 3)


def logits(name, size):
    keras.backend.clear_session()
    model = getattr(keras.applications, name)(
        weights=None, classes=CLASSES, classifier_activation=None, input_shape=(size, size, 3))
    for layer in model.layers:
        if layer.weights:
            layer.set_weights([weight(layer.name, w.name, tuple(w.shape)) for w in layer.weights])
    return np.asarray(model(images(f"golden/{size}", 2, size), training=False))


keras.config.set_floatx("float64")
target = os.path.join(os.path.dirname(__file__), "..", "resources", "golden", "calm-logits.tsv")
with open(target, "w") as file:
    file.write("# model, size, logits of 10 classes for 2 images; written by make_calm_logits.py\n")
    for variant in ["B0", "B1", "B2", "B3", "S", "M", "L"]:
        for size in (64, 75):
            numbers = logits("EfficientNetV2" + variant, size).ravel()
            name = "efficientnetv2-" + variant.lower()
            file.write(f"{name}\t{size}\t" + " ".join("%.9g" % x for x in numbers) + "\n")
            print(name, size, numbers.std(), flush=True)
