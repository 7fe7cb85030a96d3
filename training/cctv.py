"""Makes pictures look as if they came through a security camera.

The streaming cracks are the real thing: the picture becomes a short moving clip, H.264 at a low bitrate,
packets are dropped or damaged, and what the decoder makes of the rest is the new picture.
"""

import argparse
import io
import json
from fractions import Fraction
from multiprocessing import Pool
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image, ImageDraw

import data

av.logging.set_level(av.logging.PANIC)


def encode(frames, rng):
    """The frames as H.264 access units; a low bitrate leaves blocks and smears detail."""
    height, width = frames[0].shape[:2]
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.time_base = Fraction(1, 25)
    codec.thread_count = 1
    codec.options = {"preset": "ultrafast" if rng.random() < 0.5 else "veryfast", "tune": "zerolatency",
                     "crf": str(int(rng.integers(28, 42))),
                     "x264-params": f"slices={int(rng.integers(1, 5))}:threads=1"}
    packets = []
    for frame in frames:
        packets += codec.encode(av.VideoFrame.from_ndarray(frame, format="rgb24"))
    return [bytes(packet) for packet in packets + codec.encode(None)]


def damage(packets, rng, loss):
    """Drops or cuts packets after the first (key) one."""
    kept = [packets[0]]
    for packet in packets[1:]:
        draw = rng.random()
        if draw < loss / 2:
            continue
        if draw < loss and len(packet) > 64:
            start = int(rng.integers(32, len(packet)))
            packet = packet[:start] + bytes(rng.integers(0, 256, min(40, len(packet) - start), np.uint8)) \
                + packet[start + 40:]
        kept.append(packet)
    return kept


def decode(packets):
    """The last picture a tolerant decoder gets out of the packets, or None."""
    codec = av.CodecContext.create("h264", "r")
    codec.thread_count = 1
    codec.options = {"flags": "+output_corrupt", "ec": "guess_mvs+deblock"}
    last = None
    for packet in packets + [None]:
        try:
            for frame in codec.decode(av.Packet(packet) if packet is not None else None):
                last = frame
        except av.error.FFmpegError:
            continue
    return None if last is None else last.to_ndarray(format="rgb24")


def stream(picture, rng, loss=0.35):
    """The picture as the last frame of a short, moving, damaged H.264 clip of the same size."""
    height, width = picture.shape[:2]
    even = picture[:max(16, height // 2 * 2), :max(16, width // 2 * 2)]
    if even.shape[0] % 2 or even.shape[1] % 2 or min(even.shape[:2]) < 32:
        return picture
    count = int(rng.integers(2, 5))
    step = rng.integers(-3, 4, 2)
    frames = [np.roll(even, tuple(step * (count - 1 - i)), (0, 1)) for i in range(count)]
    decoded = decode(damage(encode(frames, rng), rng, loss if rng.random() < 0.6 else 0))
    if decoded is None or decoded.shape != even.shape:
        return picture
    out = picture.copy()
    out[:even.shape[0], :even.shape[1]] = decoded
    return out


def lower_resolution(picture, rng):
    height, width = picture.shape[:2]
    factor = rng.uniform(0.4, 0.9)
    image = Image.fromarray(picture)
    small = image.resize((max(8, int(width * factor)), max(8, int(height * factor))), Image.BILINEAR)
    return np.asarray(small.resize((width, height), Image.BICUBIC if rng.random() < 0.5 else Image.BILINEAR))


def low_light(picture, rng):
    dark = (picture / 255.0) ** rng.uniform(1.2, 2.2) * rng.uniform(0.35, 0.9)
    dark += rng.normal(0, rng.uniform(0.005, 0.04), picture.shape)
    return (dark.clip(0, 1) * 255).astype(np.uint8)


def infrared(picture, rng):
    """Grey with the washed-out look of infrared lamps: bright in the middle, dark at the edges."""
    grey = picture @ np.array([0.5, 0.4, 0.1])
    height, width = grey.shape
    y, x = np.mgrid[-1:1:height * 1j, -1:1:width * 1j]
    lamp = 1.15 - rng.uniform(0, 0.5) * (x * x + y * y)
    return np.repeat((grey * lamp).clip(0, 255).astype(np.uint8)[..., None], 3, 2)


def motion_blur(picture, rng):
    length, angle = int(rng.integers(3, 8)), rng.uniform(0, np.pi)
    total = np.zeros(picture.shape, np.float32)
    for i in range(length):
        t = i - length // 2
        total += np.roll(picture, (round(t * np.sin(angle)), round(t * np.cos(angle))), (0, 1))
    return (total / length).astype(np.uint8)


def time_stamp(picture, rng):
    image = Image.fromarray(picture)
    size = max(8, picture.shape[0] // int(rng.integers(18, 30)))
    day, clock = (rng.integers(1, 13), rng.integers(1, 29)), (rng.integers(24), rng.integers(60))
    text = f"2026-{day[0]:02d}-{day[1]:02d} {clock[0]:02d}:{clock[1]:02d} CAM{rng.integers(1, 33)}"
    draw = ImageDraw.Draw(image)
    draw.text((4, 2 if rng.random() < 0.7 else picture.shape[0] - size * 1.4), text, fill="white", font_size=size,
              stroke_width=1, stroke_fill="black")
    return np.asarray(image)


def jpeg(picture, rng):
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=int(rng.integers(25, 75)))
    return np.asarray(Image.open(buffer))


def degrade(picture, rng):
    """One camera's faults, in the order in which light, lens, sensor, codec and network add them. Boxes stay."""
    steps = [(0.25, low_light), (0.2, infrared), (0.25, motion_blur), (0.4, lower_resolution), (0.4, time_stamp),
             (0.85, stream), (0.3, jpeg)]
    for chance, step in steps:
        if rng.random() < chance:
            picture = step(picture, rng)
    return picture


def warp(picture, boxes, rng):
    """Turns the picture a little and bends it as a wide lens does; the boxes follow (ellipses in boxes)."""
    height, width = picture.shape[:2]
    angle = np.radians(rng.uniform(-8, 8)) if rng.random() < 0.5 else 0.0
    bend = rng.uniform(0.03, 0.15) if rng.random() < 0.3 else 0.0
    if not angle and not bend:
        return picture, boxes
    centre, radius = np.array([width, height]) / 2, np.hypot(width, height) / 2
    cos, sin = np.cos(angle), np.sin(angle)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    dx, dy = x + 0.5 - centre[0], y + 0.5 - centre[1]
    factor = 1 + bend * (dx * dx + dy * dy) / radius ** 2
    sx, sy = factor * (cos * dx + sin * dy) + centre[0], factor * (cos * dy - sin * dx) + centre[1]
    out = cv2.remap(picture, (sx - 0.5).astype(np.float32), (sy - 0.5).astype(np.float32), cv2.INTER_LINEAR,
                    borderValue=(data.FILL,) * 3)
    return out, warp_boxes(boxes, centre, radius, bend, cos, sin)


def warp_boxes(boxes, centre, radius, bend, cos, sin):
    """Where `warp` puts the ellipse inside each box."""
    turns = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    middle, half = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]) / 2
    points = middle[:, None] + half[:, None] * np.stack([np.cos(turns), np.sin(turns)], -1) - centre
    points = np.stack([cos * points[..., 0] - sin * points[..., 1], cos * points[..., 1] + sin * points[..., 0]], -1)
    source = np.linalg.norm(points, axis=-1, keepdims=True)
    target = source.copy()
    for _ in range(20):  # inverts r -> r * (1 + bend * (r / radius)^2)
        target = source / (1 + bend * (target / radius) ** 2)
    points = points * (target / np.maximum(source, 1e-6)) + centre
    return np.concatenate([points.min(1), points.max(1)], 1).astype(np.float32).reshape(-1, 4)


