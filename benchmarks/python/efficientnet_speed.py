"""Measures images per second of Keras with TensorFlow: the peer of dev.espalier.benchmarks.EfficientNetSpeed.

An EfficientNet, random weights, 100 classes, SGD with momentum and Nesterov, categorical cross-entropy, uint8 images in memory.
Prints one line per case: name, images per second (median over the steps after the first ones). With --turns true, a case is measured
again at each line of standard input.

    pip install keras tensorflow-cpu
    python benchmarks/python/efficientnet_speed.py --batch-size 16 --image-size 224 --steps 12
"""

import argparse
import os
import statistics
import sys
import time

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402


class StepTimes(keras.callbacks.Callback):
    """Collects the duration of each step; the data are in memory, so this is the step itself."""

    def __init__(self):
        super().__init__()
        self.seconds = []
        self.last = None

    def on_epoch_begin(self, epoch, logs=None):
        self.last = time.perf_counter()

    def _step(self):
        now = time.perf_counter()
        self.seconds.append(now - self.last)
        self.last = now

    def on_train_batch_end(self, batch, logs=None):
        self._step()

    def on_predict_begin(self, logs=None):
        self.last = time.perf_counter()

    def on_predict_batch_end(self, batch, logs=None):
        self._step()


MODELS = {
    "efficientnet-b0": keras.applications.EfficientNetB0,
    "efficientnet-b2": keras.applications.EfficientNetB2,
    "efficientnet-b4": keras.applications.EfficientNetB4,
    "efficientnetv2-b0": keras.applications.EfficientNetV2B0,
    "efficientnetv2-s": keras.applications.EfficientNetV2S,
}


def build(application, image_size, classes):
    return application(weights=None, classes=classes, input_shape=(image_size, image_size, 3))


def build_frozen(application, image_size, classes):
    base = application(weights=None, include_top=False, input_shape=(image_size, image_size, 3))
    base.trainable = False
    x = keras.layers.GlobalAveragePooling2D()(base.output)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Dropout(0.2)(x)
    return keras.Model(base.input, keras.layers.Dense(classes, activation="softmax")(x))


def compile_model(model):
    model.compile(
        optimizer=keras.optimizers.SGD(0.01, momentum=0.1, nesterov=True),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--model", default="efficientnet-b0", choices=MODELS)
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--case", default="all", choices=["all", "training", "frozen-base training", "inference"])
    parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--turns", default="false", choices=["true", "false"])
    options = parser.parse_args()
    keras.mixed_precision.set_global_policy("mixed_bfloat16" if options.precision == "bfloat16" else "float32")
    application = MODELS[options.model]
    classes = options.classes
    count = options.batch_size * (options.steps + options.warm_up)
    random = np.random.default_rng(1)
    images = random.integers(0, 256, (count, options.image_size, options.image_size, 3), dtype=np.uint8)
    labels = keras.utils.to_categorical(random.integers(0, classes, count), classes)
    data = tf.data.Dataset.from_tensor_slices((images, labels)).batch(options.batch_size).prefetch(2)

    def measure(name, steps):
        while True:
            times = StepTimes()
            steps(times)
            rates = [options.batch_size / s for s in times.seconds[options.warm_up :]]
            print(f"{name}\t{statistics.median(rates):.2f}", flush=True)
            if options.turns == "false" or not sys.stdin.readline():
                return

    for name, builder in (("training", build), ("frozen-base training", build_frozen)):
        if options.case not in ("all", name):
            continue
        keras.backend.clear_session()
        model = compile_model(builder(application, options.image_size, classes))
        measure(name, lambda times, model=model: model.fit(data, epochs=1, verbose=0, callbacks=[times]))
    if options.case not in ("all", "inference"):
        return
    keras.backend.clear_session()
    model = build(application, options.image_size, classes)
    images_only = data.map(lambda image, label: image)
    measure("inference", lambda times: model.predict(images_only, verbose=0, callbacks=[times]))


if __name__ == "__main__":
    main()
