"""Paints face masks: a curved piece of cloth that takes the light of the face below it."""
import numpy
from PIL import Image, ImageDraw, ImageFilter

from .portraits import Portrait

#: Colour and number of pleats.
STYLES = {
    "surgical": ((134, 182, 214), 3),
    "white": ((226, 228, 226), 0),
    "black": ((42, 43, 48), 0),
    "green": ((112, 160, 140), 3),
}
SCALE = 3


def painted(picture: Image.Image, portrait: Portrait, style: str, below_nose: bool = False) -> Image.Image:
    """`picture` with a mask over nose and mouth, or, worn incorrectly, over the mouth only."""
    colour, pleats = STYLES[style]
    points = [numpy.array(point, float) for point in portrait.mask]
    if below_nose:
        points = _lowered(points)
    left, top, right, bottom = _bounds(points, portrait.face[3] * 0.12, picture.size)
    part = picture.crop((left, top, right, bottom)).resize(((right - left) * SCALE, (bottom - top) * SCALE), Image.Resampling.BICUBIC)
    local = [(point - (left, top)) * SCALE for point in points]
    unit = portrait.face[3] * SCALE / 100
    shape = Image.new("L", part.size, 0)
    ImageDraw.Draw(shape).polygon([tuple(point) for point in _curve(local)], fill=255)
    shape = shape.filter(ImageFilter.GaussianBlur(unit * 0.7))
    _straps(part, local, unit, colour)
    _shadow(part, shape, unit)
    part.paste(_cloth(part, shape, local, unit, colour, pleats), (0, 0), shape)
    result = picture.copy()
    result.paste(part.resize((right - left, bottom - top), Image.Resampling.LANCZOS), (left, top))
    return result


def _lowered(points: list) -> list:
    """The upper edge slid below the nose; the jaw line stays."""
    chin = points[5]
    upper = {0: 0.42, 1: 0.40, 2: 0.22, 8: 0.22, 9: 0.40}
    return [point + (chin - point) * (0, upper[index]) if index in upper else point for index, point in enumerate(points)]


def _bounds(points: list, margin: float, size: tuple) -> tuple:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (max(0, int(min(xs) - margin)), max(0, int(min(ys) - margin)),
            min(size[0], int(max(xs) + margin)), min(size[1], int(max(ys) + margin)))


def _curve(points: list, steps: int = 12) -> list:
    """A closed Catmull-Rom curve through the points."""
    result = []
    count = len(points)
    for index in range(count):
        a, b, c, d = (points[(index + offset) % count] for offset in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            result.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3))
    return result


def _straps(part: Image.Image, points: list, unit: float, colour: tuple) -> None:
    draw = ImageDraw.Draw(part)
    shade = tuple(int(channel * 0.85 + 25) for channel in colour)
    for corner, jaw, outwards in ((2, 3, 1), (8, 7, -1)):
        for start, lift in ((corner, -7), (jaw, -16)):
            begin = points[start]
            draw.line([tuple(begin), (begin[0] + outwards * unit * 9, begin[1] + lift * unit)], fill=shade, width=max(1, int(unit * 1.3)))


def _shadow(part: Image.Image, shape: Image.Image, unit: float) -> None:
    around = shape.filter(ImageFilter.GaussianBlur(unit * 3)).point(lambda value: int(value * 0.35))
    part.paste(Image.new("RGB", part.size, (40, 25, 20)), (0, int(unit)), around)


def _cloth(part: Image.Image, shape: Image.Image, points: list, unit: float, colour: tuple, pleats: int) -> Image.Image:
    """The light of the face, blurred, times the bulge of the cloth, its pleats and its weave."""
    grey = numpy.asarray(part.convert("L").filter(ImageFilter.GaussianBlur(unit * 9)), float)
    inside = numpy.asarray(shape, float) / 255
    light = 0.55 + 0.45 * grey / max(1.0, (grey * inside).sum() / max(1.0, inside.sum()))
    bulge = numpy.asarray(shape.filter(ImageFilter.GaussianBlur(unit * 7)), float) / 255
    light *= 0.74 + 0.28 * bulge
    height, width = grey.shape
    rows, columns = numpy.mgrid[0:height, 0:width]
    top, bottom = points[0][1], points[5][1]
    middle = points[0][0]
    ridge = numpy.exp(-(((columns - middle) / (unit * 7)) ** 2)) * numpy.clip(1 - (rows - top) / (bottom - top) * 1.6, 0, 1)
    light *= 1 + 0.10 * ridge
    for pleat in range(pleats):
        level = top + (bottom - top) * (0.40 + 0.17 * pleat) - ((columns - middle) / (unit * 46)) ** 2 * unit * 9
        light *= 1 - 0.20 * numpy.exp(-(((rows - level) / (unit * 1.1)) ** 2)) + 0.08 * numpy.exp(-(((rows - level - unit * 2.4) / (unit * 1.5)) ** 2))
    weave = numpy.random.default_rng(7).normal(0, 0.012, grey.shape)
    cloth = numpy.clip((light + weave)[..., None] * numpy.array(colour, float), 0, 255)
    return Image.fromarray(cloth.astype(numpy.uint8))
