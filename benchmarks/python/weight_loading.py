"""How long a .safetensors file takes to load into a PyTorch module of the same parameters, beside the time of reading the file.

python weight_loading.py tf_efficientnet_b7.safetensors
"""

import sys
import time
from statistics import median

import torch
from safetensors.torch import load_file

ROUNDS, WARM_UP_ROUNDS = 9, 4

path = sys.argv[1]


def module_of(arrays):
    """Modules named as in the file, each with its parameters."""
    root = torch.nn.Module()
    for name, array in arrays.items():
        *parents, last = name.split(".")
        module = root
        for parent in parents:
            if parent not in dict(module.named_children()):
                module.add_module(parent, torch.nn.Module())
            module = module.get_submodule(parent)
        module.register_parameter(last, torch.nn.Parameter(torch.zeros_like(array), requires_grad=False))
    return root


module = module_of(load_file(path))


def read():
    with open(path, "rb") as file:
        return file.read()


def load():
    module.load_state_dict(load_file(path))


seconds = {"PyTorch: reading the file": [], "PyTorch: load_file and load_state_dict": []}
for turn in range(WARM_UP_ROUNDS + ROUNDS):
    for name, way in zip(seconds, (read, load)):
        start = time.perf_counter()
        result = way()
        took = time.perf_counter() - start
        del result
        if turn >= WARM_UP_ROUNDS:
            seconds[name].append(took)
reading = median(seconds["PyTorch: reading the file"])
for name, several in seconds.items():
    print(f"{name}\t{median(several) * 1000:.0f} ms\t{median(several) / reading:.2f} times the reading")
