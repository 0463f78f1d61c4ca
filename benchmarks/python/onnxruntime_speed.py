"""Measures images per second of ONNX Runtime in Python on an exported EfficientNet-B0: a peer of dev.espalier.benchmarks.EfficientNetSpeed.

Takes uint8 images as `espalier export` writes the model. Prints one line: inference, images per second (median). With
--turns true, another one at each line of standard input.

    pip install onnxruntime
    java -cp "benchmarks/target/benchmarks/lib/*" dev.espalier.benchmarks.RandomModel 224 b0.safetensors
    espalier export b0.safetensors --output b0.onnx
    python benchmarks/python/onnxruntime_speed.py b0.onnx --batch-size 16
"""

import argparse
import statistics
import sys
import time

import numpy as np
import onnxruntime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--warm-up", type=int, default=5)
    parser.add_argument("--turns", default="false", choices=["true", "false"])
    options = parser.parse_args()
    session = onnxruntime.InferenceSession(options.model, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    random = np.random.default_rng(1)
    while True:
        seconds = []
        for _ in range(options.steps + options.warm_up):
            images = random.integers(0, 256, (options.batch_size, options.image_size, options.image_size, 3), dtype=np.uint8)
            start = time.perf_counter()
            session.run(None, {name: images})
            seconds.append(time.perf_counter() - start)
        rates = [options.batch_size / s for s in seconds[options.warm_up :]]
        print(f"inference\t{statistics.median(rates):.2f}", flush=True)
        if options.turns == "false" or not sys.stdin.readline():
            return


if __name__ == "__main__":
    main()
