"""Writes ../resources/weights: the narrow EfficientNet of make_pytorch_weights.py as a checkpoint of TensorFlow with
the names of the authors (tensorflow/tpu), as .npz with Keras' names, and as .h5 with those of qubvel's package.

The weights are the moving averages of the checkpoint; its plain values are something else, and it has slots of an
optimizer and a second data file as real ones do. ../resources/golden/tensorflow-logits.tsv has what Keras gives for the
images of ../shared/golden/README.md, 64 pixels wide, normalized with ImageNet's mean and standard deviation. Needs keras,
tensorflow-cpu and h5py.
"""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = ""
import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras.src.applications.efficientnet import EfficientNet  # noqa: E402

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "weights")
WIDTH, DEPTH, SIZE, CLASSES = 0.125, 0.5, 64, 10
MEAN, STD = np.float32((0.485, 0.456, 0.406)), np.float32((0.229, 0.224, 0.225))
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
    return values.reshape(shape).astype("float32")


def images(key, count, size):
    grid = np.floor(192 * uniform(key + "/grid", count * 48)).reshape(count, 4, 4, 3)
    cell = np.arange(size) * 4 // size
    noise = np.floor(64 * uniform(key + "/noise", count * size * size * 3))
    return grid[:, cell][:, :, cell] + noise.reshape(count, size, size, 3)


def arrays_of(model):
    """Fills the model and returns its arrays by layer and variable, in order."""
    arrays = {}
    for layer in model.layers:
        for variable in layer.weights:
            if layer.name == "normalization":
                value = {"mean": MEAN, "variance": STD**2}.get(variable.name, np.int32(0))
            else:
                value = weight(layer.name, variable.name, tuple(variable.shape))
            variable.assign(value)
            arrays[layer.name, variable.name] = np.asarray(value)
    model.get_layer("normalization").finalize_state()
    return arrays


def tpu_names(model):
    """Returns the authors' name of each layer: they number the layers of a block by their kind."""
    names = {"stem_conv": "stem/conv2d", "stem_bn": "stem/tpu_batch_normalization", "top_conv": "head/conv2d",
             "top_bn": "head/tpu_batch_normalization", "predictions": "head/dense"}
    blocks, used = [], {}
    for layer in model.layers:
        if not layer.weights or not layer.name.startswith("block"):
            continue
        block, part = layer.name.split("_", 1)
        if block not in blocks:
            blocks.append(block)
        scope = f"blocks_{blocks.index(block)}/" + ("se/" if part.startswith("se_") else "")
        kind = {"DepthwiseConv2D": "depthwise_conv2d", "Conv2D": "conv2d"}.get(
            type(layer).__name__, "tpu_batch_normalization")
        number = used.get(scope + kind, 0)
        used[scope + kind] = number + 1
        names[layer.name] = scope + kind + (f"_{number}" if number else "")
    return names


def save_checkpoint(arrays, names, prefix):
    tensors = {"global_step": np.int64(218949)}
    for (layer, variable), value in arrays.items():
        if layer == "normalization":
            continue
        depthwise = "depthwise" in names[layer] and variable == "kernel"
        name = "efficientnet-b0/" + names[layer] + "/" + ("depthwise_kernel" if depthwise else variable)
        tensors[name] = np.zeros_like(value)
        tensors[name + "/ExponentialMovingAverage"] = value
        if layer == "stem_conv":
            tensors[name + "/RMSProp"] = tensors[name + "/RMSProp_1"] = np.ones_like(value)
    parts = []
    for part in range(2):
        keys = sorted(tensors)[part::2]
        parts.append(f"{prefix}-part{part}")
        tf.raw_ops.SaveV2(prefix=parts[-1], tensor_names=keys, shape_and_slices=[""] * len(keys),
                          tensors=[tf.constant(tensors[key]) for key in keys])
    tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=parts, destination_prefix=prefix)


def save_qubvel(arrays, path):
    with h5py.File(path, "w") as file:
        layers = {}
        for (layer, variable), value in arrays.items():
            if layer != "normalization":
                layers.setdefault("probs" if layer == "predictions" else layer, {})[variable + ":0"] = value
        file.attrs["layer_names"] = [name.encode() for name in layers]
        for layer, variables in layers.items():
            group = file.create_group(layer)
            group.attrs["weight_names"] = [f"{layer}/{name}".encode() for name in variables]
            for name, value in variables.items():
                group.create_dataset(f"{layer}/{name}", data=value)


def main():
    model = EfficientNet(WIDTH, DEPTH, SIZE, dropout_rate=0, drop_connect_rate=0, weights=None, classes=CLASSES,
                         classifier_activation=None, input_shape=(SIZE, SIZE, 3), name="narrow",
                         weights_name="")
    arrays = arrays_of(model)
    logits = model(images(f"golden/{SIZE}", 2, SIZE).astype("float32"), training=False).numpy()
    print(keras.__version__, logits.std(), model.count_params())
    with open(os.path.join(OUT, "..", "golden", "tensorflow-logits.tsv"), "w") as file:
        file.write("narrow\t" + " ".join(f"{x:.9g}" for x in logits.reshape(-1)) + "\n")
    save_checkpoint(arrays, tpu_names(model), os.path.join(OUT, "tensorflow_narrow.ckpt"))
    np.savez_compressed(os.path.join(OUT, "keras_narrow.npz"), **{"/".join(key): value for key, value in arrays.items()})
    save_qubvel(arrays, os.path.join(OUT, "qubvel_narrow.h5"))


if __name__ == "__main__":
    main()
