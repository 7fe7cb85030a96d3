"""Paints masks on bare faces: worn correctly, or under the nose or on the chin."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

COLOURS = [(235, 240, 245), (170, 205, 225), (120, 170, 200), (30, 30, 35), (60, 70, 90), (200, 180, 190),
           (90, 120, 90)]


def outline(box, top, rng):
    """A mask's outline in a face box whose upper edge lies at the share `top` of the face's height."""
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0
    lean = rng.normal(0, 0.05)  # turned heads
    shares = [(0.06, top + 0.04), (0.30 + lean, top - 0.02), (0.5 + lean, top - 0.05), (0.70 + lean, top - 0.02),
              (0.94, top + 0.04), (0.90, 0.80), (0.72 + lean, 0.97), (0.5 + lean, 1.03), (0.28 + lean, 0.97),
              (0.10, 0.80)]
    return [(x0 + (sx + rng.normal(0, 0.012)) * w, y0 + (sy + rng.normal(0, 0.012)) * h) for sx, sy in shares]


def paint(picture, box, correct, rng):
    """The picture with a mask painted on the face in `box` (x0 y0 x1 y1)."""
    box = [float(v) for v in box]
    top = rng.uniform(0.42, 0.52) if correct else rng.uniform(0.66, 0.84)
    image = Image.fromarray(picture)
    points = outline(box, top, rng)
    colour = np.clip(np.array(COLOURS[rng.integers(len(COLOURS))]) + rng.normal(0, 12, 3), 0, 255)
    layer = Image.new("RGB", image.size, tuple(int(v) for v in colour))
    draw = ImageDraw.Draw(layer)
    shade = tuple(int(v * rng.uniform(0.75, 0.92)) for v in colour)
    for share in (0.35, 0.55, 0.75):  # pleats
        y = points[2][1] + (points[7][1] - points[2][1]) * share
        draw.line([(points[0][0], y), (points[7][0], y + 2), (points[4][0], y)], fill=shade, width=1)
    alpha = Image.new("L", image.size, 0)
    ImageDraw.Draw(alpha).polygon(points, fill=int(rng.uniform(215, 256)))
    alpha = alpha.filter(ImageFilter.GaussianBlur(max(0.5, (box[3] - box[1]) / 60)))
    light = np.asarray(image.convert("L").filter(ImageFilter.GaussianBlur((box[3] - box[1]) / 8)), np.float32)
    mean = max(20.0, float(light[int(max(0, box[1])):int(box[3]) + 1, int(max(0, box[0])):int(box[2]) + 1].mean()))
    lit = np.asarray(layer, np.float32) * (0.45 + 0.55 * light / mean)[..., None] * min(1.0, 0.4 + mean / 200)
    image.paste(Image.fromarray(lit.clip(0, 255).astype(np.uint8)), (0, 0), alpha)
    return np.asarray(image)
