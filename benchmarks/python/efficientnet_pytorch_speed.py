"""Measures PyTorch in Python: a peer of dev.espalier.benchmarks.EfficientNetSpeed with --engine pytorch.

timm's tf_efficientnet_b0, random weights, 100 classes, channels-last, SGD with momentum and Nesterov, cross-entropy, accuracy,
uint8 images in memory. Prints one line per case: name, images per second (median over the steps after the first ones), and the
peak of the resident size in megabytes. With --turns true, a case is measured again at each line of standard input.

    pip install torch timm
    python benchmarks/python/efficientnet_pytorch_speed.py --batch-size 16 --image-size 224 --steps 12
"""

import argparse
import resource
import statistics
import sys
import time

import torch

try:
    import torchvision  # noqa: F401
except RuntimeError:
    # A torchvision built for another PyTorch has no operators. timm uses none of them here, so their names are enough.
    declared = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        declared.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import timm  # noqa: E402

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


def prepare(batch):
    """uint8 images [batch, height, width, channels] as channels-last floats; the axes move, the memory does not."""
    return (batch.permute(0, 3, 1, 2).float() / 255 - MEAN) / STD


class Frozen(torch.nn.Module):
    """A new head on a base that does not learn."""

    def __init__(self, classes):
        super().__init__()
        self.base = timm.create_model("tf_efficientnet_b0", pretrained=False, num_classes=0, global_pool="")
        self.base.requires_grad_(False)
        self.head = torch.nn.Sequential(
            torch.nn.AdaptiveAvgPool2d(1),
            torch.nn.Flatten(),
            torch.nn.BatchNorm1d(1280),
            torch.nn.Dropout(0.2),
            torch.nn.Linear(1280, classes),
        )

    def train(self, mode=True):
        super().train(mode)
        self.base.eval()
        return self

    def forward(self, x):
        with torch.no_grad():
            features = self.base(x)
        return self.head(features)


def computing_in(precision):
    """Where convolutions and matrix products compute in another type than float32."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16")


def training(model, images, labels, size, compiled, precision):
    """Returns a function that trains on the images once and returns the seconds of each step."""
    model = model.to(memory_format=torch.channels_last).train()
    parameters = [p for p in model.parameters() if p.requires_grad]
    model = torch.compile(model) if compiled else model
    optimizer = torch.optim.SGD(parameters, lr=0.01, momentum=0.1, nesterov=True)
    loss_function = torch.nn.CrossEntropyLoss()

    def steps():
        seconds = []
        for i in range(0, len(images), size):
            start = time.perf_counter()
            optimizer.zero_grad(set_to_none=True)
            target = labels[i : i + size]
            with computing_in(precision):
                logits = model(prepare(images[i : i + size]))
                loss = loss_function(logits, target)
            loss.backward()
            optimizer.step()
            loss.item()
            (logits.argmax(1) == target).float().mean().item()
            seconds.append(time.perf_counter() - start)
        return seconds

    return steps


def inference(model, images, size, compiled, precision):
    """Returns a function that classifies the images once and returns the seconds of each step."""
    model = model.to(memory_format=torch.channels_last).eval()
    model = torch.compile(model) if compiled else model

    def steps():
        seconds = []
        with torch.inference_mode(), computing_in(precision):
            for i in range(0, len(images), size):
                start = time.perf_counter()
                model(prepare(images[i : i + size])).softmax(1).float().numpy()
                seconds.append(time.perf_counter() - start)
        return seconds

    return steps


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--case", default="all", choices=["all", "training", "frozen-base training", "inference"])
    parser.add_argument("--compile", action="store_true", help="with torch.compile")
    parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"], help="by autocast")
    parser.add_argument("--turns", default="false", choices=["true", "false"])
    options = parser.parse_args()
    how = (options.batch_size, options.compile, options.precision)
    classes = 100
    count = options.batch_size * (options.steps + options.warm_up)
    images = torch.randint(0, 256, (count, options.image_size, options.image_size, 3), dtype=torch.uint8)
    labels = torch.randint(0, classes, (count,))

    def whole():
        return timm.create_model(
            "tf_efficientnet_b0", pretrained=False, num_classes=classes, drop_rate=0.2, drop_path_rate=0.2
        )

    cases = {
        "training": lambda: training(whole(), images, labels, *how),
        "frozen-base training": lambda: training(Frozen(classes), images, labels, *how),
        "inference": lambda: inference(whole(), images, *how),
    }
    for name, case in cases.items():
        if options.case not in ("all", name):
            continue
        steps = case()
        while True:
            rates = [options.batch_size / s for s in steps()[options.warm_up :]]
            print(f"{name}\t{statistics.median(rates):.2f}", flush=True)
            if options.turns == "false" or not sys.stdin.readline():
                break
    print(f"peak memory\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")


if __name__ == "__main__":
    main()
