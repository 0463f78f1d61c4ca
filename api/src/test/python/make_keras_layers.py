"""Prints lines of ../resources/keras-layers.txt with Keras 3: a name, a shape and the output.

Inputs and variables follow a rule that KerasGoldenTest knows too. Run it with the names of the layers that
are wanted, or without any for all that it knows, and put the lines into the file.
"""

import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

IMAGES = (2, 5, 6, 3)
WIDE = (2, 5, 6, 6)
SEQUENCE = (2, 5, 6)


def pattern(shape, factor, shift, modulus, scale, offset):
    count = int(np.prod(shape))
    values = ((np.arange(count) * factor + shift) % modulus) / scale - offset
    return values.astype("float32").reshape(shape)


def sample(shape):
    return pattern(shape, 37, 11, 101, 50, 1)


def mask(shape):
    return ((np.arange(int(np.prod(shape))) * 7 + 1) % 3 > 0).reshape(shape)


def weights(layer):
    for variable in layer.variables:
        variable.assign(pattern(tuple(variable.shape), 53, 7, 97, 97, 0.5))


# The test computes in double precision, too.
keras.config.set_dtype_policy("float64")
L = keras.layers
LAYERS = {
    "conv-groups": (L.Conv2D(4, 3, groups=2, padding="same"), [WIDE]),
    "conv-groups-stride2": (
        L.Conv2D(6, 3, groups=6, strides=2, activation="relu"),
        [WIDE],
    ),
    "conv-groups-dilated": (
        L.Conv2D(6, (2, 3), groups=3, dilation_rate=2, use_bias=False),
        [WIDE],
    ),
    "conv-transpose-valid": (L.Conv2DTranspose(2, 3), [IMAGES]),
    "conv-transpose-same": (L.Conv2DTranspose(2, 3, padding="same"), [IMAGES]),
    "conv-transpose-valid-stride2": (
        L.Conv2DTranspose(2, 3, strides=2, activation="relu"),
        [IMAGES],
    ),
    "conv-transpose-same-stride2": (
        L.Conv2DTranspose(2, 3, strides=2, padding="same"),
        [IMAGES],
    ),
    "conv-transpose-kernel4-same-stride2": (
        L.Conv2DTranspose(2, 4, strides=2, padding="same", use_bias=False),
        [IMAGES],
    ),
    "conv-transpose-kernel2-stride3": (L.Conv2DTranspose(1, 2, strides=3), [IMAGES]),
    "conv-transpose-kernel2-same-stride3": (
        L.Conv2DTranspose(1, 2, strides=3, padding="same"),
        [IMAGES],
    ),
    "conv-transpose-dilated": (L.Conv2DTranspose(2, (2, 3), dilation_rate=(3, 2)), [IMAGES]),
    "conv-transpose-dilated-same": (
        L.Conv2DTranspose(2, 3, dilation_rate=2, padding="same"),
        [IMAGES],
    ),
    "conv-transpose-output-padding": (
        L.Conv2DTranspose(2, 3, strides=2, output_padding=1),
        [IMAGES],
    ),
    "conv-transpose-output-padding-same": (
        L.Conv2DTranspose(2, 3, strides=2, output_padding=0, padding="same"),
        [IMAGES],
    ),
    "conv-transpose-output-padding-kernel4-same": (
        L.Conv2DTranspose(2, 4, strides=(2, 3), output_padding=(1, 2), padding="same"),
        [IMAGES],
    ),
    "conv-transpose-output-padding-kernel1-same": (
        L.Conv2DTranspose(2, 1, strides=3, output_padding=2, padding="same"),
        [IMAGES],
    ),
    "conv-transpose-output-padding-kernel2": (
        L.Conv2DTranspose(1, 2, strides=3, output_padding=(0, 2)),
        [IMAGES],
    ),
    "conv-transpose-output-padding-kernel5-same": (
        L.Conv2DTranspose(1, 5, strides=2, output_padding=(0, 1), padding="same"),
        [IMAGES],
    ),
    "average": (L.Average(), [IMAGES, (2, 1, 6, 1), (2, 5, 1, 3)]),
    "maximum": (L.Maximum(), [IMAGES, (2, 1, 6, 1)]),
    "minimum": (L.Minimum(), [IMAGES, (2, 1, 6, 1)]),
    "subtract": (L.Subtract(), [IMAGES, (2, 5, 6, 1)]),
    "permute": (L.Permute((3, 1, 2)), [IMAGES]),
    "cropping": (L.Cropping2D(((0, 1), (2, 1))), [IMAGES]),
    "prelu": (L.PReLU(), [IMAGES]),
    "prelu-shared": (L.PReLU(shared_axes=[1, 2]), [IMAGES]),
    "prelu-dense": (L.PReLU(), [(2, 4)]),
    "layer-normalization": (L.LayerNormalization(), [SEQUENCE]),
    "layer-normalization-images": (
        L.LayerNormalization(epsilon=1e-6, center=False),
        [IMAGES],
    ),
    "layer-normalization-plain": (
        L.LayerNormalization(center=False, scale=False),
        [SEQUENCE],
    ),
    "self-attention": (L.MultiHeadAttention(2, 4), [SEQUENCE]),
    "attention-without-bias": (
        L.MultiHeadAttention(3, 2, value_dim=5, use_bias=False),
        [SEQUENCE],
    ),
    "attention-query-value": (L.MultiHeadAttention(2, 3), [SEQUENCE, (2, 4, 7)]),
    "attention-query-value-key": (
        L.MultiHeadAttention(2, 3, value_dim=4),
        [SEQUENCE, (2, 4, 7), (2, 4, 3)],
    ),
    "attention-causal": (
        L.MultiHeadAttention(2, 4),
        [SEQUENCE],
        {"use_causal_mask": True},
    ),
    "attention-causal-query-value": (
        L.MultiHeadAttention(2, 3),
        [SEQUENCE, (2, 4, 7)],
        {"use_causal_mask": True},
    ),
    "attention-mask": (
        L.MultiHeadAttention(2, 3),
        [SEQUENCE, (2, 4, 7)],
        {"attention_mask": mask((2, 5, 4))},
    ),
    # The first query of the second sample has nothing left to attend to.
    "attention-padding-mask-causal": (
        L.MultiHeadAttention(2, 4),
        [SEQUENCE],
        {"attention_mask": mask((2, 5))[:, None, :], "use_causal_mask": True},
    ),
}

