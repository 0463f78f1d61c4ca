"""Prints ../resources/dev/espalier/models/keras_metrics.json with Keras 3 on TensorFlow and scikit-learn.

Metrics are those of random data with ties, classes that never occur, batches of different sizes and
weights; losses are those of each sample, with the gradient of their sum. Needs keras, tensorflow and
scikit-learn.
"""

import json
import os
import warnings

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["ONEDNN_MAX_CPU_ISA"] = "AVX"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import sklearn  # noqa: E402
import tensorflow as tf  # noqa: E402
from sklearn import metrics as sk  # noqa: E402

warnings.filterwarnings("ignore")
random = np.random.default_rng(20)
BATCHES = [23, 1, 40, 12]
SAMPLES = sum(BATCHES)
CLASSES = 5
EMPTY = 3  # this class is never true


def probabilities(samples, classes):
    """Multiples of 1/16 that add up to 1, so that many are equal."""
    rows = np.zeros((samples, classes), np.float32)
    for row in rows:
        for place in random.integers(0, classes, 16):
            row[place] += 1 / 16
    return rows


def weights():
    return random.choice([0, 0.3, 1, 2.25], SAMPLES).astype(np.float32)


def one_hot(labels, classes=CLASSES):
    return np.eye(classes, dtype=np.float32)[labels]


labels = random.choice([0, 0, 1, 2, 4], SAMPLES)
single = {"target": labels, "prediction": probabilities(SAMPLES, CLASSES), "weight": weights()}
distinct = dict(single)
distinct["prediction"] = random.dirichlet([1] * CLASSES, SAMPLES).astype(np.float32)
# A model that is right more often than not, so that no curve is that of chance.
distinct["prediction"] = (distinct["prediction"] + one_hot(labels) * 0.5) / 1.5
distinct["prediction"] = distinct["prediction"].astype(np.float32)

multi_hot = (random.random((SAMPLES, CLASSES)) < [0.5, 0.1, 0.3, 0, 1]).astype(np.float32)
scores = random.integers(0, 13, (SAMPLES, CLASSES)) / 16 + multi_hot / 4
scores = np.clip(scores, 0, 1).astype(np.float32)
multi = {"target": multi_hot, "prediction": scores, "weight": weights()}

positive = (random.random(SAMPLES) < 0.4).astype(int)
one = np.clip(random.integers(0, 12, SAMPLES) / 16 + positive / 4, 0, 1).astype(np.float32)
binary = {"target": positive, "prediction": one[:, None], "weight": weights()}

numbers = {
    "target": random.normal(size=(SAMPLES, 2)).astype(np.float32),
    "prediction": random.normal(size=(SAMPLES, 2)).astype(np.float32),
    "weight": weights(),
}
CASES = {
    "single": single, "distinct": distinct, "multi": multi, "binary": binary, "numbers": numbers,
}
OUT = []


def add(case, metric, value, weighted, matrix=None):
    entry = {"case": case, "metric": metric, "value": float(value), "weighted": float(weighted)}
    if matrix is not None:
        entry["matrix"] = [float(x) for x in np.asarray(matrix).ravel()]
    OUT.append(entry)


def with_keras(case, metric, make, dense=True):
    data = CASES[case]
    target = data["target"]
    if target.ndim == 1:
        wide = data["prediction"].shape[1]
        target = one_hot(target, wide) if wide > 1 else target[:, None].astype(np.float32)
    values = []
    for weighted in (False, True):
        m = make()
        start = 0
        for size in BATCHES:
            part = slice(start, start + size)
            w = data["weight"][part]
            if not dense and target.shape[1] > 1:
                # Keras' flattening metrics take weights by element.
                w = np.repeat(w[:, None], target.shape[1], 1)
            m.update_state(target[part], data["prediction"][part], sample_weight=w if weighted else None)
            start += size
        values.append(np.asarray(m.result()))
    if values[0].ndim == 1:
        for i, (a, b) in enumerate(zip(*values)):
            add(case, f"{metric}-class-{i}", a, b)
    else:
        add(case, metric, *values)


# Scores of the class with the largest output, by scikit-learn, where the first of equal ones counts.
guess = single["prediction"].argmax(1)
everything = list(range(CLASSES))
for average in ("micro", "macro", "weighted"):
    for name, score in (
        ("precision", sk.precision_score),
        ("recall", sk.recall_score),
        ("f1", sk.f1_score),
        ("f2", lambda *a, **k: sk.fbeta_score(*a, beta=2, **k)),
    ):
        values = [
            score(labels, guess, labels=everything, average=average, zero_division=0, sample_weight=w)
            for w in (None, single["weight"])
        ]
        each = score(labels, guess, labels=everything, average=None, zero_division=0)
        add("single", f"{name}-{average}", *values, each)
