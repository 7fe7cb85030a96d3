"""Draws training samples: mosaics of one, four or nine turned, scaled, mirrored pictures, a whole batch at a time."""

import functools
import math

import torch

from store import read_pixels

TILES = 9
GRID_CHANCES = (0.40, 0.38, 0.22)  # 1x1, 2x2, 3x3
FACE_HEIGHTS = ((16.0, 420.0), (10.0, 180.0), (8.0, 70.0))
SHARES = {"facecount": 0.38, "ilc2021": 0.22, "kaggle853": 0.16, "macwinwin": 0.08, "ece342grey": 0.08,
          "maskon": 0.08}
SMALLEST = 6.0


def uniform(shape, low, high, device):
    return low + (high - low) * torch.rand(shape, device=device)


def split_lines(grid, size, device):
    """Where columns (or rows) begin: [b, 4], unused lines lie at the far edge."""
    b = len(grid)
    half = uniform((b,), 0.35, 0.65, device) * size
    third = (torch.tensor([[1 / 3, 2 / 3]], device=device) + uniform((b, 2), -0.06, 0.06, device)) * size
    lines = torch.full((b, 4), float(size), device=device)
    lines[:, 0] = 0
    lines[:, 1] = torch.where(grid == 1, half, torch.where(grid == 2, third[:, 0], lines[:, 1]))
    lines[:, 2] = torch.where(grid == 2, third[:, 1], lines[:, 2])
    return lines.round()


def choose_scales(store, picture, grid, face, has_face, longest):
    """Pixels of the sample per pixel of the picture: by the wanted face height, or by the whole picture."""
    device, shape = store.device, picture.shape
    ranges = torch.tensor(FACE_HEIGHTS, device=device).log()[grid]
    height = torch.exp(ranges[..., 0] + torch.rand(shape, device=device) * (ranges[..., 1] - ranges[..., 0]))
    by_face = height / (face[..., 3] - face[..., 1]).clamp(min=2)
    whole = longest / store.shapes[picture, 0].amax(-1)
    by_picture = whole * torch.exp(uniform(shape, math.log(0.35), math.log(1.3), device))
    scale = torch.where(has_face & (torch.rand(shape, device=device) < 0.75), by_face, by_picture)
    tile = 640 / (grid + 1.0)
    fill = 0.45 * tile / longest * whole
    return scale.minimum(whole * 1.8).maximum(whole / 9).maximum(fill).clamp(max=4.0)


def cover(target, point, extent, scale, stretch, mirror, left, right, top, bottom):
    """Moves each picture so that it fills its tile, or lies inside where it is smaller: little grey."""
    wide = torch.stack([scale * stretch, scale / stretch], -1)
    before = point * wide
    before[..., 0] = torch.where(mirror < 0, extent[..., 0] * wide[..., 0] - before[..., 0], before[..., 0])
    low, high = torch.stack([left, top], -1), torch.stack([right, bottom], -1)
    other = high - extent * wide
    edge = (target - before).maximum(torch.minimum(low, other)).minimum(torch.maximum(low, other))
    return edge + before


