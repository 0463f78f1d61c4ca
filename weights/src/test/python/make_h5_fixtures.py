"""Writes the small .h5 files in ../resources/h5 (h5py): layouts old and odd, damaged and hostile."""

import os

import h5py
import numpy as np

HERE = os.path.join(os.path.dirname(__file__), "..", "resources", "h5")


def file(name):
    return h5py.File(os.path.join(HERE, name), "w")


def names(node, attribute, values):
    """As Keras 2 does: byte strings of one length."""
    node.attrs[attribute] = np.array([value.encode() for value in values])


def layer(root, name, arrays, **options):
    group = root.create_group(name)
    names(group, "weight_names", list(arrays))
    for path, array in arrays.items():
        group.create_dataset(path, data=array, **options)
    return group


def numbers(*shape):
    return np.arange(np.prod(shape), dtype="float32").reshape(shape)


def old():
    """Keras 2: `:0`, depthwise_kernel, split lists, layers without weights, a session's own scope."""
    with file("old_layout.h5") as f:
        f.attrs["keras_version"] = b"2.4.0"
        f.attrs["backend"] = b"tensorflow"
        names(f, "layer_names0", ["input_1", "dw"])
        names(f, "layer_names1", ["fc", "inner"])
        empty = f.create_group("input_1")
        empty.attrs["weight_names"] = np.array([], dtype="float64")
        layer(f, "dw", {"dw/depthwise_kernel:0": numbers(3, 3, 2, 1)})
        layer(f, "fc", {"fc_7/kernel:0": numbers(2, 4), "fc_7/bias:0": numbers(4)})
        layer(
            f,
            "inner",
            {"inner/a/kernel:0": numbers(2, 2), "inner/b/kernel:0": numbers(3)},
        )


def types():
    """Other number types, byte orders and layouts than Keras writes itself."""
    with file("types.h5") as f:
        names(f, "layer_names", ["layer"])
        group = f.create_group("layer")
        paths = ["half", "double", "big_endian", "packed", "count", "unsigned", "scalar", "none"]
        names(group, "weight_names", paths)
        group["half"] = np.array([0.5, -2], dtype="float16")
        group["double"] = np.array([0.1, 3], dtype="float64")
        group["big_endian"] = np.array([1.5, -2.5], dtype=">f4")
        group.create_dataset("packed", data=np.zeros((50, 4), "float32") + 7, compression="gzip")
        group["count"] = np.array(12, dtype="int64")
        group["unsigned"] = np.array([200], dtype="uint8")
        group["scalar"] = np.array(2.5, dtype="float32")
        group["none"] = np.zeros((0, 3), "float32")


def one_layer(name, fill):
    with file(name) as f:
        names(f, "layer_names", ["layer"])
        group = f.create_group("layer")
        names(group, "weight_names", ["layer/kernel:0"])
        fill(f, group)


def hostile():
    one_layer("huge_chunked.h5", lambda f, g: g.create_dataset(
        "layer/kernel:0", shape=(2**40,), dtype="f4", chunks=(1024,)))
    one_layer("large_chunked.h5", lambda f, g: g.create_dataset(
        "layer/kernel:0", shape=(2**28,), dtype="f4", chunks=(1024,)))
    one_layer("huge_contiguous.h5", lambda f, g: g.create_dataset(
        "layer/kernel:0", shape=(2**14, 2**14), dtype="f4"))
    one_layer("unwritten.h5", lambda f, g: g.create_dataset(
        "layer/kernel:0", shape=(3,), dtype="f4"))
    one_layer("texts.h5", lambda f, g: g.create_dataset(
        "layer/kernel:0", data=np.array([b"a", b"b"])))
    one_layer("missing_array.h5", lambda f, g: None)
    one_layer("group_for_array.h5", lambda f, g: g.create_group("layer/kernel:0"))
    one_layer("large_count.h5", lambda f, g: g.create_dataset(
        "layer/kernel:0", data=np.array([2**40], dtype="int64")))

    def soft(f, g):
        g.create_group("layer")["kernel:0"] = h5py.SoftLink("/layer/layer/kernel:0")

    def external(f, g):
        g.create_group("layer")["kernel:0"] = h5py.ExternalLink("other.h5", "/secret")

    def cycle(f, g):
        g["layer"] = g

    one_layer("soft_link.h5", soft)
    one_layer("external_link.h5", external)
    one_layer("cycle.h5", cycle)
    with file("no_layer_names.h5") as f:
        f["x"] = numbers(3)
    with file("keras3_weights.h5") as f:
        f.create_group("layers/conv2d/vars")["0"] = numbers(3)
    with file("numbers_for_names.h5") as f:
        f.attrs["layer_names"] = np.array([1, 2])
    with file("array_for_layer.h5") as f:
        names(f, "layer_names", ["layer"])
        f["layer"] = numbers(3)
    with file("missing_layer.h5") as f:
        names(f, "layer_names", ["layer"])
    with file("no_weight_names.h5") as f:
        names(f, "layer_names", ["layer"])
        f.create_group("layer")
    with file("twice.h5") as f:
        names(f, "layer_names", ["layer", "layer"])
        layer(f, "layer", {"kernel:0": numbers(3)})


old()
types()
hostile()


def keras3():
    """The layout of Keras 3, with and without names, and damaged."""
    with file("keras3_tree.h5") as f:
        f.create_group("vars")

        def group(path, arrays, name=None):
            owner = f.create_group(path + "/vars")
            if name:
                owner.attrs["name"] = name
            for index, array in enumerate(arrays):
                owner[str(index)] = array

        group("layers/conv2d_10", [numbers(1, 1, 2, 2)])
        group("layers/conv2d_2", [numbers(1, 1, 2, 3)])
        group("layers/batch_normalization", [numbers(2)] * 3)
        group("layers/dropout/seed_generator", [numbers(2)])
        group("layers/functional", [], "inner")
        group("layers/functional/layers/dense", [numbers(2, 2)], "a")
        group("layers/multi_head_attention", [], "attention")
        group("layers/multi_head_attention/key_dense", [numbers(2, 1, 1)], "key")
        group("layers/multi_head_attention/output_dense", [numbers(1, 1, 2)], "attention_output")
        group("layers/multi_head_attention/query_dense", [numbers(2, 1, 1), numbers(1, 1)], "query")
        group("layers/multi_head_attention/value_dense", [numbers(2, 1, 1)], "value")
        group("layers/separable_conv2d", [numbers(1, 1, 2, 1), numbers(1, 1, 2, 2)])
        group("optimizer", [numbers(3)])
    with file("keras3_twice.h5") as f:
        for key in ("dense", "dense_1"):
            owner = f.create_group(f"layers/{key}/vars")
            owner.attrs["name"] = "same"
            owner["0"] = numbers(2, 2)
    with file("keras3_cycle.h5") as f:
        f.create_group("layers/functional/vars")["0"] = numbers(3)
        f["layers/functional/layers"] = f["layers"]


keras3()
