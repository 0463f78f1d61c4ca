"""Writes small models of Keras 3 with their outputs, as .keras, whole-model .h5 and .weights.h5.

Two of them are rewritten as older versions write them: whole-model .h5 in the spelling of Keras 2,
and .keras in that of TensorFlow 2.12, whose weights have no names of layers.

The files of the module `models` are those that its tests run on engines; this module has one of them
to damage. Run with Keras 3 (TensorFlow): python make_keras_models.py
"""

import json
import os
import shutil
import tempfile
import zipfile

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import h5py
import keras
import numpy as np
from keras import layers

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.join(HERE, "..", "..", "..", "..", "models", "src", "test", "resources", "keras")
OWN = os.path.join(HERE, "..", "resources", "keras")


def resnet():
    """Layers outside EfficientNet, named as users name them."""
    x = inputs = keras.Input((18, 18, 3), name="image")
    x = layers.ZeroPadding2D(((1, 2), (0, 1)), name="pad")(x)
    x = layers.Conv2D(8, 3, strides=2, use_bias=False, name="stem")(x)
    x = layers.BatchNormalization(epsilon=1.1e-5, name="stem_bn")(x)
    x = layers.ReLU(name="stem_relu")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool")(x)
    for stage, filters in enumerate([8, 12]):
        shortcut = layers.Conv2D(filters, 1, strides=1 + stage, name=f"res{stage}_0")(x)
        y = layers.Conv2D(filters, 3, strides=1 + stage, padding="same", name=f"res{stage}_1")(x)
        y = layers.BatchNormalization(momentum=0.9, name=f"res{stage}_1_bn")(y)
        y = layers.Activation("relu", name=f"res{stage}_1_relu")(y)
        y = layers.Conv2D(filters, 3, padding="same", name=f"res{stage}_2")(y)
        y = layers.BatchNormalization(scale=bool(stage), name=f"res{stage}_2_bn")(y)
        x = layers.Add(name=f"res{stage}_add")([shortcut, y])
        x = layers.Activation("relu", name=f"res{stage}_relu")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="probabilities")(x))


def cnn():
    """A Sequential as in tutorials: layers have the names that Keras gives them."""
    return keras.Sequential(
        [
            keras.Input((12, 10, 1)),
            layers.Rescaling(1 / 255, offset=-0.5),
            layers.Conv2D(6, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(8, (3, 2), padding="same", activation="gelu"),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(9, activation="relu", kernel_regularizer=keras.regularizers.L2(1e-3)),
            layers.Dense(4, activation="softmax"),
        ]
    )


def nested():
    """A frozen base applied to two inputs, in a model that has a Sequential as its head."""
    x = base_input = keras.Input((8, 8, 2), name="base_input")
    x = layers.Conv2D(4, 3, name="conv")(x)
    x = layers.BatchNormalization(name="bn")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    base = keras.Model(base_input, x, name="base")
    base.trainable = False
    head = keras.Sequential(
        [layers.Dense(6, activation="tanh"), layers.Dropout(0.1), layers.Dense(3)], name="head"
    )
    left, right = keras.Input((8, 8, 2), name="left"), keras.Input((8, 8, 2), name="right")
    both = layers.Concatenate(name="both")([base(left, training=False), base(right, training=False)])
    return keras.Model([left, right], layers.Softmax(name="softmax")(head(both)), name="siamese")


def two_outputs():
    """Two outputs of different sizes, the second of a branch that ends early."""
    x = inputs = keras.Input((9, 9, 3), name="image")
    x = layers.Conv2D(5, 3, strides=2, padding="same", activation="silu", name="conv")(x)
    boxes = layers.Dense(4, activation="sigmoid", name="boxes")(layers.Flatten(name="flat")(x))
    x = layers.GlobalMaxPooling2D(name="max")(x)
    return keras.Model(inputs, [layers.Dense(3, activation="softmax", name="classes")(x), boxes])


def image_layers():
    """Every other layer for images that has a counterpart."""
    x = inputs = keras.Input((13, 11, 3), name="image")
    x = layers.Normalization(name="norm")(x)
    x = layers.Resizing(12, 12, name="resize")(x)
    x = layers.SeparableConv2D(
        6, 3, padding="same", depth_multiplier=1, activation="relu6", name="separable"
    )(x)
    x = layers.PReLU(shared_axes=[1, 2], name="prelu")(x)
    y = layers.DepthwiseConv2D(3, strides=2, padding="same", name="depthwise")(x)
    y = layers.LeakyReLU(negative_slope=0.1, name="leaky")(y)
    y = layers.Conv2DTranspose(6, 3, strides=2, padding="same", name="transposed")(y)
    y = layers.ELU(alpha=0.7, name="elu")(y)
    y = layers.SpatialDropout2D(0.2, name="spatial")(y)
    x = layers.Multiply(name="gate")([x, y])
    x = layers.AveragePooling2D(2, padding="valid", name="averages")(x)
    x = layers.Conv2D(8, 3, groups=2, dilation_rate=2, padding="same", name="grouped")(x)
    x = layers.ReLU(max_value=6, name="relu6")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="layer_norm")(x)
    x = layers.BatchNormalization(center=False, name="no_beta")(x)
    x = layers.Concatenate(axis=1, name="rows")([x, x])
    x = layers.UpSampling2D((2, 3), name="upsampled")(x)
    x = layers.ReLU(negative_slope=0.3, name="sloped")(x)
    x = layers.GlobalAveragePooling2D(keepdims=True, name="kept")(x)
    x = layers.Reshape((2, -1), name="reshaped")(x)
    x = layers.Flatten(name="flat")(x)
    return keras.Model(inputs, layers.Dense(4, use_bias=False, name="last")(x))


