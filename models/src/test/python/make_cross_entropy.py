"""Writes keras_cross_entropy.tsv: cross-entropy of outputs that saturate, as Keras 3 on TensorFlow evaluates and trains them.
Each line has a name, the loss before training, the loss of each step, the loss afterwards, and the weights at the end.

    pip install keras tensorflow-cpu
    python models/src/test/python/make_cross_entropy.py \
        models/src/test/resources/dev/espalier/models/keras_cross_entropy.tsv
"""

import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import keras
import numpy as np
from keras import layers

BATCH = 4
CLASSES = 3
PIXELS = 2 * 2 * 3
STEPS = 5
SATURATED = 60


def images(step):
    rows = [
        [((BATCH * step + n) * 37 + p * 11 + n * p * 5) % 256 for p in range(PIXELS)]
        for n in range(BATCH)
    ]
    return np.array(rows, "float32").reshape(BATCH, 2, 2, 3)


def labels(step, classes):
    return np.array([(BATCH * step + n) % CLASSES % classes for n in range(BATCH)])


def spaced(shape, seed, scale):
    values = [((i * 7 + seed) % 13 - 6) / 10.0 * scale for i in range(int(np.prod(shape)))]
    return np.array(values, "float32").reshape(shape)


def network(last, scale):
    image = keras.Input((2, 2, 3))
    x = layers.Flatten()(layers.Rescaling(1 / 255.0)(image))
    x = layers.Dense(4, "tanh", name="hidden")(x)
    for layer in last:
        x = layer(x)
    model = keras.Model(image, x)
    for seed, variable in enumerate(model.trainable_variables, start=1):
        size = scale if variable.path.endswith("head/kernel") else 1
        variable.assign(spaced(variable.shape, seed, size))
    return model


def head(activation, *more, outputs=CLASSES):
    return [layers.Dense(outputs, activation, name="head"), *more]


def nested():
    inner = keras.Input((4,))
    return [keras.Model(inner, layers.Dense(CLASSES, "softmax", name="head")(inner))]


def line(
    name,
    last,
    loss,
    scale=SATURATED,
    rate=0.002,
    one_hot=True,
    classes=CLASSES,
    batches=range(STEPS),
):
    model = network(last, scale)
    model.compile(keras.optimizers.SGD(rate), loss)

    def target(step):
        values = labels(step, classes)
        return keras.utils.to_categorical(values, classes) if one_hot else values.reshape(-1, 1)

    def evaluated(step):
        return model.evaluate(images(step), target(step), batch_size=BATCH, verbose=0)

    before = evaluated(0)
    losses = []
    for step in batches:
        # Dropout is random: only what it does before and after training is compared.
        if not any(isinstance(layer, layers.Dropout) for layer in last):
            fit = model.fit(images(step), target(step), BATCH, shuffle=False, verbose=0)
            losses.append(fit.history["loss"][0])
    weights = [v for variable in model.trainable_variables for v in variable.numpy().reshape(-1)]
    fields = [losses, [evaluated(STEPS)], weights]
    texts = [" ".join(str(float(v)) for v in values) or "-" for values in fields]
    return "\t".join([name, str(float(before)), *texts])


def categorical(**more):
    return keras.losses.CategoricalCrossentropy(**more)


def binary(**more):
    return keras.losses.BinaryCrossentropy(**more)


def sparse():
    return keras.losses.SparseCategoricalCrossentropy()


def cases():
    soft = "softmax"
    yield line("softmax", head(soft), categorical())
    yield line("softmax-sparse", head(soft), sparse(), one_hot=False)
    yield line("softmax-smoothed", head(soft), categorical(label_smoothing=0.1))
    yield line("softmax-layer", head(None, layers.Activation(soft)), categorical())
    yield line("softmax-from-logits", head(soft), categorical(from_logits=True))
    yield line("linear", head(None), categorical(from_logits=True))
    yield line("softmax-linear", head(soft, layers.Activation("linear")), categorical())
    yield line("softmax-dropped", head(soft, layers.Dropout(0.5)), categorical())
    yield line("softmax-nested", nested(), categorical())
    yield line("softmax-reshaped", head(soft, layers.Reshape((3,))), categorical())
    yield line("softmax-flattened", head(soft, layers.Flatten()), categorical())
    yield line("log-softmax", head("log_softmax"), categorical(), scale=1)
    yield line("sigmoid-rescaled", head("sigmoid", layers.Rescaling(0.5)), binary())
    yield line("hard-sigmoid", head("hard_sigmoid"), binary(), scale=1)
    yield line("sigmoid", head("sigmoid"), binary())
    yield line("sigmoid-smoothed", head("sigmoid"), binary(label_smoothing=0.2))
    yield line("sigmoid-layer", head(None, layers.Activation("sigmoid")), binary())
    yield line("linear-binary", head(None), binary(from_logits=True))
    one = head("sigmoid", outputs=1)
    yield line("sigmoid-one-output", one, binary(), one_hot=False, classes=2)
    yield line("sigmoid-categorical", head("sigmoid"), categorical(), scale=1, rate=0.5)
    yield line("sigmoid-categorical-saturated", head("sigmoid"), categorical())
    yield line("sigmoid-sparse", head("sigmoid"), sparse(), one_hot=False)
    # Thirty steps with one batch: wrong answers that saturate are unlearned.
    often = [0] * 30
    yield line("softmax-unlearned", head(soft), categorical(), scale=300, rate=0.00005, batches=often)
    yield line("sigmoid-unlearned", head("sigmoid"), categorical(), scale=4, rate=0.02, batches=often)


with open(sys.argv[1], "w") as file:
    for case in cases():
        file.write(case + "\n")
