"""The peer of PipelineSpeed: torch's DataLoader with Pillow. Prints images per second.

    pipeline_speed.py FOLDER WORKERS
    pipeline_speed.py FOLDER --make PHOTOS     writes 200 JPEG files of 500x375 pixels into FOLDER
"""

import math
import os
import random
import statistics
import sys
import time

import numpy
import torch
from PIL import Image, ImageEnhance

PASSES = 5
WARM_UP_PASSES = 1


def make(folder, photos):
    random.seed(1)
    names = sorted(n for n in os.listdir(photos) if n.endswith((".jpg", ".png", ".bmp")))
    os.makedirs(folder, exist_ok=True)
    for i in range(200):
        photo = Image.open(os.path.join(photos, names[i % len(names)])).convert("RGB")
        share = random.uniform(0.6, 1)
        width, height = int(photo.width * share), int(photo.height * share)
        left, top = random.randint(0, photo.width - width), random.randint(0, photo.height - height)
        cut = photo.resize((500, 375), Image.BICUBIC, (left, top, left + width, top + height))
        cut.save(os.path.join(folder, f"{i:03}.jpg"), quality=90)


class Images(torch.utils.data.Dataset):
    def __init__(self, folder):
        self.files = sorted(os.path.join(folder, n) for n in os.listdir(folder))

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        image = Image.open(self.files[index]).convert("RGB")
        image = image.resize((224, 224), Image.BILINEAR, self.box(image))
        if random.random() < 0.5:
            image = image.transpose(Image.FLIP_LEFT_RIGHT)
        changes = [ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color]
        random.shuffle(changes)
        for change in changes:
            image = change(image).enhance(random.uniform(0.6, 1.4))
        return torch.from_numpy(numpy.array(image))

    @staticmethod
    def box(image):
        for _ in range(10):
            area = image.width * image.height * random.uniform(0.08, 1)
            ratio = math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)))
            width, height = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if 0 < width <= image.width and 0 < height <= image.height:
                left = random.randint(0, image.width - width)
                top = random.randint(0, image.height - height)
                return left, top, left + width, top + height
        side = min(image.width, image.height)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        return left, top, left + side, top + side


def main():
    if sys.argv[2] == "--make":
        make(sys.argv[1], sys.argv[3])
        return
    torch.set_num_threads(1)
    workers = int(sys.argv[2])
    images = Images(sys.argv[1])
    loader = torch.utils.data.DataLoader(
        images, batch_size=20, num_workers=workers, persistent_workers=True
    )
    seconds = []
    for _ in range(WARM_UP_PASSES + PASSES):
        start = time.perf_counter()
        for _ in loader:
            pass
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds[WARM_UP_PASSES:])
    word = "worker" if workers == 1 else "workers"
    print(f"images with {workers} {word}\t{len(images) / median:.1f}")


if __name__ == "__main__":
    main()