def make_picture(job):
    """Worker of `make_split`: writes one degraded picture, returns its boxes."""
    picture, folder, seed = job
    rng = np.random.default_rng([seed, picture["id"]])
    image, boxes = warp(data.read_picture(picture["file"]), picture["boxes"], rng)
    image = degrade(image, rng)
    width, height = picture["size"]
    boxes[:, 0::2] = boxes[:, 0::2].clip(0, width)
    boxes[:, 1::2] = boxes[:, 1::2].clip(0, height)
    name = picture["file"].stem + ".png"
    Image.fromarray(image).save(folder / name, compress_level=3)
    return name, boxes


def make_split(source, target, split, seed, workers):
    """The degraded copy of `split` as the split `<split>-cctv` of a data folder of its own."""
    pictures = data.load_faces(source, split)
    folder = target / "faces" / f"{split}-cctv"
    folder.mkdir(parents=True, exist_ok=True)
    coco = {"images": [], "annotations": [], "categories": json.loads(
        (source / "faces" / f"{split}.json").read_text())["categories"]}
    with Pool(workers) as pool:
        made = pool.imap(make_picture, [(p, folder, seed) for p in pictures], 8)
        for picture, (name, boxes) in zip(pictures, made):
            width, height = picture["size"]
            coco["images"].append({"id": picture["id"], "file_name": name, "width": width, "height": height,
                                   "source": picture["source"]})
            for box, label, ignored in zip(boxes, picture["labels"], picture["ignored"]):
                x, y, w, h = [float(round(v, 1)) for v in (*box[:2], box[2] - box[0], box[3] - box[1])]
                if w < 1 or h < 1:
                    continue
                coco["annotations"].append({
                    "id": len(coco["annotations"]) + 1, "image_id": picture["id"], "category_id": int(label),
                    "bbox": [x, y, w, h], "area": w * h, "iscrowd": int(ignored)})
    (target / "faces" / f"{split}-cctv.json").write_text(json.dumps(coco))
    print(f"{len(coco['images'])} pictures, {len(coco['annotations'])} faces in {folder}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--out", default="cache/cctv")
    parser.add_argument("--split", default="test")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    make_split(data.require_data(options.data), Path(options.out), options.split, options.seed, options.workers)


if __name__ == "__main__":
    main()
