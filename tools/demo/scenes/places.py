"""The places of the demo, drawn: a background, and for each row of people what stands in front of them."""
import dataclasses
import random

import numpy
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1280, 720


@dataclasses.dataclass(frozen=True)
class Place:
    background: Image.Image
    #: From far to near: the upper edge of what hides the people below it, and its picture.
    rows: tuple


def _wall(top: tuple, bottom: tuple, floor: tuple, horizon: int) -> Image.Image:
    """A wall and a floor with a light that falls from above."""
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    for y in range(HEIGHT):
        if y < horizon:
            share = y / horizon
            colour = tuple(int(a + (b - a) * share) for a, b in zip(top, bottom))
        else:
            share = (y - horizon) / (HEIGHT - horizon)
            colour = tuple(int(channel * (0.72 + 0.4 * share)) for channel in floor)
        draw.line([(0, y), (WIDTH, y)], fill=colour)
    for step in range(-14, 15):
        draw.line([(WIDTH // 2 + step * 60, horizon), (WIDTH // 2 + step * 330, HEIGHT)], fill=tuple(int(c * 0.8) for c in floor), width=2)
    for step in range(1, 9):
        y = horizon + (HEIGHT - horizon) * step * step // 64
        draw.line([(0, y), (WIDTH, y)], fill=tuple(int(c * 0.8) for c in floor), width=2)
    return picture


def _shelf(draw: ImageDraw.ImageDraw, box: tuple, levels: int, palette: tuple, dice: random.Random, frame: tuple) -> None:
    left, top, right, bottom = box
    draw.rectangle(box, fill=tuple(int(c * 0.45) for c in frame))
    gap = (bottom - top) // levels
    for level in range(levels):
        floor = top + (level + 1) * gap
        x = left + 6
        while x < right - 16:
            width, height = dice.randint(14, 40), dice.randint(gap // 2, gap - 12)
            colour = dice.choice(palette)
            end = min(x + width, right - 6)
            draw.rectangle([x, floor - 6 - height, end, floor - 6], fill=colour)
            draw.rectangle([x, floor - 6 - height, x + 4, floor - 6], fill=tuple(min(255, c + 28) for c in colour))
            draw.rectangle([x, floor - 6 - height // 2, end, floor - 6 - height // 3], fill=tuple(min(255, c + 60) for c in colour))
            x = end + dice.randint(2, 6)
        draw.rectangle([left, floor - 6, right, floor], fill=frame)
    draw.rectangle(box, outline=frame, width=6)


def _front(top: int, body: tuple, edge: tuple, thickness: int = 26) -> Image.Image:
    """A counter, rail or wall across the picture from `top` down."""
    picture = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    for y in range(top, HEIGHT):
        shade = 1 - 0.35 * (y - top) / max(1, HEIGHT - top)
        draw.line([(0, y), (WIDTH, y)], fill=tuple(int(c * shade) for c in body) + (255,))
    draw.rectangle([0, top, WIDTH, top + thickness], fill=edge + (255,))
    draw.line([(0, top + thickness), (WIDTH, top + thickness)], fill=tuple(int(c * 0.5) for c in edge) + (255,), width=3)
    for x in range(80, WIDTH, 240):
        draw.line([(x, top + thickness + 3), (x, HEIGHT)], fill=tuple(int(c * 0.7) for c in body) + (255,), width=3)
    return picture


def _finished(picture: Image.Image) -> Image.Image:
    """What a camera's lens and sensor add: softness, darker corners, grain."""
    pixels = numpy.asarray(picture.filter(ImageFilter.GaussianBlur(1.6)), float)
    rows, columns = numpy.mgrid[-1:1:HEIGHT * 1j, -1:1:WIDTH * 1j]
    vignette = 1 - 0.28 * (rows ** 2 + columns ** 2) / 2
    grain = numpy.random.default_rng(3).normal(0, 2.2, pixels.shape)
    return Image.fromarray(numpy.clip(pixels * vignette[..., None] + grain, 0, 255).astype(numpy.uint8))


def entrance() -> Place:
    picture = _wall((196, 200, 200), (222, 220, 212), (150, 140, 128), 430)
    draw = ImageDraw.Draw(picture)
    for left in (90, 330, 720, 960):
        draw.rectangle([left, 70, left + 220, 430], fill=(168, 198, 214), outline=(88, 92, 98), width=10)
        draw.polygon([(left + 20, 420), (left + 120, 80), (left + 170, 80), (left + 70, 420)], fill=(190, 214, 226))
        draw.line([(left + 110, 70), (left + 110, 430)], fill=(88, 92, 98), width=8)
    draw.rectangle([560, 40, 710, 430], fill=(120, 96, 74))
    draw.rectangle([584, 90, 686, 150], fill=(236, 232, 220))
    draw.rectangle([0, 0, WIDTH, 34], fill=(236, 238, 238))
    for x in range(120, WIDTH, 260):
        draw.rectangle([x, 8, x + 120, 22], fill=(255, 255, 250))
    return Place(_finished(picture), ((600, _front(600, (92, 108, 96), (176, 178, 176))),))


def checkout() -> Place:
    dice = random.Random(5)
    picture = _wall((214, 208, 196), (230, 226, 214), (164, 158, 148), 420)
    draw = ImageDraw.Draw(picture)
    palette = ((178, 54, 48), (44, 92, 158), (222, 176, 60), (70, 130, 78), (208, 204, 196), (120, 70, 120), (214, 120, 50))
    for left in (20, 340, 660, 980):
        _shelf(draw, (left, 60, left + 285, 420), 4, palette, dice, (196, 192, 186))
    return Place(_finished(picture), ((590, _front(590, (128, 122, 116), (62, 64, 70), 34)),))


def warehouse() -> Place:
    dice = random.Random(11)
    picture = _wall((112, 118, 124), (150, 152, 150), (128, 128, 126), 450)
    draw = ImageDraw.Draw(picture)
    palette = ((176, 138, 92), (160, 122, 80), (188, 152, 108), (146, 112, 74), (200, 168, 124))
    for left in (-40, 300, 640, 980):
        _shelf(draw, (left, 20, left + 320, 450), 3, palette, dice, (204, 98, 40))
    return Place(_finished(picture), ((580, _front(580, (150, 116, 78), (186, 150, 104), 40)),))


def car_park() -> Place:
    picture = _wall((150, 182, 214), (214, 224, 230), (104, 106, 110), 300)
    draw = ImageDraw.Draw(picture)
    dice = random.Random(2)
    for x in range(0, WIDTH, 90):
        top = 300 - dice.randint(40, 130)
        draw.ellipse([x - 60, top, x + 90, 330], fill=(72 + dice.randint(0, 26), 104 + dice.randint(0, 22), 66))
    for left, colour in ((60, (150, 40, 40)), (420, (52, 78, 120)), (800, (198, 200, 204)), (1090, (66, 70, 66))):
        draw.rounded_rectangle([left, 330, left + 250, 420], 26, fill=colour)
        draw.polygon([(left + 40, 336), (left + 80, 282), (left + 180, 282), (left + 215, 336)], fill=(70, 84, 98), outline=colour)
        for wheel in (left + 52, left + 198):
            draw.ellipse([wheel - 24, 396, wheel + 24, 444], fill=(30, 30, 32))
    return Place(_finished(picture), ((610, _front(610, (146, 148, 146), (206, 206, 200))),))


PLACES = {"entrance": entrance, "checkout": checkout, "warehouse": warehouse, "car-park": car_park}
