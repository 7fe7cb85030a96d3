"""Makes the pictures the tests of Imaging run on (needs pillow and numpy from PyPI):

    python3 Tests/Fixtures/make_pictures.py Tests/Fixtures/pictures

The `resampled-*.png` are what Pillow makes of `noise.png`; ours may differ by two levels.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image


def gradient(width, height):
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.stack([x, y, 255 - x], -1).astype(np.uint8))


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    picture = gradient(48, 32)
    picture.save(folder / "baseline.jpg", quality=90)
    picture.save(folder / "progressive.jpg", quality=90, progressive=True)
    picture.convert("L").save(folder / "grey.jpg", quality=90)
    picture.convert("CMYK").save(folder / "cmyk.jpg", quality=90)
    picture.save(folder / "rgb.png")
    picture.quantize(16).save(folder / "palette.png")
    picture.convert("L").save(folder / "grey.png")
    transparent = picture.convert("RGBA")
    transparent.putalpha(Image.fromarray(np.repeat([[0] * 24 + [255] * 24], 32, 0).astype(np.uint8)))
    transparent.save(folder / "alpha.png")
    deep = np.asarray(picture.convert("L")).astype(np.uint16) * 257
    Image.fromarray(deep).save(folder / "grey16.png")

    rng = np.random.default_rng(7)
    noise = Image.fromarray(rng.integers(0, 256, (61, 83, 3), np.uint8))
    noise.save(folder / "noise.png")
    for width, height in [(40, 29), (83, 20), (20, 61), (7, 5), (166, 122), (100, 61)]:
        noise.resize((width, height), Image.BILINEAR).save(folder / f"resampled-{width}x{height}.png")
    grey = 114
    padded = np.pad(np.asarray(noise), ((40, 40), (40, 40), (0, 0)), constant_values=grey)
    for name, x, y, side, size in [("inside", 20.3, 11.7, 30.5, 16), ("outside", -9.4, 40.2, 33.3, 24), ("large", 5.0, 5.0, 12.0, 31)]:
        box = (x + 40, y + 40, x + 40 + side, y + 40 + side)
        Image.fromarray(padded).resize((size, size), Image.BILINEAR, box=box).save(folder / f"crop-{name}.png")


main(Path(sys.argv[1]))