def sequence_layers():
    """Token ids through attention."""
    tokens = keras.Input((7,), dtype="int32", name="tokens")
    x = layers.Embedding(11, 8, name="embedding")(tokens)
    y = layers.MultiHeadAttention(2, 3, value_dim=4, dropout=0.1, name="attention")(
        x, x, use_causal_mask=True
    )
    x = layers.Add(name="add")([x, y])
    x = layers.LayerNormalization(name="layer_norm")(x)
    y = layers.Dense(10, activation=keras.activations.gelu, name="wide")(x)
    y = layers.Dense(8, name="narrow")(y)
    x = layers.Add(name="add_2")([x, y])
    x = layers.GlobalAveragePooling1D(name="average")(x)
    return keras.Model(tokens, layers.Dense(3, activation="softmax", name="classes")(x))


def augmented():
    """Layers that only a training needs, in front as in tutorials and between others, and what merges branches."""
    augmentation = keras.Sequential(
        [
            layers.RandomFlip("horizontal", name="flip"),
            layers.RandomRotation(0.1, name="rotation"),
            layers.RandomZoom(0.1, name="zoom"),
            layers.RandomContrast(0.2, name="contrast"),
        ],
        name="augmentation",
    )
    inputs = keras.Input((14, 12, 3), name="image")
    x = layers.Identity(name="same")(augmentation(inputs))
    x = layers.Cropping2D(((1, 0), (2, 1)), name="cropped")(x)
    x = layers.DepthwiseConv2D(
        3, depth_multiplier=2, padding="same", depthwise_regularizer="l2", name="depthwise"
    )(x)
    x = layers.ReLU(max_value=1.5, negative_slope=0.1, threshold=0.2, name="limited")(x)
    y = layers.DepthwiseConv2D((3, 2), dilation_rate=2, padding="same", use_bias=False, name="dilated")(x)
    y = layers.ReLU(threshold=0.3, name="above")(y)
    y = layers.GaussianNoise(0.3, name="noise")(y)
    z = layers.SeparableConv2D(6, 3, depth_multiplier=3, padding="same", name="separable")(x)
    z = layers.GaussianDropout(0.2, name="noisy")(z)
    z = layers.ReLU(max_value=2, name="capped")(z)
    x = layers.Average(name="mean")([x, y, z])
    x = layers.Subtract(name="difference")([x, layers.Minimum(name="smaller")([y, z])])
    x = layers.Maximum(name="larger")([x, layers.AlphaDropout(0.1, name="alpha")(z)])
    x = layers.Permute((2, 3, 1), name="turned")(x)
    x = layers.Flatten(name="flat")(layers.AveragePooling2D(2, name="averages")(x))
    return keras.Model(inputs, layers.Dense(4, activation="softmax", name="classes")(x))


def randomize(model, random):
    """Gives every variable values that are not those of a fresh layer."""
    for variable in model.weights:
        values = 0.4 * random.standard_normal(variable.shape)
        if variable.path.split("/")[-1] in ("gamma", "moving_variance", "variance"):
            values = 0.8 + 0.4 * random.random(variable.shape)
        if "int" in variable.dtype:
            values = 0 * values
        variable.assign(values.astype("float32"))
    for layer in model._flatten_layers():
        if isinstance(layer, layers.Normalization):
            layer.finalize_state()


def samples(tensor, random):
    shape = (2,) + tuple(tensor.shape[1:])
    if "int" in tensor.dtype:
        return random.integers(0, 11, shape).astype("int32")
    high = 255 if tensor.shape[-1] == 1 else 2
    return np.round(random.random(shape) * high, 3).astype("float32")


def write(name, build):
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    model = build()
    random = np.random.default_rng(sum(name.encode()))
    randomize(model, random)
    inputs = [samples(tensor, random) for tensor in model.inputs]
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    stem = os.path.join(MODELS, name)
    model.save(stem + ".keras")
    model.save(stem + ".h5")
    model.save_weights(stem + ".weights.h5")
    with open(stem + ".json", "w") as file:
        json.dump(
            {
                "inputs": [[round(float(v), 4) for v in array.ravel()] for array in inputs],
                "outputs": [[round(float(v), 8) for v in array.ravel()] for array in outputs],
            },
            file,
        )
        file.write("\n")


