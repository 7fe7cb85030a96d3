"""Cuts the faces out of the pictures once, with room to jitter, clean and camera-like, into one file."""

from multiprocessing import Pool

import numpy as np
from PIL import Image

import cctv
import data
import masks

STORED, ROOM = 160, 0.5  # a stored crop has the side max(w, h) * (1 + 2 * ROOM)
MARGIN = 0.25  # the crop rule of training
LOOK = {"margin": 0.15, "mirrored": True}  # the crop rule of the package, chosen on `val` (docs/benchmarks.md)
PAINTED = 3  # faces painted a picture without mask labels, at most
DOMAINS = {"clean": 0, "degraded": 1}


def cut(picture, box, margin, size):
    """The square around a box by the crop rule, scaled to `size`; what lies outside the picture is grey."""
    x0, y0, x1, y1 = [float(v) for v in box]
    side = max(x1 - x0, y1 - y0) * (1 + 2 * margin)
    left, top = (x0 + x1 - side) / 2, (y0 + y1 - side) / 2
    height, width = picture.shape[:2]
    pad = int(max(0, -left, -top, left + side - width, top + side - height)) + 2
    padded = np.pad(picture, ((pad, pad), (pad, pad), (0, 0)), constant_values=data.FILL)
    area = (left + pad, top + pad, left + side + pad, top + side + pad)
    return np.asarray(Image.fromarray(padded).resize((size, size), Image.BILINEAR, box=area))


def from_picture(job):
    """Worker: the labelled faces of one picture, or painted ones where it has no mask labels."""
    picture, seed, copies = job
    rng = np.random.default_rng([seed, picture["id"]])
    image = data.read_picture(picture["file"])
    sides = (picture["boxes"][:, 2:] - picture["boxes"][:, :2]).max(1, initial=0)
    rows = []
    labelled = [i for i, l in enumerate(picture["labels"]) if l != data.FACE and not picture["ignored"][i]]
    bare = [i for i, l in enumerate(picture["labels"])
            if l == data.FACE and sides[i] >= 28 and picture["source"] == "facecount" and not picture["ignored"][i]]
    rng.shuffle(bare)
    painted = {}
    for i in bare[:PAINTED]:
        painted[i] = int(rng.integers(3))
        if painted[i] != 2:
            image = masks.paint(image, picture["boxes"][i], painted[i] == 0, rng)
    for copy in range(1 + copies):
        seen = image if copy == 0 else cctv.degrade(image, rng)
        for i in labelled + list(painted):
            if sides[i] < 10:
                continue
            label = painted[i] if i in painted else data.LABEL_OF_CATEGORY[int(picture["labels"][i])]
            source = "painted" if i in painted else picture["source"]
            side = STORED / (1 + 2 * ROOM) * (1 + 2 * MARGIN)
            rows.append((cut(seen, picture["boxes"][i], ROOM, STORED), label, source, min(copy, 1), side, sides[i]))
    return rows


def from_crop(job):
    """Worker: one crop of others, clean and degraded; it fills most of the stored square, its edge is repeated."""
    crop, seed, copies = job
    rng = np.random.default_rng([seed, crop["label"], int(crop["file"].stem.split("-")[-1], 16)])
    image = data.read_picture(crop["file"])
    rows = []
    for copy in range(1 + copies):
        seen = Image.fromarray(image if copy == 0 else cctv.degrade(image, rng)).resize((128, 128), Image.BILINEAR)
        room = (STORED - 128) // 2
        stored = np.pad(np.asarray(seen), ((room, room), (room, room), (0, 0)), mode="edge")
        rows.append((stored, crop["label"], crop["source"], min(copy, 1), 124.0, max(image.shape[:2])))
    return rows


def prepare(folder, split, target, copies=1, limit=None, workers=2, seed=1):
    """Writes the crops of a split to `<target>.npz`."""
    pictures = [p for p in data.load_faces(folder, split) if p["file"].exists()][:limit]
    crops = [c for c in data.load_crops(folder, split) if c["file"].exists()][:limit]
    with Pool(workers) as pool:
        rows = [row for part in pool.imap(from_picture, [(p, seed, copies) for p in pictures], 16) for row in part]
        rows += [row for part in pool.imap(from_crop, [(c, seed, copies) for c in crops], 16) for row in part]
    pixels, labels, sources, degraded, views, sides = zip(*rows)
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez(target, pixels=np.stack(pixels), labels=labels, sources=sources, degraded=degraded,
             views=np.array(views, np.float32), sides=np.array(sides, np.float32))
    print(f"{len(rows)} crops in {target}", flush=True)
