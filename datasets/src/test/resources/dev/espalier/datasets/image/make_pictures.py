"""Makes the pictures of this folder that are named in expected.txt below the line "made by", and
prints their lines for it. Needs numpy and Pillow 12; the tests need neither.

    python make_pictures.py >> expected.txt
"""

import hashlib
import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

random = np.random.default_rng(3)
WIDTH, HEIGHT = 13, 11


def expected(name):
    """Pixels as Pillow reads them: upright, 16 bits cut to the upper 8, laid over white."""
    picture = ImageOps.exif_transpose(Image.open(name))
    if picture.mode.startswith("I"):
        grey = (np.asarray(picture).astype(np.int64) >> 8).astype(np.uint8)
        return grey[..., None].repeat(3, -1)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        return np.asarray(Image.alpha_composite(white, picture).convert("RGB"))
    return np.asarray(picture.convert("RGB"))


def describe(name):
    pixels = np.ascontiguousarray(expected(name))
    print(name, *pixels.shape[:2], hashlib.sha256(pixels.tobytes()).hexdigest())


def smooth(height, width):
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / 9 + i) * np.cos(y / (7 + i)) for i in range(3)]
    return Image.fromarray((np.stack(waves, -1) * 110 + 128).astype(np.uint8))


def packed(row, depth):
    if depth == 16:
        return row.astype(">u2").tobytes()
    if depth == 8:
        return row.astype(np.uint8).tobytes()
    bits = np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - depth :]
    return np.packbits(bits.reshape(-1)).tobytes()


ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, depth, color_type, interlaced, extra=b""):
    channels = CHANNELS[color_type]
    values = random.integers(0, 1 << depth, (HEIGHT, WIDTH, channels))
    parts = [values[y::dy, x::dx] for x, y, dx, dy in ADAM7] if interlaced else [values]
    raw = b"".join(
        b"\0" + packed(row.reshape(-1), depth) for part in parts if part.size for row in part
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, color_type, 0, 0, interlaced)
    with open(name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra)
        file.write(chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))
    describe(name)


def pngs():
    for interlaced in (0, 1):
        way = "_interlaced" if interlaced else ""
        for color_type, word, depths in (
            (0, "grey", (1, 2, 4, 8, 16)),
            (2, "rgb", (8, 16)),
            (4, "grey_alpha", (8, 16)),
            (6, "rgba", (8, 16)),
        ):
            for depth in depths:
                png(f"png_{word}_{depth}{way}.png", depth, color_type, interlaced)
        for depth in (1, 2, 4, 8):
            count = 1 << depth
            palette = chunk(b"PLTE", random.integers(0, 256, 3 * count).astype(np.uint8).tobytes())
            png(f"png_palette_{depth}{way}.png", depth, 3, interlaced, palette)
            opacity = random.integers(0, 256, count // 2).astype(np.uint8).tobytes()
            extra = palette + chunk(b"tRNS", opacity)
            png(f"png_palette_alpha_{depth}{way}.png", depth, 3, interlaced, extra)
    png("png_grey_key.png", 4, 0, 0, chunk(b"tRNS", struct.pack(">H", 5)))
    png("png_gamma.png", 8, 2, 0, chunk(b"gAMA", struct.pack(">I", 100000)))


def bmp(name, bits, data, height=HEIGHT, compression=0, palette=b"", masks=b"", header=40):
    if header == 12:
        info = struct.pack("<IHHHH", 12, WIDTH, height, 1, bits)
    else:
        info = struct.pack(
            "<IiiHHIIiiII", header, WIDTH, height, 1, bits, compression, len(data), 2835, 2835, 0, 0
        )
    if header > 40:
        info += masks + b"\0" * (header - 40 - len(masks))
        masks = b""
    start = 14 + len(info) + len(masks) + len(palette)
    with open(name, "wb") as file:
        file.write(b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start))
        file.write(info + masks + palette + data)
    describe(name)


def padded(values, bits):
    rows = [packed(row, bits) if bits < 8 else row.tobytes() for row in values]
    return b"".join(row + b"\0" * (-len(row) % 4) for row in rows)