add(
    "single",
    "confusion-matrix",
    sk.accuracy_score(labels, guess),
    sk.accuracy_score(labels, guess, sample_weight=single["weight"]),
    sk.confusion_matrix(labels, guess, labels=everything),
)
above = (one > 0.5).astype(int)
add(
    "binary",
    "confusion-matrix",
    sk.accuracy_score(positive, above),
    sk.accuracy_score(positive, above, sample_weight=binary["weight"]),
    sk.confusion_matrix(positive, above),
)
for name, score in (
    ("precision-macro", sk.precision_score), ("recall-macro", sk.recall_score), ("f1-macro", sk.f1_score),
):
    add("binary", name, score(positive, above), score(positive, above, sample_weight=binary["weight"]))
for average in ("micro", "macro", "weighted"):
    with_keras("distinct", f"f1-{average}", lambda: keras.metrics.F1Score(average=average))
    with_keras(
        "multi", f"f1-{average}-above-0.5", lambda: keras.metrics.F1Score(average=average, threshold=0.5)
    )
with_keras("multi", "f2-above-0.25", lambda: keras.metrics.FBetaScore(beta=2.0, threshold=0.25))
for name, kind in (("precision", keras.metrics.Precision), ("recall", keras.metrics.Recall)):
    with_keras("multi", f"{name}-micro-above-0.5", lambda: kind(thresholds=0.5), dense=False)
    with_keras("multi", f"{name}-micro-above-0.25", lambda: kind(thresholds=0.25), dense=False)
    with_keras("distinct", f"{name}-micro-above-0.5", lambda: kind(thresholds=0.5), dense=False)
    for index in (1, EMPTY):
        with_keras(
            "multi",
            f"{name}-above-0.5-class-{index}",
            lambda: kind(thresholds=0.5, class_id=index),
        )
for curve in ("ROC", "PR"):
    for summation in ("interpolation", "minoring", "majoring"):
        for thresholds in (200, 17, 2) if summation == "interpolation" else (17,):
            key = f"auc-{curve.lower()}-{summation}-{thresholds}"

            def make(**more):
                return keras.metrics.AUC(
                    num_thresholds=thresholds, curve=curve, summation_method=summation, **more
                )

            for case in ("distinct", "single", "multi"):
                with_keras(case, key + "-micro", make, dense=False)
                with_keras(
                    case, key + "-macro", lambda: make(multi_label=True, num_labels=CLASSES)
                )
            with_keras("binary", key + "-macro", make)
for case in ("numbers", "distinct", "binary"):
    with_keras(case, "mean-absolute-error", keras.metrics.MeanAbsoluteError)
    with_keras(case, "mean-squared-error", keras.metrics.MeanSquaredError)
    with_keras(case, "root-mean-squared-error", keras.metrics.RootMeanSquaredError)
for case in ("single", "distinct"):
    add(
        case,
        "brier-score",
        sk.brier_score_loss(labels, CASES[case]["prediction"].astype(float), labels=everything),
        sk.brier_score_loss(
            labels,
            CASES[case]["prediction"].astype(float),
            labels=everything,
            sample_weight=CASES[case]["weight"],
        ),
    )
add(
    "binary",
    "brier-score",
    sk.brier_score_loss(positive, one),
    sk.brier_score_loss(positive, one, sample_weight=binary["weight"]),
)


def calibration(confidence, correct, weight, bins):
    """The expected calibration error of Guo and others (2017), whose bins are open below."""
    error, total, curve = 0.0, weight.sum(), []
    for i in range(bins):
        low = np.float32(i / bins) if i else -np.inf
        inside = (confidence > low) & (confidence <= np.float32((i + 1) / bins))
        w = weight[inside]
        if w.sum() > 0:
            mean = np.average(confidence[inside], weights=w)
            accuracy = np.average(correct[inside], weights=w)
            error += w.sum() / total * abs(mean - accuracy)
            curve.append([w.sum(), mean, accuracy])
        else:
            curve.append([0, 0, 0])
    return error, curve


for case in ("single", "distinct", "binary"):
    data = CASES[case]
    p = data["prediction"].astype(np.float64)
    if case == "binary":
        confidence, correct = p[:, 0], positive
    else:
        confidence, correct = p.max(1), p.argmax(1) == labels
    for bins in (15, 8):
        value, curve = calibration(confidence, correct, np.ones(SAMPLES), bins)
        weighted, _ = calibration(confidence, correct, data["weight"].astype(float), bins)
        add(case, f"expected-calibration-error-{bins}", value, weighted, curve)

