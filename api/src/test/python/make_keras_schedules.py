"""Prints ../resources/keras-schedules.txt with Keras 3: a schedule, a step and the learning rate."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402

S = keras.optimizers.schedules
SCHEDULES = {
    "cosine-decay": (
        lambda: S.CosineDecay(0.1, 1000, alpha=0.1),
        [0, 1, 250, 500, 999, 1000, 1500],
    ),
    "cosine-decay-to-zero": (
        lambda: S.CosineDecay(0.05, 24),
        [0, 1, 7, 23, 24, 25],
    ),
    "warm-up-cosine": (
        lambda: S.CosineDecay(0.0, 1000, alpha=0.01, warmup_target=0.1, warmup_steps=100),
        [0, 1, 50, 99, 100, 101, 600, 1099, 1100, 2000],
    ),
    "warm-up-cosine-from": (
        lambda: S.CosineDecay(0.02, 40, warmup_target=0.2, warmup_steps=10),
        [0, 3, 9, 10, 11, 30, 50, 60],
    ),
    "cosine-decay-restarts": (
        lambda: S.CosineDecayRestarts(0.1, 100),
        [0, 50, 99, 101, 200, 299, 301, 500, 699, 701, 1000],
    ),
    "cosine-decay-restarts-shaped": (
        lambda: S.CosineDecayRestarts(0.2, 10, t_mul=1.5, m_mul=0.8, alpha=0.05),
        [0, 5, 9, 11, 20, 24, 26, 40, 47, 48, 60],
    ),
    "cosine-decay-restarts-equal": (
        lambda: S.CosineDecayRestarts(0.1, 10, t_mul=1.0, m_mul=0.5),
        [0, 5, 9, 10, 15, 20, 29, 35],
    ),
    "exponential-decay": (
        lambda: S.ExponentialDecay(0.1, 100, 0.96),
        [0, 1, 50, 100, 250, 1000],
    ),
    "exponential-decay-staircase": (
        lambda: S.ExponentialDecay(0.1, 100, 0.96, staircase=True),
        [0, 1, 99, 100, 250, 1000],
    ),
    "inverse-time-decay": (
        lambda: S.InverseTimeDecay(0.1, 100, 0.5),
        [0, 1, 50, 100, 250, 1000],
    ),
    "inverse-time-decay-staircase": (
        lambda: S.InverseTimeDecay(0.1, 100, 0.5, staircase=True),
        [0, 99, 100, 250, 1000],
    ),
    "piecewise-constant": (
        lambda: S.PiecewiseConstantDecay([100, 200], [0.1, 0.01, 0.001]),
        [0, 99, 100, 101, 200, 201, 1000],
    ),
    "polynomial-decay": (
        lambda: S.PolynomialDecay(0.1, 100),
        [0, 1, 50, 99, 100, 200],
    ),
    "polynomial-decay-shaped": (
        lambda: S.PolynomialDecay(0.1, 100, end_learning_rate=0.01, power=0.5),
        [0, 1, 50, 99, 100, 200],
    ),
    "polynomial-decay-cycle": (
        lambda: S.PolynomialDecay(0.1, 100, end_learning_rate=0.01, power=2.0, cycle=True),
        [0, 50, 100, 101, 150, 200, 201, 250],
    ),
}

if __name__ == "__main__":
    print("# learning rates of Keras", keras.__version__, "(float32): schedule, step, learning rate")
    for name, (make, steps) in SCHEDULES.items():
        schedule = make()
        for step in steps:
            print(name, step, repr(float(schedule(step))))
