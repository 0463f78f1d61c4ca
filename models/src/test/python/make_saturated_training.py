"""Writes lines of ../resources/dev/espalier/models/keras_cross_entropy.tsv with Keras 3: what cross-entropy comes to in
thirty steps from outputs that are saturated at first.

A line is a name, the loss before, the loss of each step, the loss after, and all weights after. Images, labels and
initial weights follow from their index, as in KerasCrossEntropyTest. The five steps of "softmax" and
"sigmoid-categorical" are computed too, and must come to the lines that are there.
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "../resources/dev/espalier/models/keras_cross_entropy.tsv")
BATCH, PIXELS, CLASSES = 4, 12, 3


def batch(step):
    n = BATCH * step + np.arange(BATCH)[:, None]
    p = np.arange(PIXELS)[None, :]
    pixels = (n * 37 + p * 11 + np.arange(BATCH)[:, None] * p * 5) % 256
    labels = (BATCH * step + np.arange(BATCH)) % CLASSES
    return pixels.reshape(BATCH, 2, 2, 3).astype("float32"), np.eye(CLASSES, dtype="float32")[labels]


def spaced(shape, seed, scale):
    i = np.arange(int(np.prod(shape)))
    return (((i * 7 + seed) % 13 - 6) / 10 * scale).astype("float32").reshape(shape)


def line(name, activation, scale, rate, steps):
    model = keras.Sequential(
        [
            keras.Input((2, 2, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(4, activation="tanh", name="hidden"),
            keras.layers.Dense(CLASSES, activation=activation, name="head"),
        ]
    )
    for i, variable in enumerate(model.weights):
        variable.assign(spaced(variable.shape, i + 1, scale if "head/kernel" in variable.path else 1))
    model.compile(keras.optimizers.SGD(rate), keras.losses.CategoricalCrossentropy())
    before = model.test_on_batch(*batch(0))
    losses = []
    for step in range(steps):
        model.reset_metrics()
        losses.append(model.train_on_batch(*batch(step)))
    model.reset_metrics()
    after = model.test_on_batch(*batch(steps))
    weights = np.concatenate([np.array(v).reshape(-1) for v in model.weights])
    return "\t".join(
        [
            name,
            repr(float(before)),
            " ".join(repr(float(loss)) for loss in losses),
            repr(float(after)),
            " ".join(repr(float(w)) for w in weights),
        ]
    )


def main():
    with open(TARGET) as file:
        known = {row.split("\t")[0]: row for row in file.read().splitlines()}
    for row in line("softmax", "softmax", 60, 0.002, 5), line("sigmoid-categorical", "sigmoid", 1, 0.5, 5):
        name = row.split("\t")[0]
        mine, theirs = ([float(x) for x in r.replace("\t", " ").split(" ")[1:]] for r in (row, known[name]))
        assert np.allclose(mine, theirs, rtol=1e-5, atol=1e-5), name
    for row in (
        line("softmax-thirty", "softmax", 500, 0.001, 30),
        line("sigmoid-categorical-thirty", "sigmoid", 1, 0.05, 30),
    ):
        known[row.split("\t")[0]] = row
    with open(TARGET, "w") as file:
        file.write("\n".join(known.values()) + "\n")


main()