def keras2_object(value):
    """Initializers and the like name their class and configuration, and nothing else."""
    if isinstance(value, dict) and value.get("class_name") == "DTypePolicy":
        return value["config"]["name"]
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k not in ("module", "registered_name")}
        return {k: keras2_object(v) for k, v in kept.items()}
    return [keras2_object(v) for v in value] if isinstance(value, list) else value


def keras2_layer(layer, first, functional):
    config = keras2_object(layer["config"])
    if layer["class_name"] in ("Functional", "Sequential"):
        config = keras2_config(layer)
    for key in ("sparse", "ragged", "batch_shape"):
        if key in config:
            config["batch_input_shape" if key == "batch_shape" else key] = config.pop(key)
    config.pop("optional", None)
    config.pop("quantization_config", None)
    if "negative_slope" in config and layer["class_name"] == "LeakyReLU":
        config["alpha"] = config.pop("negative_slope")
    if layer["class_name"] == "BatchNormalization":
        config["axis"] = [3]
    result = {"class_name": layer["class_name"], "config": config}
    if functional:
        result["name"] = config["name"]
        result["inbound_nodes"] = [
            [t["config"]["keras_history"] + [node["kwargs"]] for t in flat(node["args"])]
            for node in layer["inbound_nodes"]
        ]
    return result


def flat(arguments):
    return [t for a in arguments for t in (flat(a) if isinstance(a, list) else [a])]


def keras2_config(model):
    functional = model["class_name"] == "Functional"
    config = {"name": model["config"]["name"]}
    listed = model["config"]["layers"]
    config["layers"] = [keras2_layer(l, l is listed[0], functional) for l in listed]
    if functional:
        for key in ("input_layers", "output_layers"):
            ends = model["config"][key]
            config[key] = ends if isinstance(ends[0], list) else [ends]
    return config


def write_keras2(name):
    """Whole-model .h5 of Keras 2: other spelling, names that end in :0, text as bytes."""
    with h5py.File(os.path.join(MODELS, name + ".h5")) as source:
        config = json.loads(source.attrs["model_config"])
        with h5py.File(os.path.join(MODELS, name + "_keras2.h5"), "w") as target:
            target.attrs["keras_version"] = b"2.11.0"
            target.attrs["backend"] = b"tensorflow"
            converted = {"class_name": config["class_name"], "config": keras2_config(config)}
            target.attrs["model_config"] = json.dumps(converted).encode()
            weights = target.create_group("model_weights")
            names = source["model_weights"].attrs["layer_names"]
            weights.attrs["layer_names"] = np.array([str(n).encode() for n in names])
            for layer in names:
                group = weights.create_group(layer)
                old = source["model_weights"][layer]
                paths = [str(path) for path in old.attrs["weight_names"]]
                group.attrs["weight_names"] = np.array([(p + ":0").encode() for p in paths])
                for path in paths:
                    group[path + ":0"] = old[path][()]


def write_unnamed(name):
    """A .keras of TensorFlow 2.12: no names beside arrays, each layer with weights counted twice."""
    with zipfile.ZipFile(os.path.join(MODELS, name + ".keras")) as archive:
        config = json.loads(archive.read("config.json"))
        with tempfile.TemporaryDirectory() as folder:
            archive.extract("model.weights.h5", folder)
            path = os.path.join(folder, "old.h5")
            with h5py.File(os.path.join(folder, "model.weights.h5")) as source:
                with h5py.File(path, "w") as target:
                    target.create_group("_layer_checkpoint_dependencies")
                    for key, group in source["layers"].items():
                        stem, _, count = key.rpartition("_")
                        number = int(count) if stem and count.isdigit() else 0
                        base = stem if stem and count.isdigit() else key
                        new = base if number == 0 else f"{base}_{2 * number}"
                        owner = target.create_group(f"_layer_checkpoint_dependencies\\{new}/vars")
                        for index in group["vars"]:
                            owner[index] = group["vars"][index][()]
                    target.create_group("optimizer/vars")["0"] = np.int64(7)
            with zipfile.ZipFile(os.path.join(MODELS, name + "_unnamed.keras"), "w") as copy:
                copy.writestr("metadata.json", json.dumps({"keras_version": "2.12.0"}))
                copy.writestr("config.json", json.dumps(config))
                copy.write(path, "model.weights.h5")


def write_normalization():
    """A model that computes with ImageNet's standard deviation in place of the variance."""
    model = keras.Sequential([keras.Input((2, 2, 3)), layers.Normalization(name="normalization")])
    mean, deviation = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    model.set_weights([np.array(mean), np.array(deviation), np.array(0)])
    model.save(os.path.join(OWN, "normalization.keras"))


if __name__ == "__main__":
    write_normalization()
    for build in (resnet, cnn, nested, two_outputs, image_layers, sequence_layers, augmented):
        write(build.__name__, build)
    for name in ("resnet", "nested"):
        write_keras2(name)
    for name in ("cnn", "resnet"):
        write_unnamed(name)
    for ending in (".keras", ".h5", ".weights.h5"):
        shutil.copy(os.path.join(MODELS, "cnn" + ending), os.path.join(OWN, "cnn" + ending))
