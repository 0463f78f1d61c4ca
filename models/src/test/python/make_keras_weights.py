"""Writes ../resources/weights/keras_*: a narrow ConvNeXt and a narrow ResNet of keras.applications, as .weights.h5 and in the legacy layout of .h5;
the whole ConvNeXt as .keras, too.

Values are those of golden_numbers.py, keyed by our names. ../resources/golden/keras-logits.tsv has what Keras gives for the images of 64 and of 65
pixels, the images of ResNet with Keras' own preprocessing. Prints the parameters of the published variants. Run with Keras 3 (TensorFlow).
"""

import os
import re

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["ONEDNN_MAX_CPU_ISA"] = "AVX"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py  # noqa: E402
import keras  # noqa: E402
from keras import layers  # noqa: E402
from keras.src.applications import convnext, resnet  # noqa: E402
from keras.src.legacy.saving import legacy_h5_format  # noqa: E402

from golden_numbers import images, weight  # noqa: E402

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "weights")
CLASSES, SIZES = 10, [64, 65]
DEPTHS, WIDTHS = [1, 1, 2, 1], [4, 8, 12, 16]
STEM, REPEATS = 4, [2, 1, 2, 1]


class NarrowLayers:
    """Keras' layers, of which the first convolution of a ResNet is narrower."""

    def __getattr__(self, name):
        return getattr(layers, name)

    @staticmethod
    def Conv2D(filters, *arguments, name, **options):
        return layers.Conv2D(STEM if name == "conv1_conv" else filters, *arguments, name=name, **options)


def narrow_resnet(size, top=True):
    def stages(x):
        for stage, repeats in enumerate(REPEATS):
            x = resnet.stack_residual_blocks_v1(x, STEM << stage, repeats, stride1=1 if stage == 0 else 2, name=f"conv{stage + 2}")
        return x

    resnet.layers = NarrowLayers()
    return resnet.ResNet(stages, False, True, include_top=top, weights=None, input_tensor=keras.Input((size, size, 3)), classes=CLASSES,
                         classifier_activation=None)


def narrow_convnext(size, top=True):
    return convnext.ConvNeXt(DEPTHS, WIDTHS, include_top=top, weights=None, input_tensor=keras.Input((size, size, 3)), classes=CLASSES,
                             classifier_activation=None, name="convnext_tiny")


def fill(model):
    for layer in model._flatten_layers():
        if not layer._trainable_variables and not layer._non_trainable_variables:
            continue
        name = our_name(layer.name)
        for variable in layer.weights:
            kind = "gamma" if name.endswith("layer_scale") else variable.path.split("/")[-1]
            variable.assign(weight(name, kind, flat_shape(name, variable.shape)).reshape(variable.shape))


def our_name(layer):
    name = layer.removeprefix("convnext_tiny_")
    return {"head_dense": "predictions"}.get(name, re.sub(r"^layer_normalization(_\d+)?$", "head_layernorm", name))


def flat_shape(name, shape):
    """Kernels of depthwise convolutions, which Keras has as convolutions of as many groups as channels."""
    grouped = name.endswith("depthwise_conv") and len(shape) == 4
    return (*shape[:2], shape[3], shape[2]) if grouped else tuple(shape)


def write(name, model):
    if not name.endswith("_notop"):
        model.save_weights(os.path.join(OUT, name + ".weights.h5"))
    if name == "keras_convnext_narrow":
        model.save(os.path.join(OUT, name + ".keras"))
    with h5py.File(os.path.join(OUT, name + ".h5"), "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)


def main():
    for make in [keras.applications.ConvNeXtTiny, keras.applications.ConvNeXtSmall, keras.applications.ConvNeXtBase,
                 keras.applications.ResNet50, keras.applications.ResNet101]:
        print(make.__name__, make(weights=None).count_params(), make(weights=None, include_top=False).count_params())
    with open(os.path.join(OUT, "..", "golden", "keras-logits.tsv"), "w") as lines:
        for name, make, preprocess in [
            ("keras_convnext_narrow", narrow_convnext, convnext.preprocess_input),
            ("keras_resnet_narrow", narrow_resnet, resnet.preprocess_input),
        ]:
            for size in SIZES:
                for top in [True, False]:
                    model = make(size, top)
                    fill(model)
                    batch = preprocess(images(f"golden/{size}", 2, size).astype("float32"))
                    values = model.predict(batch, verbose=0)
                    print(name, size, top, values.shape, values.std(), model.count_params())
                    line = f"{name}_{size}" + ("" if top else "_notop")
                    lines.write(line + "\t" + " ".join(f"{x:.9g}" for x in values.reshape(-1)) + "\n")
                    if size == SIZES[0]:
                        write(name if top else name + "_notop", model)


if __name__ == "__main__":
    main()
