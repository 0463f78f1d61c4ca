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


def swapped_profile():
    """A profile that takes red for blue: whoever applies it changes every colour."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmp!").replace(b"bXYZ", b"rXYZ").replace(b"tmp!", b"bXYZ")


def segment(marker, content):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def profiles():
    picture = smooth(30, 41)
    profile = swapped_profile()
    picture.putalpha(255)
    opaque = picture.convert("RGB")
    save("profile.jpg", opaque, quality=90, icc_profile=profile)
    save("profile.png", opaque, icc_profile=profile)
    save("profile_palette.png", opaque.convert("P"), icc_profile=profile)
    save("profile.webp", opaque, lossless=True, icc_profile=profile)
    save("profile_alpha.webp", smooth(30, 41).convert("RGBA"), lossless=True, icc_profile=profile)
    save("profile.tif", opaque, icc_profile=profile)
    save("profile_grey.tif", opaque.convert("L"), icc_profile=profile)
    data = padded(random.integers(0, 256, (HEIGHT, WIDTH * 3)).astype(np.uint8), 24)
    header = struct.pack("<IiiHHIIiiII", 124, WIDTH, HEIGHT, 1, 24, 0, len(data), 2835, 2835, 0, 0)
    header += b"\0" * 16 + b"DEBM" + b"\0" * 48 + struct.pack("<IIII", 4, 124 + len(data), 40, 0)
    start = 14 + len(header)
    whole = b"BM" + struct.pack("<IHHI", start + len(data) + 40, 0, 0, start) + header + data
    write("profile_damaged.bmp", whole + b"no profile" * 4)


def damaged():
    """What decoders pass over: profiles and notes that are not whole, and lost data."""
    plain = io.BytesIO()
    smooth(96, 96).save(plain, "JPEG", quality=90)
    plain = plain.getvalue()
    restarts = io.BytesIO()
    smooth(96, 96).save(restarts, "JPEG", quality=90, restart_marker_blocks=6)
    restarts = restarts.getvalue()

    def noted(name, marker, content):
        write(name, plain[:2] + segment(marker, content) + plain[2:])

    profile = swapped_profile()
    noted("jpeg_profile_empty.jpg", 0xE2, b"ICC_PROFILE\0\1\1")
    noted("jpeg_profile_cut.jpg", 0xE2, b"ICC_PROFILE\0\1\1" + profile[:200])
    noted("jpeg_profile_first_of_two.jpg", 0xE2, b"ICC_PROFILE\0\1\2" + profile[:200])
    noted("jpeg_profile_none_of_none.jpg", 0xE2, b"ICC_PROFILE\0\0\0" + profile)
    noted("jpeg_exif_cut.jpg", 0xE1, b"Exif\0\0II*\0\x08\0\0\0\x05\0")
    noted("jpeg_pages.jpg", 0xE2, b"MPF\0II*\0\x08\0\0\0\0\0")
    write("jpeg_junk_behind.jpg", plain + b"\0" * 4096)
    write("jpeg_zeros_before_end.jpg", plain[:-2] + b"\0" * 9 + plain[-2:])
    write("jpeg_data_lost.jpg", plain[:1500] + plain[1560:])
    middle = restarts.index(b"\xff\xd3")
    write("jpeg_restart_lost.jpg", restarts[:middle] + restarts[middle + 2 :])
    plain = open("png_rgb_8.png", "rb").read()
    write("png_profile_damaged.png", plain[:33] + chunk(b"iCCP", b"x\0\0damaged") + plain[33:])
    palette = open("png_palette_8.png", "rb").read()
    notes = chunk(b"iCCP", b"x\0\0damaged") + chunk(b"zTXt", b"x\0\0damaged")
    write("png_palette_notes_damaged.png", palette[:33] + notes + palette[33:])


def tiff(name, values, photometric, bits, sample_format=None, extra=None, planar=1):
    """A page as it is in memory, with numbers of any kind."""
    height, width, channels = values.shape
    planes = [values.reshape(height, -1)] if planar == 1 else list(values.transpose(2, 0, 1))
    if bits in (2, 4, 12):
        texts = ("".join(format(int(v), f"0{bits}b") for v in row) for p in planes for row in p)
        data = [b"".join(np.packbits(np.array(list(t), np.uint8)).tobytes() for t in texts)]
    else:
        data = [plane.astype(plane.dtype.newbyteorder("<")).tobytes() for plane in planes]
    offsets = [8 + sum(map(len, data[:i])) for i in range(len(data))]
    tags = {256: [width], 257: [height], 258: [bits] * channels, 259: [1], 262: [photometric]}
    tags |= {273: offsets, 277: [channels], 278: [height], 279: list(map(len, data)), 284: [planar]}
    if extra is not None:
        tags[338] = extra
    if sample_format is not None:
        tags[339] = [sample_format] * channels
    body = b"".join(data)
    body += b"\0" * (len(body) % 2)
    entries, values_after = b"", b""
    start = 8 + len(body)
    after = start + 2 + 12 * len(tags) + 4
    for tag in sorted(tags):
        numbers = struct.pack(f"<{len(tags[tag])}I", *tags[tag])
        entries += struct.pack("<HHI", tag, 4, len(tags[tag]))
        if len(numbers) == 4:
            entries += numbers
        else:
            entries += struct.pack("<I", after + len(values_after))
            values_after += numbers
    page = struct.pack("<H", len(tags)) + entries + b"\0" * 4 + values_after
    with open(name, "wb") as file:
        file.write(b"II*\0" + struct.pack("<I", start) + body + page)


def over_white(color, alpha):
    """The exact mixture of straight colours with white, halves rounded up."""
    return ((color.astype(int) * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def described(name, pixels):
    """For what Pillow does not read, or not as the TIFF specification says."""
    pixels = np.ascontiguousarray(np.broadcast_to(pixels, (HEIGHT, WIDTH, 3)))
    print(name, HEIGHT, WIDTH, hashlib.sha256(pixels.tobytes()).hexdigest())


def tiff_numbers():
    def numbers(most, channels=1, kind=np.uint8, least=0):
        return random.integers(least, most, (HEIGHT, WIDTH, channels)).astype(kind)

    for bits in (2, 4):
        tiff(f"tiff_grey_{bits}.tif", numbers(1 << bits), 1, bits)
        describe(f"tiff_grey_{bits}.tif")
        tiff(f"tiff_white_is_zero_{bits}.tif", numbers(1 << bits), 0, bits)
        describe(f"tiff_white_is_zero_{bits}.tif")
    tiff("tiff_white_is_zero_8.tif", numbers(256), 0, 8)
    describe("tiff_white_is_zero_8.tif")
    grey = numbers(4096, kind=np.uint16)
    tiff("tiff_grey_12.tif", grey, 1, 12)
    described("tiff_grey_12.tif", (grey >> 4).astype(np.uint8))
    grey = numbers(65536, kind=np.uint16)
    tiff("tiff_white_is_zero_16.tif", grey, 0, 16)
    described("tiff_white_is_zero_16.tif", (255 - (grey >> 8)).astype(np.uint8))
    for name, kind, number in (
        ("int32", np.int32, 2),
        ("uint32", np.uint32, 1),
        ("int16", np.int16, 2),
    ):
        levels = numbers(256, kind=kind)
        tiff(f"tiff_{name}.tif", levels, 1, levels.itemsize * 8, number)
        described(f"tiff_{name}.tif", levels.astype(np.uint8))
    levels = numbers(128, kind=np.int8)
    tiff("tiff_int8.tif", levels, 1, 8, 2)
    described("tiff_int8.tif", levels.astype(np.uint8))

    color = numbers(256, 5)
    tiff("tiff_unspecified_extra.tif", color[..., :4], 2, 8, extra=[0])
    described("tiff_unspecified_extra.tif", color[..., :3])
    tiff("tiff_two_unspecified_extras.tif", color, 2, 8, extra=[0, 0])
    described("tiff_two_unspecified_extras.tif", color[..., :3])
    tiff("tiff_alpha_and_extra.tif", color, 2, 8, extra=[2, 0])
    described("tiff_alpha_and_extra.tif", over_white(color[..., :3], color[..., 3:4].astype(int)))
    alpha = color[..., 3:4].astype(int)
    multiplied = (color[..., :3] * alpha // 255).astype(np.uint8)
    shown = (multiplied + 255 - alpha).astype(np.uint8)
    tiff("tiff_premultiplied.tif", np.concatenate([multiplied, alpha], -1).astype(np.uint8), 2, 8, extra=[1])
    described("tiff_premultiplied.tif", shown)
    both = np.concatenate([multiplied, alpha, alpha], -1).astype(np.uint8)
    tiff("tiff_premultiplied_and_extra.tif", both, 2, 8, extra=[1, 0])
    described("tiff_premultiplied_and_extra.tif", shown)
    grey = numbers(256, 2)
    tiff("tiff_white_is_zero_alpha.tif", grey, 0, 8, extra=[2])
    described("tiff_white_is_zero_alpha.tif", over_white(255 - grey[..., :1], grey[..., 1:].astype(int)))
    color = numbers(65536, 3, np.uint16)
    tiff("tiff_rgb_16_planes.tif", color, 2, 16, planar=2)
    described("tiff_rgb_16_planes.tif", (color >> 8).astype(np.uint8))

    # Refused: the tests name the reasons.
    tiff("refused_float32.tif", numbers(256, kind=np.float32), 1, 32, 3)
    tiff("refused_float64.tif", numbers(256, kind=np.float64), 1, 64, 3)
    tiff("refused_float16.tif", numbers(256, kind=np.float16), 1, 16, 3)
    tiff("refused_rgb_float32.tif", numbers(256, 3, np.float32), 2, 32, 3)
    tiff("refused_rgb_uint32.tif", numbers(256, 3, np.uint32), 2, 32, 1)
    tiff("refused_int64.tif", numbers(256, kind=np.int64), 1, 64, 2)
    tiff("refused_int32_beyond.tif", numbers(999, kind=np.int32, least=300), 1, 32, 2)
    tiff("refused_int16_negative.tif", numbers(0, kind=np.int16, least=-9), 1, 16, 2)
    tiff("refused_int8_negative.tif", numbers(0, kind=np.int8, least=-9), 1, 8, 2)
    tiff("refused_white_is_zero_int32.tif", numbers(256, kind=np.int32), 0, 32, 2)
    tiff("refused_rgb_int16.tif", numbers(256, 3, np.int16), 2, 16, 2)
    tiff("refused_lab.tif", numbers(256, 3), 8, 8)
    tiff("refused_raw.tif", numbers(256), 32803, 8)


if __name__ == "__main__":
    pngs()
    bmps()
    gifs()
    jpegs()
    tiffs()
    webps()
    profiles()
    damaged()
    tiff_numbers()
