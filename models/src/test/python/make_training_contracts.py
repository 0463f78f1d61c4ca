"""Writes training-contracts.json: what Keras 3 on TensorFlow gives for small trainings with weights of
samples, regularizers, several outputs, and steps and optimizers of other kinds.

    pip install keras tensorflow-cpu
    python models/src/test/python/make_training_contracts.py \
        models/src/test/resources/dev/espalier/models/training-contracts.json
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import keras
import numpy as np
import tensorflow as tf

PIXELS = np.array(
    [[255, 0, 30], [200, 180, 10], [0, 90, 255], [30, 30, 60], [90, 240, 200]], "float32"
).reshape(5, 1, 1, 3)
LABELS = np.array([0, 2, 1, 0, 2])
PLACES = np.array([[0.5, -1], [1, 0.25], [-0.75, 0.5], [0.1, 0.2], [-1, -1]], "float32")
AGES = np.array([[1.5], [0.25], [-0.5], [2], [0.75]], "float32")
SAMPLE_WEIGHTS = np.array([1, 0.5, 2, 1, 3], "float32")
CLASS_WEIGHTS = np.array([1, 2, 0.5], "float32")


def ramp(*shape):
    count = int(np.prod(shape))
    return (np.sin(np.arange(count, dtype="float32") * 1.7 + count) * 0.5).reshape(shape)


def classifier(scale=1.0, **regularizers):
    image = keras.Input((1, 1, 3), name="image")
    x = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255.0)(image))
    hidden = keras.layers.Dense(
        4, "tanh", name="hidden", kernel_regularizer=regularizers.get("hidden_kernel")
    )
    head = keras.layers.Dense(
        3,
        "softmax",
        name="head",
        kernel_regularizer=regularizers.get("head_kernel"),
        bias_regularizer=regularizers.get("head_bias"),
    )
    model = keras.Model(image, head(hidden(x)))
    hidden.set_weights([ramp(3, 4) * scale, ramp(4) * scale])
    head.set_weights([ramp(4, 3) * scale, ramp(3) * scale])
    return model


def floats(values):
    return [float(v) for v in np.asarray(values, "float64").reshape(-1)]


def history(result):
    return {name: floats(values) for name, values in result.history.items()}


def weights(model):
    return {v.path: floats(v.numpy()) for v in model.trainable_variables}


def sgd(**more):
    return keras.optimizers.SGD(0.5, momentum=0.9, **more)


def fit(model, **more):
    return model.fit(PIXELS, LABELS, batch_size=2, epochs=3, shuffle=False, verbose=0, **more)


cases = {}

model = classifier()
model.compile(
    sgd(),
    "sparse_categorical_crossentropy",
    metrics=["accuracy"],
    weighted_metrics=[keras.metrics.SparseCategoricalAccuracy(name="weighted_accuracy")],
)
trained = fit(
    model,
    sample_weight=SAMPLE_WEIGHTS * CLASS_WEIGHTS[LABELS],
    validation_data=(PIXELS, LABELS, SAMPLE_WEIGHTS),
)
cases["weights"] = {"history": history(trained), "weights": weights(model)}

model = classifier(
    hidden_kernel=keras.regularizers.L2(0.01),
    head_kernel=keras.regularizers.L1(0.02),
    head_bias=keras.regularizers.L1L2(0.03, 0.04),
)
model.compile(sgd(), "sparse_categorical_crossentropy", metrics=["accuracy"])
trained = fit(model)
evaluated = model.evaluate(PIXELS, LABELS, batch_size=2, verbose=0, return_dict=True)
cases["regularizers"] = {
    "history": history(trained),
    "evaluated": {k: [float(v)] for k, v in evaluated.items()},
    "weights": weights(model),
}

image = keras.Input((1, 1, 3), name="image")
place = keras.Input((2,), name="place")
x = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255.0)(image))
hidden = keras.layers.Dense(4, "tanh", name="hidden")
kind = keras.layers.Dense(3, "softmax", name="kind")
age = keras.layers.Dense(1, name="age")
inner = hidden(keras.layers.Concatenate()([x, place]))
model = keras.Model([image, place], {"kind": kind(inner), "age": age(inner)})
hidden.set_weights([ramp(5, 4), ramp(4)])
kind.set_weights([ramp(4, 3), ramp(3)])
age.set_weights([ramp(4, 1), ramp(1)])
model.compile(
    keras.optimizers.SGD(0.1, momentum=0.9),
    {"kind": "sparse_categorical_crossentropy", "age": "mean_squared_error"},
    loss_weights={"kind": 1.0, "age": 0.25},
    metrics={"kind": ["accuracy"]},
)
trained = model.fit(
    [PIXELS, PLACES],
    {"kind": LABELS, "age": AGES},
    sample_weight={"kind": SAMPLE_WEIGHTS, "age": SAMPLE_WEIGHTS},
    # One batch: of several uneven ones Keras averages the losses of outputs over batches, but the
    # total over samples.
    batch_size=5,
    epochs=4,
    shuffle=False,
    verbose=0,
)
cases["outputs"] = {"history": history(trained), "weights": weights(model)}

model = classifier()
model.compile(
    sgd(gradient_accumulation_steps=2, global_clipnorm=0.3), "sparse_categorical_crossentropy"
)
trained = model.fit(PIXELS, LABELS, batch_size=1, epochs=2, shuffle=False, verbose=0)
cases["accumulation"] = {"history": history(trained), "weights": weights(model)}

model = classifier()
model.compile(sgd(gradient_accumulation_steps=2), "sparse_categorical_crossentropy")
trained = model.fit(PIXELS, LABELS, batch_size=1, epochs=2, shuffle=False, verbose=0)
cases["accumulation unclipped"] = {"history": history(trained), "weights": weights(model)}

model = classifier()
model.compile(sgd(use_ema=True, ema_momentum=0.9), "sparse_categorical_crossentropy")
trained = fit(model)
cases["moving average"] = {"history": history(trained), "weights": weights(model)}

model = classifier()
model.compile(
    sgd(use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=2),
    "sparse_categorical_crossentropy",
)
trained = fit(model)
cases["moving average overwritten"] = {"history": history(trained), "weights": weights(model)}

entropy = keras.losses.SparseCategoricalCrossentropy()


def steps(model, count, step):
    losses = []
    for _ in range(count):
        losses.append(float(step()))
    return {"history": {"loss": losses}, "weights": weights(model)}


model = classifier()
optimizer = sgd()


def sharpness_aware():
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        loss = entropy(LABELS, model(PIXELS, training=True))
    gradients = tape.gradient(loss, [v.value for v in variables])
    norm = tf.sqrt(sum(tf.reduce_sum(g * g) for g in gradients))
    moves = [0.05 * g / norm for g in gradients]
    for v, move in zip(variables, moves):
        v.assign(v + move)
    with tf.GradientTape() as tape:
        sharp = entropy(LABELS, model(PIXELS, training=True))
    gradients = tape.gradient(sharp, [v.value for v in variables])
    for v, move in zip(variables, moves):
        v.assign(v - move)
    optimizer.apply(gradients, variables)
    return loss


cases["sharpness-aware"] = steps(model, 3, sharpness_aware)

student = classifier()
teacher = classifier(scale=3.0)
optimizer2 = sgd()


def distillation():
    taught = teacher(PIXELS, training=False)
    with tf.GradientTape() as tape:
        prediction = student(PIXELS, training=True)
        soft = tf.reduce_sum(
            taught * (tf.math.log(taught) - tf.math.log(prediction)), -1
        )
        loss = 0.25 * entropy(LABELS, prediction) + 0.75 * tf.reduce_mean(soft)
    variables = student.trainable_variables
    optimizer2.apply(tape.gradient(loss, [v.value for v in variables]), variables)
    return loss


cases["distillation"] = steps(student, 3, distillation)

model = classifier()
slow = keras.optimizers.SGD(0.1)
fast = keras.optimizers.Adam(0.05)


def two_optimizers():
    with tf.GradientTape() as tape:
        loss = entropy(LABELS, model(PIXELS, training=True))
    variables = model.trainable_variables
    gradients = tape.gradient(loss, [v.value for v in variables])
    slow.apply(gradients[:2], variables[:2])
    fast.apply(gradients[2:], variables[2:])
    return loss


cases["two optimizers"] = steps(model, 3, two_optimizers)

with open(sys.argv[1], "w") as file:
    json.dump({"keras": keras.__version__, "cases": cases}, file, indent=1)
    file.write("\n")
