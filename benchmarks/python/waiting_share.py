"""The peer of WaitingShare: timm's tf_efficientnet_b0 in PyTorch learns from the same files through DataLoader with Pillow.

    waiting_share.py FOLDER EPOCHS     a folder of JPEG files for each class; 2 or more epochs

Prints the share of the time that the training waits for images, and images per second, without the first epoch. As in the
peer there is one worker on two processor cores, half of them, and the first batch of an epoch counts.
"""

import os
import sys
import time

import torch

from efficientnet_pytorch_speed import prepare, timm
from pipeline_speed import Images

BATCH_SIZE = 16


class Labelled(Images):
    def __init__(self, folder):
        names = sorted(os.listdir(folder))
        self.files = [os.path.join(folder, n, f) for n in names for f in sorted(os.listdir(os.path.join(folder, n)))]
        self.labels = [names.index(os.path.basename(os.path.dirname(f))) for f in self.files]

    def __getitem__(self, index):
        return super().__getitem__(index), self.labels[index]


def main():
    workers = max(1, min(8, os.cpu_count() // 2))
    loader = torch.utils.data.DataLoader(
        Labelled(sys.argv[1]), BATCH_SIZE, shuffle=True, num_workers=workers, drop_last=True, persistent_workers=True
    )
    model = timm.create_model("tf_efficientnet_b0", pretrained=False, num_classes=100, drop_rate=0.2, drop_path_rate=0.2)
    model = model.to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.1, nesterov=True)
    loss_function = torch.nn.CrossEntropyLoss()
    waited = elapsed = batches = 0
    for epoch in range(int(sys.argv[2])):
        begin = free = time.perf_counter()
        for images, labels in loader:
            if epoch > 0:
                waited += time.perf_counter() - free
                batches += 1
            optimizer.zero_grad(set_to_none=True)
            logits = model(prepare(images))
            loss = loss_function(logits, labels)
            loss.backward()
            optimizer.step()
            loss.item()
            (logits.argmax(1) == labels).float().mean().item()
            free = time.perf_counter()
        if epoch > 0:
            elapsed += free - begin
    print(f"waiting for images, %\t{100 * waited / elapsed:.2f}")
    print(f"images per second\t{batches * BATCH_SIZE / elapsed:.2f}")


if __name__ == "__main__":
    main()
