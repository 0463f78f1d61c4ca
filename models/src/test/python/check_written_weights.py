"""Reads in Keras a .weights.h5 that Espalier wrote, and compares it with the model file of the same weights.

    espalier weights convert FILE --model efficientnet-b7 --output b7.weights.h5
    espalier weights convert FILE --model efficientnet-b7 --output b7.safetensors
    python check_written_weights.py EfficientNetB7 b7.weights.h5 b7.safetensors

The first argument is a model of keras.applications. Needs Keras 3 (TensorFlow).
"""

import json
import os
import struct
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402


def arrays(path):
    with open(path, "rb") as file:
        content = file.read()
    start = 8 + struct.unpack("<Q", content[:8])[0]
    found = {}
    for name, entry in json.loads(content[8:start]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            kind = {"F32": "<f4", "I32": "<i4"}[entry["dtype"]]
            found[name] = np.frombuffer(content[start + begin : start + end], kind).reshape(entry["shape"])
    return found


def main():
    name, written, model_file = sys.argv[1:]
    model = getattr(keras.applications, name)(weights=None)
    model.load_weights(written)
    ours = arrays(model_file)
    compared = 0
    for layer in model.layers:
        for variable in layer.weights:
            kind = "kernel" if variable.name == "depthwise_kernel" else variable.name
            if not np.array_equal(np.asarray(variable), ours[f"{layer.name}/{kind}"]):
                sys.exit(f"{layer.name}/{kind} differs")
            compared += 1
    print(f"{compared} variables of {name} are equal")


if __name__ == "__main__":
    main()
