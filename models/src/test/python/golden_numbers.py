"""The values of ../shared/golden/README.md: weights by the names of the layers and images by a key, without random numbers."""

import numpy as np

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


def weight(layer, variable, shape, factor=1.0):
    s = 2 * uniform(layer + "/" + variable, int(np.prod(shape))) - 1
    if variable == "kernel":
        depthwise = len(shape) == 4 and shape[3] == 1
        fan = shape[0] * shape[1] if depthwise else int(np.prod(shape[:-1]))
        values = s * np.sqrt(8 / fan) * factor
    elif variable == "gamma":
        values = 1 + 0.2 * s
        if layer.startswith("block") and layer.endswith("_project_bn") and layer[6] != "a":
            values = values * 0.25
    elif variable == "moving_variance":
        values = 1 + 0.4 * s
    else:
        values = 0.05 * s
    return values.reshape(shape).astype("float32")


def images(key, count, size):
    grid = np.floor(192 * uniform(key + "/grid", count * 48)).reshape(count, 4, 4, 3)
    cell = np.arange(size) * 4 // size
    noise = np.floor(64 * uniform(key + "/noise", count * size * size * 3))
    return grid[:, cell][:, :, cell] + noise.reshape(count, size, size, 3)
