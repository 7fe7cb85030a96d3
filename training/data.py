"""Finds the data sets, reads the annotations and decodes the pictures."""

import csv
import json
import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image

FACE, MASK, NO_MASK, INCORRECT = 0, 1, 2, 3
LABELS = ["mask_worn_correctly", "mask_worn_incorrectly", "without_mask"]
LABEL_OF_CATEGORY = {MASK: 0, INCORRECT: 1, NO_MASK: 2}
SOURCES = ["facecount", "ilc2021", "kaggle853", "macwinwin", "ece342grey", "maskon"]
FILL = 114


def data_folder(given=None):
    """The data sets' folder: the option, `MASKWATCH_DATA`, or `../shared/datasets` beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "datasets"
    return Path(given or os.environ.get("MASKWATCH_DATA") or beside)


def require_data(given=None, split="train"):
    """As `data_folder`, but ends the program with a clear line when the data sets are absent."""
    folder = data_folder(given)
    if not (folder / "faces" / f"{split}.json").exists():
        print(f"skipped: no data sets in {folder} (give --data or MASKWATCH_DATA)")
        sys.exit(0)
    return folder


def load_faces(folder, split):
    """Every picture of a split: `file`, `source`, `size` (w, h), `boxes` [n, 4] x0 y0 x1 y1, `labels`, `ignored`."""
    coco = json.loads((folder / "faces" / f"{split}.json").read_text())
    pictures = {}
    for image in coco["images"]:
        pictures[image["id"]] = {
            "id": image["id"], "file": folder / "faces" / image.get("folder", split) / image["file_name"],
            "source": image.get("source", ""), "size": (image["width"], image["height"]),
            "boxes": [], "labels": [], "ignored": []}
    for annotation in coco["annotations"]:
        x, y, w, h = annotation["bbox"]
        picture = pictures[annotation["image_id"]]
        picture["boxes"].append((x, y, x + w, y + h))
        picture["labels"].append(annotation["category_id"])
        picture["ignored"].append(bool(annotation.get("iscrowd", 0)))
    for picture in pictures.values():
        picture["boxes"] = np.array(picture["boxes"], np.float32).reshape(-1, 4)
        picture["labels"] = np.array(picture["labels"], np.int64)
        picture["ignored"] = np.array(picture["ignored"], bool)
    return list(pictures.values())


def load_crops(folder, split):
    """The face crops of others: `file`, `label` (index into LABELS), `source`."""
    label = {"mask": 0, "no_mask": 2}
    with open(folder / "crops.csv", newline="") as rows:
        return [{"file": folder / "crops" / row["file"], "label": label[row["label"]], "source": row["source"]}
                for row in csv.DictReader(rows) if row["split"] == split]


def read_picture(path):
    """A picture as RGB uint8 [h, w, 3]."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def letterbox(picture, longest, multiple=32, enlarge=None):
    """Scales a picture to `longest`, top left on grey, sides a multiple of 32; returns it and the scale.

    `enlarge` is the largest scale: a small picture is not blown up further.
    """
    height, width = picture.shape[:2]
    scale = min(longest / max(height, width), enlarge or float("inf"))
    h, w = max(1, round(height * scale)), max(1, round(width * scale))
    scaled = np.asarray(Image.fromarray(picture).resize((w, h), Image.BILINEAR))
    canvas = np.full((-(-h // multiple) * multiple, -(-w // multiple) * multiple, 3), FILL, np.uint8)
    canvas[:h, :w] = scaled
    return canvas, scale
