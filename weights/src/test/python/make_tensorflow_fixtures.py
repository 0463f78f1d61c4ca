"""Writes small checkpoints of TensorFlow and files of NumPy for the tests of their readers; needs tensorflow-cpu."""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

RESOURCES = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "resources", "dev", "espalier", "weights")


def save(folder, name, tensors):
    os.makedirs(folder, exist_ok=True)
    keys = sorted(tensors)
    tf.raw_ops.SaveV2(prefix=os.path.join(folder, name), tensor_names=keys, shape_and_slices=[""] * len(keys),
                      tensors=[tf.constant(tensors[key]) for key in keys])


def checkpoints(folder):
    kernel = np.arange(6, dtype="float32").reshape(2, 3)
    save(folder, "averages.ckpt", {
        "net/a/kernel": kernel + 100,
        "net/a/kernel/ExponentialMovingAverage": kernel,
        "net/a/kernel/RMSProp": kernel,
        "net/a/kernel/RMSProp_1": kernel,
        "net/a/kernel/Momentum": kernel,
        "net/b/bias/ExponentialMovingAverage": np.float32([7, 8]),
        "net/c/gamma": np.float32([1]),
        "global_step": np.int64(5),
        "beta1_power": np.float32(0.9),
        "half": tf.constant([0.5, 2], tf.bfloat16),
        "large/step": np.int32(3),
        "text": np.array(b"text"),
    })
    value = "/.ATTRIBUTES/VARIABLE_VALUE"
    tensors = {f"layer_with_weights-{i}/kernel{value}": np.float32([i]) for i in range(12)}
    tensors[f"layer_with_weights-1/depthwise_kernel{value}"] = np.float32([1.5])
    del tensors[f"layer_with_weights-1/kernel{value}"]
    tensors[f"layer_with_weights-0/kernel/.OPTIMIZER_SLOT/optimizer/m{value}"] = np.float32([9])
    tensors[f"optimizer/iter{value}"] = np.int64(3)
    tensors[f"save_counter{value}"] = np.int64(1)
    tensors["_CHECKPOINTABLE_OBJECT_GRAPH"] = np.array(b"graph")
    save(folder, "keras.ckpt", tensors)


def arrays(folder):
    os.makedirs(folder, exist_ok=True)
    numbers = np.arange(24).reshape(2, 3, 4)
    named = {
        "layer/float32": numbers.astype("f4"), "float64": numbers.astype("f8"), "float16": numbers.astype("f2"),
        "int8": numbers.astype("i1"), "int16": numbers.astype("i2"), "int32": numbers.astype("i4"),
        "int64": numbers.astype("i8"), "uint8": numbers.astype("u1"), "big_endian": numbers.astype(">f4"),
        "fortran": np.asfortranarray(numbers.astype("f4")), "scalar": np.float32(2.5), "empty": np.zeros((0, 3), "f4"),
        "vector": np.arange(3, dtype="f4"),
    }
    np.savez(os.path.join(folder, "arrays.npz"), **named)
    np.savez_compressed(os.path.join(folder, "compressed.npz"), **named)
    np.savez(os.path.join(folder, "objects.npz"), a=np.array([{"a": 1}, None], dtype=object))
    np.savez(os.path.join(folder, "complex.npz"), a=np.zeros(2, "c8"))
    np.savez(os.path.join(folder, "large_integer.npz"), a=np.array([2**40]))
    np.save(os.path.join(folder, "single.npy"), numbers)


if __name__ == "__main__":
    checkpoints(os.path.join(RESOURCES, "tensorflow"))
    arrays(os.path.join(RESOURCES, "numpy"))
