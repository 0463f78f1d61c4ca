"""Writes ../resources/dev/espalier/weights/keras_small_networks.tsv with Keras 3: what small networks give
before and after five steps of training, and the loss of each step. The transformer is in keras_transformer.h5 after
them. keras_mixed_precision.tsv has the same of some of them with Keras' policies of mixed precision, where the name
begins with that of the policy and a last field is the loss scale after training.

A line is a name, the losses, the outputs before, and the outputs after, for the images of the first step. Images,
labels and initial weights follow a rule that KerasSmallNetworksTest knows too.
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers as L  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "../resources/dev/espalier/models")
STEPS, BATCH, SIDE, CLASSES = 5, 4, 8, 3


def head(x):
    if keras.config.dtype_policy().name == "float64":
        return L.Dense(CLASSES, activation="softmax", name="head")(x)
    # As Keras advises, probabilities are float32 under every policy.
    return L.Activation("softmax", dtype="float32")(L.Dense(CLASSES, name="head")(x))


class ClassToken(L.Layer):
    def build(self, shape):
        self.token = self.add_weight(shape=(1, 1, shape[-1]), name="token")

    def call(self, x):
        token = keras.ops.broadcast_to(self.token, (keras.ops.shape(x)[0], 1, x.shape[-1]))
        return keras.ops.concatenate([token, x], axis=1)


class ChannelSplit(L.Layer):
    def call(self, x):
        return keras.ops.split(x, 2, axis=-1)


class BrightPatches(L.Layer):
    """Which patches of the size 2 are brighter than a bound, as a padding mask."""

    def call(self, image):
        bright = L.AveragePooling2D(2)(keras.ops.mean(image, axis=-1, keepdims=True))
        return keras.ops.reshape(bright, (-1, 16)) > 120.3


class PositionEmbedding(L.Layer):
    def build(self, shape):
        self.embeddings = self.add_weight(shape=shape[1:], name="embeddings")

    def call(self, x):
        return x + self.embeddings


def vision_transformer():
    image = keras.Input((SIDE, SIDE, 3))
    x = L.Rescaling(1 / 127.5, offset=-1)(image)
    x = L.Conv2D(8, 4, strides=4, name="patches")(x)
    x = L.Reshape((4, 8))(x)
    x = ClassToken(name="class_token")(x)
    x = PositionEmbedding(name="positions")(x)
    for block in ("block1", "block2"):
        y = L.LayerNormalization(name=block + "_norm1")(x)
        y = L.MultiHeadAttention(2, 4, name=block + "_attention")(y, y)
        x = L.Add()([x, y])
        y = L.LayerNormalization(name=block + "_norm2")(x)
        y = L.Dense(16, activation="gelu", name=block + "_mlp1")(y)
        y = L.Dense(8, name=block + "_mlp2")(y)
        x = L.Add()([x, y])
    x = L.LayerNormalization(name="norm")(x)
    return keras.Model(image, head(x[:, 0]))


def normalized(x, name, relu=True):
    x = L.BatchNormalization(momentum=0.9, name=name)(x)
    return L.ReLU()(x) if relu else x


def resnext():
    image = keras.Input((SIDE, SIDE, 3))
    x = L.Rescaling(1 / 127.5, offset=-1)(image)
    x = L.Conv2D(8, 3, padding="same", use_bias=False, name="stem")(x)
    x = normalized(x, "stem_bn")
    y = L.Conv2D(8, 1, use_bias=False, name="reduce")(x)
    y = normalized(y, "reduce_bn")
    y = L.Conv2D(8, 3, strides=2, padding="same", groups=4, use_bias=False, name="groups")(y)
    y = normalized(y, "groups_bn")
    y = L.Conv2D(16, 1, use_bias=False, name="expand")(y)
    y = normalized(y, "expand_bn", relu=False)
    x = L.Conv2D(16, 1, strides=2, use_bias=False, name="shortcut")(x)
    x = normalized(x, "shortcut_bn", relu=False)
    x = L.GlobalAveragePooling2D()(L.ReLU()(L.Add()([x, y])))
    return keras.Model(image, head(x))


def decoder():
    image = keras.Input((SIDE, SIDE, 3))
    x = L.Rescaling(1 / 127.5, offset=-1)(image)
    x = L.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="down")(x)
    x = L.Conv2DTranspose(4, 3, strides=2, padding="same", activation="tanh", name="up1")(x)
    x = L.Conv2DTranspose(3, 2, strides=3, activation="relu", name="up2")(x)
    x = L.GlobalAveragePooling2D()(x)
    return keras.Model(image, head(x))


def gated():
    image = keras.Input((SIDE, SIDE, 3))
    x = L.Rescaling(1 / 127.5, offset=-1)(image)
    x = L.Conv2D(8, 3, strides=2, padding="same", name="stem")(x)
    left, right = ChannelSplit(name="split")(x)
    x = L.Multiply()([left, L.Activation("sigmoid")(right)])
    inner = keras.Input((4, 4, 4))
    first, second = ChannelSplit(name="halves")(inner)
    first = L.Conv2D(4, 1, activation="tanh", name="first")(first)
    towers = keras.Model(inner, [second, first], name="towers")
    second, first = towers(x)
    x = L.Concatenate()([first, second])
    x = L.Conv2DTranspose(4, 3, strides=3, output_padding=1, padding="same", name="up1")(x)
    x = L.Conv2DTranspose(4, 2, strides=2, output_padding=1, activation="relu", name="up2")(x)
    x = L.GlobalAveragePooling2D()(x)
    return keras.Model(image, head(x))


def masked_transformer():
    image = keras.Input((SIDE, SIDE, 3))
    x = L.Rescaling(1 / 127.5, offset=-1)(image)
    x = L.Conv2D(8, 2, strides=2, name="patches")(x)
    x = L.Reshape((16, 8))(x)
    x = PositionEmbedding(name="positions")(x)
    mask = BrightPatches(name="mask")(image)
    y = L.MultiHeadAttention(2, 4, name="causal")(x, x, use_causal_mask=True)
    x = L.LayerNormalization(name="norm1")(L.Add()([x, y]))
    y = L.MultiHeadAttention(2, 4, name="masked")(x, x, attention_mask=mask[:, None, :])
    x = L.LayerNormalization(name="norm2")(L.Add()([x, y]))
    x = L.GlobalAveragePooling1D()(x)
    return keras.Model(image, head(x))


def uniform(key, count):
    """Numbers from 0 to 1 that depend on the key alone: FNV-1a and SplitMix64."""
    mask = (1 << 64) - 1
    state = 0xCBF29CE484222325
    for value in key.encode():
        state = ((state ^ value) * 0x100000001B3) & mask
    numbers = []
    for i in range(count):
        z = (state + (i + 1) * 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        numbers.append(((z ^ (z >> 31)) >> 40) * 2.0**-24)
    return np.array(numbers)


def initial(variable):
    s = 2 * uniform(variable.path, int(np.prod(variable.shape))) - 1
    name = variable.path.rsplit("/", 1)[1]
    if name in ("gamma", "moving_variance"):
        s = 1 + 0.2 * s
    elif len(variable.shape) > 1 and name != "bias":
        s = 0.5 * s
    else:
        s = 0.1 * s
    return s.astype("float32").reshape(variable.shape)


def batch(step):
    images, labels = [], []
    for n in range(BATCH):
        p = np.arange(SIDE * SIDE * 3)
        pixels = ((BATCH * step + n) * 37 + p * 11 + n * p * 5) % 256
        images.append(pixels.reshape(SIDE, SIDE, 3))
        labels.append((BATCH * step + n) % CLASSES)
    return np.array(images, "float32"), np.eye(CLASSES, dtype="float32")[labels]


def numbers(values):
    return " ".join(f"{value:.8g}" for value in np.ravel(values))


def line(name, model):
    for variable in model.weights:
        variable.assign(initial(variable))
    model.compile(
        optimizer=keras.optimizers.SGD(0.05, momentum=0.9), loss="categorical_crossentropy"
    )
    images, _ = batch(0)
    before = model.predict_on_batch(images)
    losses = [float(model.train_on_batch(*batch(step))) for step in range(STEPS)]
    fields = [name, numbers(losses), numbers(before), numbers(model.predict_on_batch(images))]
    if isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer):
        fields.append(numbers(model.optimizer.dynamic_scale))
    return "\t".join(fields)


def main():
    networks = {
        "vision-transformer": vision_transformer,
        "resnext": resnext,
        "decoder": decoder,
        "gated": gated,
        "masked-transformer": masked_transformer,
    }
    # In double precision: what is compared is the engines' rounding alone.
    keras.config.set_dtype_policy("float64")
    with open(os.path.join(TARGET, "keras_small_networks.tsv"), "w") as file:
        for name, network in networks.items():
            model = network()
            file.write(line(name, model) + "\n")
            if name == "vision-transformer":
                model.save(os.path.join(TARGET, "keras_transformer.h5"), include_optimizer=False)
    with open(os.path.join(TARGET, "keras_mixed_precision.tsv"), "w") as file:
        for policy in ("mixed_bfloat16", "mixed_float16"):
            keras.config.set_dtype_policy(policy)
            for name in ("vision-transformer", "resnext", "gated"):
                file.write(line(policy + "/" + name, networks[name]()) + "\n")


if __name__ == "__main__":
    main()
