"""Prints ../resources/dev/espalier/core/dataquality/label-issues.json.

Confident learning written from its definition (Northcutt et al., JAIR 70, 2021, section 3.1), with
the confident joint as a matrix, on random probabilities; and probabilities of a multinomial
logistic regression by scikit-learn, on standardized features.
"""

import json

import numpy as np
from sklearn.linear_model import LogisticRegression

PENALTY = 0.02


def confident_learning(labels, probabilities):
    count, classes = probabilities.shape
    thresholds = [
        float(np.mean([probabilities[i, k] for i in range(count) if labels[i] == k]))
        if k in labels
        else float("nan")
        for k in range(classes)
    ]
    joint = np.zeros((classes, classes))
    issues = []
    for i in range(count):
        confident = [k for k in range(classes) if probabilities[i, k] >= thresholds[k] - 1e-6]
        if not confident:
            continue
        guess = max(confident, key=lambda k: (probabilities[i, k], -k))
        joint[labels[i], guess] += 1
        if guess != labels[i] and int(np.argmax(probabilities[i])) != labels[i]:
            issues.append([i, guess])
    issues.sort(key=lambda issue: (probabilities[issue[0], labels[issue[0]]], issue[0]))
    errors = 0.0
    for k in range(classes):
        if joint[k].sum() > 0:
            calibrated = joint[k] / joint[k].sum() * labels.count(k)
            errors += calibrated.sum() - calibrated[k]
    return thresholds, issues, errors


def case(name, seed, count, classes, digits, absent=None):
    random = np.random.default_rng(seed)
    labels = [int(k) for k in random.integers(0, classes, count)]
    if absent is not None:
        labels = [(k + 1) % classes if k == absent else k for k in labels]
    logits = random.normal(size=(count, classes))
    for i, k in enumerate(labels):
        # Most labels are right, some are those of the next class.
        logits[i, k if random.random() < 0.7 else (k + 1) % classes] += 2.5
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    probabilities = np.round(probabilities, digits).astype(np.float32)
    thresholds, issues, errors = confident_learning(labels, probabilities.astype(np.float64))
    return {
        "name": name,
        "labels": labels,
        "probabilities": [[float(str(p)) for p in row] for row in probabilities],
        "thresholds": [None if np.isnan(t) else t for t in thresholds],
        "issues": issues,
        "errors": errors,
    }


def regression():
    random = np.random.default_rng(5)
    labels = [int(k) for k in random.integers(0, 3, 90)]
    centers = random.normal(size=(3, 7))
    features = (centers[labels] + random.normal(size=(90, 7)) * 1.5).astype(np.float32)
    features = np.round(features * np.array([1, 10, 0.1, 1, 3, 1, 0], np.float32) + 2, 4)
    wide = features.astype(np.float64)
    deviation = wide.std(axis=0)
    scaled = (wide - wide.mean(axis=0)) / np.where(deviation > 1e-6, deviation, np.inf)
    training = list(range(0, 90, 2))
    model = LogisticRegression(C=1 / (PENALTY * len(training)), tol=1e-10, max_iter=10000)
    model.fit(scaled[training], np.array(labels)[training])
    return {
        "labels": labels,
        "features": [[float(str(v)) for v in row] for row in features],
        "probabilities": [[round(p, 8) for p in row] for row in model.predict_proba(scaled).tolist()],
    }


print(
    json.dumps(
        {
            "cases": [
                case("four classes", 1, 120, 4, 6),
                case("ties", 2, 60, 3, 1),
                case("a class without samples", 3, 60, 4, 5, absent=2),
                case("two classes", 4, 40, 2, 6),
            ],
            "regression": regression(),
        },
        separators=(",", ":"),
    )
)
