"""The tutorial's two phases in Keras on the CIFAR-100 files that Espalier reads: the peer of `espalier fine-tune`.

EfficientNetV2-B0 with ImageNet weights, images resized to --image-size by bilinear interpolation in the model; head: average pooling, batch
normalization, dropout, dense; SGD 0.2 with momentum 0.1 and Nesterov on the frozen base, then SGD 0.005 on all but the base's batch norms.

    pip install keras tensorflow-cpu
    python benchmarks/python/cifar100_fine_tuning.py --weights efficientnetv2-b0_notop.h5 --data cifar-100-binary --seed 1
"""

import argparse
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402
import numpy as np  # noqa: E402


def read(file):
    records = np.frombuffer(pathlib.Path(file).read_bytes(), np.uint8).reshape(-1, 3074)
    images = records[:, 2:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), keras.utils.to_categorical(records[:, 1], 100)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--image-size", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--fine-tune-epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    keras.utils.set_random_seed(options.seed)

    train = read(f"{options.data}/train.bin")
    test = read(f"{options.data}/test.bin")
    side = options.image_size
    inputs = keras.Input((32, 32, 3))
    x = keras.layers.Resizing(side, side)(inputs)
    base = keras.applications.EfficientNetV2B0(include_top=False, weights=None, input_shape=(side, side, 3))
    base.load_weights(options.weights)
    base.trainable = False
    x = base(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Dropout(0.2)(x)
    model = keras.Model(inputs, keras.layers.Dense(100, activation="softmax")(x))

    def fit(optimizer, epochs, min_lr):
        model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
        plateau = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.2, patience=5, min_lr=min_lr)
        model.fit(*train, batch_size=64, epochs=epochs, validation_data=test, verbose=2, callbacks=[plateau])

    fit(keras.optimizers.SGD(0.2, momentum=0.1, nesterov=True), options.epochs, 1e-4)
    base.trainable = True
    for layer in base.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    fit(keras.optimizers.SGD(0.005), options.fine_tune_epochs, 1e-5)


if __name__ == "__main__":
    main()