def draw_tiles(store, weights, batch, size, longest=1024):
    """Everything that fixes a batch of mosaics: per tile the picture, the affine map and the visible rectangle."""
    device, shape = store.device, (batch, TILES)
    grid = torch.multinomial(torch.tensor(GRID_CHANCES, device=device), batch, True)
    picture = torch.multinomial(weights, batch * TILES, True).view(shape)
    boxes = store.boxes[picture]
    known = boxes[..., 4] == 1
    has_face = known.any(-1)
    pick = torch.multinomial((known.float() + 1e-6).view(-1, known.shape[-1]), 1).view(shape)
    face = boxes.gather(2, pick[..., None, None].expand(-1, -1, 1, 6))[:, :, 0]
    extent = store.shapes[picture, 0].flip(-1)
    point = torch.rand((*shape, 2), device=device) * extent
    near = has_face & (torch.rand(shape, device=device) < 0.8)
    point = torch.where(near[..., None], (face[..., :2] + face[..., 2:4]) / 2, point)
    columns, rows = split_lines(grid, size, device), split_lines(grid, size, device)
    index = torch.arange(TILES, device=device)
    left, right = columns[:, index % 3], columns[:, index % 3 + 1]
    top, bottom = rows[:, index // 3], rows[:, index // 3 + 1]
    target = torch.stack([left + torch.rand(shape, device=device) * (right - left),
                          top + torch.rand(shape, device=device) * (bottom - top)], -1)
    turned = (torch.rand(shape, device=device) < 0.3) * uniform(shape, -0.3, 0.3, device)
    scale = choose_scales(store, picture, grid[:, None].expand(shape), face, has_face, longest)
    mirror = torch.where(torch.rand(shape, device=device) < 0.5, -1.0, 1.0)
    stretch = torch.exp(uniform(shape, -0.12, 0.12, device))
    target = cover(target, point, extent, scale, stretch, mirror, left, right, top, bottom)
    return dict(picture=picture, boxes=boxes, columns=columns, rows=rows, left=left, right=right, top=top,
                bottom=bottom, point=point, target=target, angle=turned, scale_x=scale * stretch * mirror,
                scale_y=scale / stretch)


def affine_table(store, tiles):
    """Per tile: the map from the sample's to the stored picture's pixels, its size, and where its pixels begin."""
    shrink = 1 / tiles["scale_y"].abs()
    level = (shrink.log2() - 0.3).ceil().clamp(0, store.shapes.shape[1] - 1).long()
    picture = tiles["picture"]
    shape, start = store.shapes[picture, level], store.starts[picture, level]
    down = shape.flip(-1) / store.shapes[picture, 0].flip(-1)
    cos, sin = tiles["angle"].cos(), tiles["angle"].sin()
    a, c = cos / tiles["scale_x"] * down[..., 0], sin / tiles["scale_x"] * down[..., 0]
    d, e = -sin / tiles["scale_y"] * down[..., 1], cos / tiles["scale_y"] * down[..., 1]
    tx, ty = tiles["target"].unbind(-1)
    ox = tiles["point"][..., 0] * down[..., 0] - a * tx - c * ty
    oy = tiles["point"][..., 1] * down[..., 1] - d * tx - e * ty
    return torch.stack([a, c, ox, d, e, oy, shape[..., 1], shape[..., 0]], -1), start


def render(pixels, table, start, columns, rows, size):
    """The pictures of the mosaics, float [b, 3, size, size] in 0...255; one fused kernel when compiled."""
    axis = torch.arange(size, device=table.device) + 0.5
    column = (axis[None] >= columns[:, 1:2]).long() + (axis[None] >= columns[:, 2:3])
    row = (axis[None] >= rows[:, 1:2]).long() + (axis[None] >= rows[:, 2:3])
    first = torch.arange(len(table), device=table.device)[:, None, None] * TILES
    tile = row[:, :, None] * 3 + column[:, None, :] + first
    a, c, ox, d, e, oy, width, height = [table.view(-1, 8)[:, i][tile] for i in range(8)]
    across, along = axis[None, None, :], axis[None, :, None]
    x, y = a * across + c * along + ox, d * across + e * along + oy
    return read_pixels(pixels, start.view(-1)[tile], width, height, x, y)


def place_boxes(tiles):
    """The faces of the mosaics: rows (sample, x0, y0, x1, y1), once those to find and once those to ignore."""
    boxes = tiles["boxes"]
    middle, half = (boxes[..., :2] + boxes[..., 2:4]) / 2, (boxes[..., 2:4] - boxes[..., :2]) / 2
    offset = middle - tiles["point"][:, :, None]
    sx, sy = tiles["scale_x"][..., None], tiles["scale_y"][..., None]
    cos, sin = tiles["angle"].cos()[..., None], tiles["angle"].sin()[..., None]
    ux, uy = offset[..., 0] * sx, offset[..., 1] * sy
    x = cos * ux - sin * uy + tiles["target"][..., None, 0]
    y = sin * ux + cos * uy + tiles["target"][..., None, 1]
    hx, hy = half[..., 0] * sx.abs(), half[..., 1] * sy.abs()
    w = ((hx * cos) ** 2 + (hy * sin) ** 2).sqrt()
    h = ((hx * sin) ** 2 + (hy * cos) ** 2).sqrt()
    full = torch.stack([x - w, y - h, x + w, y + h], -1)
    low = torch.stack([tiles["left"], tiles["top"]] * 2, -1)[:, :, None]
    high = torch.stack([tiles["right"], tiles["bottom"]] * 2, -1)[:, :, None]
    seen = full.maximum(low).minimum(high)
    area = (seen[..., 2] - seen[..., 0]) * (seen[..., 3] - seen[..., 1])
    share = area / (4 * w * h).clamp(min=1e-3)
    tall = (seen[..., 3] - seen[..., 1]).minimum(seen[..., 2] - seen[..., 0])
    some = (boxes[..., 4] > 0) & (area > 1)
    good = some & (boxes[..., 4] == 1) & (share > 0.45) & (tall >= SMALLEST * 0.8)
    sample = torch.arange(len(boxes), device=boxes.device)[:, None, None].expand(good.shape)
    rows = torch.cat([sample[..., None].float(), seen], -1)
    return rows[good], rows[some & ~good & (share > 0.1)]


@functools.cache
def fused_render():
    """`render` as one kernel where the compiler works; it is memory traffic that makes the plain form slow."""
    fused = torch.compile(render, dynamic=False)

    def attempt(*arguments):
        if attempt.fused:
            try:
                return fused(*arguments)
            except Exception as error:  # no working compiler on this machine: the plain form is as good, but slower
                print(f"not fused: {error!r}"[:300], flush=True)
                attempt.fused = False
        return render(*arguments)

    attempt.fused = True
    return attempt


def draw_batch(store, weights, batch, size, chunk=16):
    """A batch of mosaics: pictures float 0...255, faces to find, regions to ignore."""
    tiles = draw_tiles(store, weights, batch, size)
    faces, ignored = place_boxes(tiles)
    table, start = affine_table(store, tiles)
    out = torch.empty((batch, 3, size, size), device=store.device)
    draw = fused_render() if store.device.type == "cuda" else render
    for i in range(0, batch, chunk):
        part = slice(i, i + chunk)
        out[part] = draw(store.pixels, table[part], start[part], tiles["columns"][part], tiles["rows"][part], size)
    return out, faces, ignored