A = keras.activations
ACTIVATIONS = {
    "activation-gelu_tanh": lambda x: A.gelu(x, approximate=True),
    "activation-log_sigmoid": A.log_sigmoid,
    "activation-hard_tanh": A.hard_tanh,
    "activation-tanh_shrink": A.tanh_shrink,
    "activation-hard_shrink": A.hard_shrink,
    "activation-soft_shrink": A.soft_shrink,
    "activation-squareplus": A.squareplus,
    "leaky-relu-0.01": lambda x: A.leaky_relu(x, negative_slope=0.01),
    "elu-1.5": lambda x: A.elu(x, alpha=1.5),
    "celu-0.5": lambda x: A.celu(x, alpha=0.5),
    "activation-sparse_plus": A.sparse_plus,
    "activation-sparse_sigmoid": A.sparse_sigmoid,
    "activation-sparsemax": A.sparsemax,
    "activation-glu": lambda x: A.glu(x[:, 1:]),
    "threshold": lambda x: A.threshold(x, 0.25, -2.0),
    "relu-max": lambda x: A.relu(x, max_value=2.5),
    "relu-threshold": lambda x: A.relu(x, threshold=0.5),
    "relu-below-zero": lambda x: A.relu(x, threshold=-2.5),
    "relu-all": lambda x: A.relu(x, negative_slope=0.1, max_value=2.5, threshold=0.5),
    "relu-all-below-zero": lambda x: A.relu(x, negative_slope=0.1, max_value=2.5, threshold=-2.5),
}


def call(layer, arrays, masks):
    if isinstance(layer, (L.Average, L.Maximum, L.Minimum, L.Subtract)):
        return lambda: layer(arrays)
    if isinstance(layer, L.MultiHeadAttention):
        query, value = arrays[0], arrays[min(1, len(arrays) - 1)]
        key = arrays[2] if len(arrays) > 2 else value
        return lambda: layer(query, value, key, **masks)
    # TensorFlow has dilated transposes on a CPU only when XLA compiles them.
    compiled = isinstance(layer, L.Conv2DTranspose) and max(layer.dilation_rate) > 1
    return tf.function(lambda: layer(*arrays), jit_compile=True if compiled else None)


def line(name, output):
    output = np.asarray(output)
    numbers = " ".join(f"{value:.7g}" for value in output.ravel())
    print(name, "x".join(map(str, output.shape)), numbers)


def main(wanted):
    for name, (layer, shapes, *masks) in LAYERS.items():
        if wanted and name not in wanted:
            continue
        run = call(layer, [sample(shape) for shape in shapes], *(masks or [{}]))
        run()
        weights(layer)
        line(name, run())
    x = np.array([[-7.5, -3, -2, -0.5, 0, 0.25, 1, 2.9, 6.5]])
    for name, function in ACTIVATIONS.items():
        if not wanted or name in wanted:
            line(name, function(x))


if __name__ == "__main__":
    main(sys.argv[1:])
