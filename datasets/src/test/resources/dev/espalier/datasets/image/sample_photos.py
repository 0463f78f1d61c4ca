"""Prints photos-jpeg.txt: for each JPEG photograph its height, its width, and the colours that
Pillow reads at 16 by 16 places, row by row. Needs numpy and Pillow 12; the tests need neither.

    python sample_photos.py PHOTOS_FOLDER > photos-jpeg.txt
"""

import pathlib
import sys

import numpy as np
from PIL import Image

GRID = 16

print("# Name, height, width, and red, green, blue at 16 by 16 places; made by sample_photos.py.")
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.jpg")):
    pixels = np.asarray(Image.open(file).convert("RGB"))
    height, width = pixels.shape[:2]
    rows = (np.arange(GRID) * 2 + 1) * height // (2 * GRID)
    columns = (np.arange(GRID) * 2 + 1) * width // (2 * GRID)
    print(file.name, height, width, pixels[np.ix_(rows, columns)].tobytes().hex())
