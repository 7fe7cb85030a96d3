"""The training set's pictures as one flat tensor with smaller copies: a GPU crops anywhere in one go."""

import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import cctv
import data

LEVELS = 4
MOST_FACES = 96


def pack(picture):
    """RGB bytes as one int32 a pixel: one read fetches all channels."""
    wide = picture.astype(np.int32)
    return (wide[..., 0] | wide[..., 1] << 8 | wide[..., 2] << 16).ravel()


def level_sizes(size, longest):
    """(h, w) of a picture's copies, shrunk by 1, 2, 4, 8, after it was limited to `longest`."""
    scale = min(1.0, longest / max(size))
    width, height = [max(1, round(side * scale)) for side in size]
    return [(-(-height // 2 ** level), -(-width // 2 ** level)) for level in range(LEVELS)]


def write_pyramid(job):
    """Worker: decodes a picture (degraded where `seed` is given) and writes it and its smaller copies at `start`."""
    path, seed, levels, start, target = job
    picture = data.read_picture(path)
    if seed is not None:
        picture = cctv.degrade(picture, np.random.default_rng(seed))
    image = Image.fromarray(picture)
    if image.size != levels[0][::-1]:
        image = image.resize(levels[0][::-1], Image.LANCZOS)
    pixels = np.concatenate([pack(np.asarray(image.reduce(2 ** level) if level else image)) for level in range(LEVELS)])
    with open(target, "r+b") as out:
        out.seek(start * 4)
        out.write(pixels.tobytes())


def prepare(folder, split, target, degraded=0.0, limit=None, longest=640, workers=2, seed=1):
    """Writes `<target>/pixels.bin` and `index.npz`; a share of the pictures gets a camera-like second copy."""
    target.mkdir(parents=True, exist_ok=True)
    pictures = [p for p in data.load_faces(folder, split) if p["file"].exists()][:limit]
    rng = np.random.default_rng(seed)
    twins = [i for i in range(len(pictures)) if rng.random() < degraded]
    order = list(range(len(pictures))) + twins
    shapes = [level_sizes(pictures[i]["size"], longest) for i in order]
    sizes = np.array([[h * w for h, w in levels] for levels in shapes])
    starts = np.concatenate([[0], sizes.ravel().cumsum()[:-1]]).reshape(sizes.shape)
    with open(target / "pixels.bin", "wb") as out:
        out.truncate(int(sizes.sum()) * 4)
    jobs = [(pictures[i]["file"], None if n < len(pictures) else [seed, i], shapes[n], int(starts[n, 0]),
             target / "pixels.bin") for n, i in enumerate(order)]
    with Pool(workers) as pool:
        for done, _ in enumerate(pool.imap_unordered(write_pyramid, jobs, 16)):
            if done % 2000 == 0:
                print(f"prepare {done}/{len(jobs)}", flush=True)
    save_index(target, [pictures[i] for i in order], len(pictures), shapes, starts, order)


def save_index(target, pictures, clean, shapes, starts, order):
    boxes = np.zeros((len(pictures), MOST_FACES, 6), np.float32)  # x0 y0 x1 y1 kind label; kind 1 face, 2 ignored
    for row, (picture, levels) in enumerate(zip(pictures, shapes)):
        scale = levels[0][0] / picture["size"][1]
        for i in range(min(len(picture["boxes"]), MOST_FACES)):
            boxes[row, i, :4] = picture["boxes"][i] * scale
            boxes[row, i, 4] = 2 if picture["ignored"][i] else 1
            boxes[row, i, 5] = picture["labels"][i]
    np.savez(target / "index.npz", boxes=boxes, shapes=np.array(shapes), starts=np.array(starts), order=order,
             clean=clean)
    (target / "index.json").write_text(json.dumps([p["source"] for p in pictures]))


class Store:
    """The prepared pictures in a device's memory."""

    def __init__(self, folder, device):
        folder = Path(folder)
        index = np.load(folder / "index.npz")
        pixels = np.memmap(folder / "pixels.bin", np.int32, "c")
        self.device = device
        self.pixels = torch.from_numpy(pixels).to(device)
        self.boxes = torch.from_numpy(index["boxes"]).to(device)
        self.shapes = torch.from_numpy(index["shapes"]).to(device).float()  # [n, levels, (h, w)]
        self.starts = torch.from_numpy(index["starts"]).to(device)
        self.order = torch.from_numpy(index["order"]).to(device)
        self.sources = json.loads((folder / "index.json").read_text())
        self.clean = int(index["clean"])

    def __len__(self):
        return len(self.sources)

    def weights(self, shares):
        """How often each picture is drawn, so that the sources have the given shares."""
        counts = {s: self.sources.count(s) for s in set(self.sources)}
        return torch.tensor([shares.get(s, 0.05) / counts[s] for s in self.sources], device=self.device)


def read_pixels(pixels, start, width, height, x, y):
    """Bilinear colours [b, 3, h, w] in 0...255 at positions (x, y) of packed pictures; grey outside them."""
    inside = (x >= 0) & (y >= 0) & (x <= width) & (y <= height)
    x, y = x - 0.5, y - 0.5
    x0, y0 = x.floor(), y.floor()
    fx, fy = x - x0, y - y0
    red = green = blue = 0.0
    for dy, wy in ((0, 1 - fy), (1, fy)):
        row = (y0 + dy).clamp(min=0).minimum(height - 1)
        for dx, wx in ((0, 1 - fx), (1, fx)):
            column = (x0 + dx).clamp(min=0).minimum(width - 1)
            packed, weight = pixels[start + (row * width + column).long()], wx * wy
            red = red + (packed & 255) * weight
            green = green + (packed >> 8 & 255) * weight
            blue = blue + (packed >> 16 & 255) * weight
    return torch.stack([torch.where(inside, colour, data.FILL) for colour in (red, green, blue)], 1)
