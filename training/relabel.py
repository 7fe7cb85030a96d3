"""Self-training: a half-trained network looks for faces the annotators missed in the training pictures.

Sure finds become faces, unsure ones regions to ignore; labelled faces stay as they are.
"""

import argparse
import os
from pathlib import Path

import torch

import darknet
import data
import detect
import detector_loss
import store
from progress import pick_device

SURE, UNSURE = 0.60, 0.25
CROWDED = ("ilc2021", "kaggle853", "macwinwin")  # the sources known to miss faces


@torch.no_grad()
def find(network, pictures, row, longest=800):
    """The network's detections in a stored picture, in the stored picture's pixels."""
    level = 0
    height, width = [int(side) for side in pictures.shapes[row, level]]
    start = int(pictures.starts[row, level])
    packed = pictures.pixels[start:start + height * width].view(height, width).to(next(network.parameters()).device)
    x = torch.stack([packed & 255, packed >> 8 & 255, packed >> 16 & 255]).float()[None]
    scale = longest / max(height, width)
    x = torch.nn.functional.interpolate(x, scale_factor=scale, mode="bilinear", antialias=scale < 1)
    pad = torch.full((1, 3, -(-x.shape[2] // 32) * 32, -(-x.shape[3] // 32) * 32), float(data.FILL), device=x.device)
    pad[:, :, :x.shape[2], :x.shape[3]] = x
    with torch.autocast(pad.device.type, torch.bfloat16):
        raw = network((pad / 255).to(memory_format=torch.channels_last))
    boxes, scores = detect.suppress(*detect.decode_heads(raw, network.heads, UNSURE))
    return (boxes / scale).to(pictures.device), scores.to(pictures.device)


@torch.no_grad()
def missed(network, pictures):
    """For every clean picture the boxes no annotation overlaps: rows (picture, x0, y0, x1, y1, kind)."""
    rows = []
    for row in range(pictures.clean):
        if pictures.sources[row] not in CROWDED:
            continue
        boxes, scores = find(network, pictures, row)
        known = pictures.boxes[row]
        known = known[known[:, 4] > 0, :4]
        if len(boxes) and len(known):
            overlap = detector_loss.iou(boxes[:, None].expand(-1, len(known), 4), known[None].expand(len(boxes), -1, 4))
            free = overlap.amax(1) < 0.3
            boxes, scores = boxes[free], scores[free]
        for box, score in zip(boxes.tolist(), scores.tolist()):
            rows.append([row, *box, 1 if score >= SURE else 2])
    return torch.tensor(rows).view(-1, 6)


def add(pictures, rows):
    """Adds the found faces to the pictures and to their degraded twins."""
    rows = rows.to(pictures.device)
    for i in range(len(pictures)):
        mine = rows[rows[:, 0] == pictures.order[i]] if len(rows) else rows
        free = torch.nonzero(pictures.boxes[i, :, 4] == 0)[:len(mine), 0]
        pictures.boxes[i, free, :5] = mine[:len(free), 1:]


def take(options, pictures):
    """Adds the found faces once another process has written them; True when there is nothing left to wait for."""
    if not options.labels:
        return True
    if not Path(options.labels).exists():
        return False
    found = torch.load(options.labels)
    add(pictures, found)
    sure = int((found[:, 5] == 1).sum())
    print(f"relabelled: {sure} faces added, {len(found) - sure} regions ignored", flush=True)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cfg", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--prepared", default="cache/train")
    parser.add_argument("--out", required=True)
    parser.add_argument("--device")
    options = parser.parse_args()
    network = darknet.load(options.cfg, options.weights, pick_device(options.device))
    torch.save(missed(network, store.Store(options.prepared, "cpu")), f"{options.out}.new")
    os.replace(f"{options.out}.new", options.out)


if __name__ == "__main__":
    main()
