"""Prints lines of ../resources/dev/espalier/models/keras_optimizers.tsv with Keras 3 on TensorFlow.

Each line is a training of KerasOptimizersTest: its name, the loss of each step and all weights after
the last one.
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["ONEDNN_MAX_CPU_ISA"] = "AVX"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

STEPS, BATCH, PIXELS, CLASSES = 5, 4, 12, 3
O = keras.optimizers


def batch(step):
    n = np.arange(BATCH)[:, None]
    p = np.arange(PIXELS)[None, :]
    pixels = ((BATCH * step + n) * 37 + p * 11 + n * p * 5) % 256
    labels = (BATCH * step + np.arange(BATCH)) % CLASSES
    return (pixels / 255).astype(np.float32), np.eye(CLASSES, dtype=np.float32)[labels]


def network():
    model = keras.Sequential([
        keras.Input((PIXELS,)),
        keras.layers.Dense(4, activation="tanh", name="hidden"),
        keras.layers.Dense(CLASSES, activation="softmax", name="head"),
    ])
    weights = []
    for index, variable in enumerate(model.weights):
        count = int(np.prod(variable.shape))
        values = ((np.arange(count) * 7 + index + 1) % 13 - 6) / 10
        weights.append(values.astype(np.float32).reshape(variable.shape))
    model.set_weights(weights)
    return model


def excluded(optimizer, *names):
    optimizer.exclude_from_weight_decay(var_names=list(names))
    return optimizer


class Multiplied:
    """An optimizer for each layer, whose learning rate is that of all times the layer's multiplier."""

    def __init__(self, make, rate, multipliers):
        self.by_layer = {layer: make(rate * factor) for layer, factor in multipliers.items()}

    def apply(self, gradients, model):
        position = 0
        for layer in model.layers:
            count = len(layer.trainable_variables)
            part = gradients[position : position + count]
            self.by_layer[layer.name].apply(part, layer.trainable_variables)
            position += count


TRAININGS = {
    "sgd": lambda: O.SGD(0.5, momentum=0.5),
    "rmsprop": lambda: O.RMSprop(0.01),
    "rmsprop-momentum": lambda: O.RMSprop(0.01, rho=0.7, momentum=0.5, epsilon=1e-3),
    "rmsprop-centered-decayed": lambda: excluded(
        O.RMSprop(0.01, centered=True, momentum=0.9, weight_decay=0.2, epsilon=1e-3), "bias"
    ),
    "adagrad": lambda: O.Adagrad(0.1),
    "adagrad-decayed": lambda: O.Adagrad(
        0.1, initial_accumulator_value=0.0, epsilon=1e-2, weight_decay=0.2
    ),
    "adadelta": lambda: O.Adadelta(1.0),
    "adadelta-decayed": lambda: O.Adadelta(10.0, rho=0.8, epsilon=1e-4, weight_decay=0.01),
    "adamax": lambda: O.Adamax(0.05),
    "adamax-decayed": lambda: O.Adamax(
        0.05, beta_1=0.7, beta_2=0.6, epsilon=1e-2, weight_decay=0.2
    ),
    "nadam": lambda: O.Nadam(0.05),
    "nadam-decayed": lambda: O.Nadam(0.05, beta_1=0.7, beta_2=0.9, epsilon=1e-2, weight_decay=0.2),
    "lion": lambda: O.Lion(0.01),
    "lion-decayed": lambda: O.Lion(0.01, beta_1=0.5, beta_2=0.8, weight_decay=0.2),
    "lamb": lambda: O.Lamb(0.05),
    "lamb-decayed": lambda: excluded(
        O.Lamb(0.05, beta_1=0.7, beta_2=0.9, epsilon=1e-2, weight_decay=0.2), "bias"
    ),
    "ftrl": lambda: O.Ftrl(0.1),
    "ftrl-regularized": lambda: O.Ftrl(
        0.1,
        learning_rate_power=-0.7,
        initial_accumulator_value=0.3,
        l1_regularization_strength=0.05,
        l2_regularization_strength=0.02,
        l2_shrinkage_regularization_strength=0.03,
        beta=0.1,
        weight_decay=0.2,
    ),
    "nadam-clip-global-norm": lambda: O.Nadam(0.05, global_clipnorm=0.2),
    "adamw-multiplied": lambda: Multiplied(
        lambda rate: O.AdamW(rate, weight_decay=0.2), 0.05, {"hidden": 0.1, "head": 1.0}
    ),
    "sgd-multiplied": lambda: Multiplied(
        lambda rate: O.SGD(rate, momentum=0.5, weight_decay=0.1), 0.5, {"hidden": 0.25, "head": 2.0}
    ),
}


def train(optimizer):
    model = network()
    losses = []
    for step in range(STEPS):
        x, y = batch(step)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.categorical_crossentropy(y, model(x)))
        gradients = tape.gradient(loss, model.trainable_variables)
        losses.append(float(loss))
        if isinstance(optimizer, Multiplied):
            optimizer.apply(gradients, model)
        else:
            optimizer.apply(gradients, model.trainable_variables)
    return losses, np.concatenate([w.ravel() for w in model.get_weights()])


if __name__ == "__main__":
    for name, make in TRAININGS.items():
        losses, weights = train(make())
        print(name, *(" ".join(repr(float(x)) for x in values) for values in (losses, weights)), sep="\t")