# Losses, each of a graph so that Keras finds the logits of a sigmoid.
L = keras.losses
KINDS = {
    "mean-absolute-error": L.mean_absolute_error,
    "hinge": L.hinge,
    "squared-hinge": L.squared_hinge,
    "categorical-hinge": L.categorical_hinge,
    "kl-divergence": L.kl_divergence,
    "huber": L.huber,
    "huber-0.3": lambda t, p: L.huber(t, p, delta=0.3),
    "log-cosh": L.log_cosh,
    "poisson": L.poisson,
    "binary-focal": L.binary_focal_crossentropy,
    "binary-focal-balanced": lambda t, p: L.binary_focal_crossentropy(
        t, p, apply_class_balancing=True, alpha=0.7, gamma=1.5
    ),
    "binary-focal-smoothed": lambda t, p: L.binary_focal_crossentropy(
        t, p, gamma=0.5, label_smoothing=0.2
    ),
    "binary-focal-logits": lambda t, p: L.binary_focal_crossentropy(t, p, from_logits=True),
    "categorical-focal": L.categorical_focal_crossentropy,
    "categorical-focal-smoothed": lambda t, p: L.categorical_focal_crossentropy(
        t, p, alpha=0.5, gamma=3.0, label_smoothing=0.1
    ),
    "categorical-focal-classes": lambda t, p: L.categorical_focal_crossentropy(
        t, p, alpha=[0.1, 0.9, 0.3, 1.0, 0.5], gamma=1.5, label_smoothing=0.2
    ),
    "categorical-focal-logits": lambda t, p: L.categorical_focal_crossentropy(t, p, from_logits=True),
}
ACTIVATIONS = {"linear": lambda x: x, "sigmoid": tf.sigmoid, "softmax": tf.nn.softmax}
ROWS = 9
soft = random.dirichlet([0.5] * CLASSES, ROWS).astype(np.float32)
inputs = (random.normal(size=(ROWS, CLASSES)) * 3).astype(np.float32)
inputs[0] *= 8  # saturates
TARGETS = {
    "indices": labels[:ROWS], "multi-hot": multi_hot[:ROWS], "soft": soft, "numbers": inputs[::-1] / 2,
    "counts": random.integers(0, 6, (ROWS, CLASSES)).astype(np.float32),
    "signs": multi_hot[:ROWS] * 2 - 1,
}
COMBINATIONS = [
    ("mean-absolute-error", "numbers", "linear"), ("mean-absolute-error", "indices", "softmax"),
    ("hinge", "multi-hot", "linear"), ("hinge", "signs", "linear"), ("hinge", "indices", "linear"),
    ("squared-hinge", "multi-hot", "linear"), ("squared-hinge", "signs", "linear"),
    ("categorical-hinge", "indices", "linear"), ("categorical-hinge", "indices", "softmax"),
    ("kl-divergence", "soft", "softmax"), ("kl-divergence", "indices", "softmax"),
    ("huber", "numbers", "linear"), ("huber-0.3", "numbers", "linear"), ("huber", "indices", "softmax"),
    ("log-cosh", "numbers", "linear"), ("log-cosh", "multi-hot", "sigmoid"),
    ("poisson", "counts", "sigmoid"), ("poisson", "indices", "softmax"),
    ("binary-focal", "multi-hot", "sigmoid"), ("binary-focal-balanced", "multi-hot", "sigmoid"),
    ("binary-focal-smoothed", "multi-hot", "sigmoid"), ("binary-focal-logits", "multi-hot", "linear"),
    ("categorical-focal", "indices", "softmax"), ("categorical-focal", "soft", "softmax"),
    ("categorical-focal-smoothed", "indices", "softmax"), ("categorical-focal-logits", "indices", "linear"),
    ("categorical-focal-classes", "indices", "softmax"), ("categorical-focal-classes", "soft", "softmax"),
]
LOSSES = []
for kind, target_name, activation in COMBINATIONS:
    target = TARGETS[target_name]
    target = one_hot(target) if target.ndim == 1 else target

    @tf.function
    def losses(x):
        values = KINDS[kind](tf.constant(target), ACTIVATIONS[activation](x))
        return values, tf.gradients(tf.reduce_sum(values), x)[0]

    values, gradient = losses(tf.constant(inputs))
    LOSSES.append({
        "loss": kind, "target": target_name, "activation": activation,
        "values": [float(x) for x in values.numpy()],
        "gradient": [float(x) for x in gradient.numpy().ravel()],
    })


def plain(array):
    return {"shape": list(array.shape), "values": [float(x) for x in np.asarray(array).ravel()]}


if __name__ == "__main__":
    print(json.dumps({
        "by": f"Keras {keras.__version__}, scikit-learn {sklearn.__version__}",
        "batches": BATCHES,
        "cases": {name: {key: plain(value) for key, value in case.items()} for name, case in CASES.items()},
        "metrics": OUT,
        "inputs": plain(inputs),
        "targets": {name: plain(value) for name, value in TARGETS.items()},
        "losses": LOSSES,
    }, indent=None, separators=(",", ":")).replace('},{"', '},\n{"'))