def bmps():
    for bits in (1, 4, 8):
        data = padded(random.integers(0, 1 << bits, (HEIGHT, WIDTH)).astype(np.uint8), bits)
        palette = random.integers(0, 256, (1 << bits, 4)).astype(np.uint8)
        bmp(f"bmp_palette_{bits}.bmp", bits, data, palette=palette.tobytes())
        os2 = palette[:, :3].tobytes()
        bmp(f"bmp_palette_{bits}_os2.bmp", bits, data, palette=os2, header=12)
        bmp(f"bmp_palette_{bits}_top_down.bmp", bits, data, -HEIGHT, palette=palette.tobytes())
    data = padded(random.integers(0, 1 << 16, (HEIGHT, WIDTH)).astype("<u2"), 16)
    bmp("bmp_16.bmp", 16, data)
    bmp("bmp_565.bmp", 16, data, compression=3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    data = padded(random.integers(0, 256, (HEIGHT, WIDTH * 3)).astype(np.uint8), 24)
    bmp("bmp_24.bmp", 24, data)
    bmp("bmp_24_top_down.bmp", 24, data, -HEIGHT)
    data = padded(random.integers(0, 256, (HEIGHT, WIDTH * 4)).astype(np.uint8), 32)
    bmp("bmp_32.bmp", 32, data)
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    bmp("bmp_32_alpha.bmp", 32, data, compression=3, masks=masks, header=124)
    palette = random.integers(0, 256, (256, 4)).astype(np.uint8).tobytes()
    runs = b"".join(bytes([5, y, 0, 4, 1, 2, 3, 4, 4, 9, 0, 0]) for y in range(HEIGHT))
    bmp("bmp_rle8.bmp", 8, runs + b"\0\1", compression=1, palette=palette)
    runs = b"".join(bytes([13, y << 4 & 0xF0 | 3, 0, 0]) for y in range(HEIGHT))
    bmp("bmp_rle4.bmp", 4, runs + b"\0\1", compression=2, palette=palette[:64])


def gif(name, screen, place, transparent=None):
    """A picture of 10x9 pixels somewhere on a screen."""
    pixels = Image.fromarray(random.integers(0, 16, (9, 10)).astype(np.uint8))
    pixels.putpalette(random.integers(0, 256, 48).astype(np.uint8).tobytes() + b"\0" * 720)
    stream = io.BytesIO()
    pixels.save(stream, "GIF", optimize=False)
    whole = stream.getvalue()
    start = whole.index(b"\x2c", 13 + 3 * (2 << (whole[10] & 7)))
    palette = whole[13 : 13 + 3 * (2 << (whole[10] & 7))]
    control = b"" if transparent is None else bytes([0x21, 0xF9, 4, 1, 0, 0, transparent, 0])
    with open(name, "wb") as file:
        file.write(b"GIF89a" + struct.pack("<HH", *screen) + bytes([whole[10], 0, 0]) + palette)
        file.write(control + b"\x2c" + struct.pack("<HH", *place) + whole[start + 5 :])
    describe(name)


def save(name, picture, **settings):
    picture.save(name, **settings)
    describe(name)


def gifs():
    gif("gif_part.gif", (20, 18), (5, 4))
    gif("gif_part_transparent.gif", (20, 18), (5, 4), 3)
    gif("gif_beyond.gif", (8, 8), (2, 3))
    frames = [smooth(20, 24).convert("P", palette=Image.Palette.ADAPTIVE) for _ in range(2)]
    frames[1] = frames[1].rotate(180)
    save("gif_animated.gif", frames[0], save_all=True, append_images=frames[1:])


def jpegs():
    picture = smooth(30, 41)
    for number in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = number
        save(f"exif_{number}.jpg", picture, quality=90, exif=exif)
    save("exif_6.png", picture, exif=exif_of(6))
    save("exif_8.tif", picture, tiffinfo={0x0112: 8})
    save("exif_6.webp", picture, lossless=True, exif=exif_of(6))
    save("jpeg_422.jpg", picture, quality=80, subsampling=1)
    save("jpeg_444.jpg", picture, quality=80, subsampling=0)
    save("jpeg_restart.jpg", picture, quality=80, restart_marker_blocks=2)
    save("jpeg_rgb.jpg", picture, quality=80, keep_rgb=True)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    save("jpeg_profile.jpg", picture, quality=80, icc_profile=profile)
    whole = bytearray(open("jpeg_profile.jpg", "rb").read())
    start = whole.index(b"ICC_PROFILE") + 14
    whole[start : start + 128] = bytes(128)
    write("jpeg_damaged_profile.jpg", whole)
    save("jpeg_grey_profile.jpg", picture.convert("L"), quality=80, icc_profile=profile)
    save("jpeg_cmyk.jpg", picture.convert("CMYK"), quality=80)
    whole = bytearray(open("jpeg_cmyk.jpg", "rb").read())
    start = whole.index(b"Adobe")
    whole[start + 11] = 2
    write("jpeg_ycck.jpg", whole)
    write("jpeg_cmyk_plain.jpg", whole[: start - 4] + whole[start + 12 :])
    write("jpeg_then_text.jpg", open("jpeg_444.jpg", "rb").read() + b"and so on" * 9)


def exif_of(number):
    exif = Image.Exif()
    exif[0x0112] = number
    return exif


def write(name, content):
    with open(name, "wb") as file:
        file.write(content)
    describe(name)


def tiffs():
    picture = smooth(20, 24)
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        save(f"{compression.split('_')[-1]}.tif", picture, compression=compression)
    save("tiff_plain.tif", picture)
    save("tiff_grey.tif", picture.convert("L"))
    save("tiff_group4.tif", picture.convert("1"), compression="group4")
    save("tiff_palette.tif", picture.convert("P", palette=Image.Palette.ADAPTIVE))
    save("tiff_cmyk.tif", picture.convert("CMYK"))
    save("tiff_pages.tif", picture, save_all=True, append_images=[picture.rotate(180)])
    sixteen = np.arange(20 * 24).reshape(20, 24) * 130
    save("tiff_grey_16.tif", Image.fromarray(sixteen.astype(np.uint16)))
    picture.putalpha(smooth(20, 24).getchannel(0))
    save("tiff_rgba.tif", picture)


def webps():
    picture = smooth(20, 24)
    save("webp_lossless.webp", picture, lossless=True)
    pages = [picture.rotate(180)]
    save("webp_animated.webp", picture, lossless=True, save_all=True, append_images=pages)
    picture.putalpha(picture.getchannel(0))
    save("webp_alpha.webp", picture, lossless=True, exact=True)
    # Lossy WebP is compared with its pixels beside it: decoders round differently.
    picture = smooth(40, 48)
    picture.save("webp_lossy.webp", quality=80)
    Image.open("webp_lossy.webp").save("webp_lossy.png")


if __name__ == "__main__":
    pngs()
    bmps()
    gifs()
    jpegs()
    tiffs()
    webps()
