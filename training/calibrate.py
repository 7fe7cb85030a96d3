"""Temperature and the threshold of `unknown` for a classifier, from faces of `val`, clean and camera-like."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

import data
import face_crops
import mask_figures
import served
from train_classifier import calibrate


def faces(model, folders, least=12):
    parts = [mask_figures.on_true_boxes(model, data.load_faces(folder, split), least=least, **face_crops.LOOK)
             for folder, split in folders]
    return np.concatenate([p for p, _ in parts]), np.concatenate([labels for _, labels in parts])


def threshold(probabilities, labels, wanted=0.97, most_unknown=0.05):
    """The lowest probability above which the share `wanted` of the answers is right, but few faces stay unknown."""
    best, right = probabilities.max(1), probabilities.argmax(1) == labels
    for value in np.arange(0.4, 0.9, 0.01):
        known = best >= value
        if right[known].mean() >= wanted or (~known).mean() >= most_unknown:
            break
    return round(float(value), 2), float(right[known].mean()), float((~known).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--cctv", default="cache/cctv", help="folder with val-cctv, made by cctv.py --split val")
    parser.add_argument("--classifier", required=True)
    options = parser.parse_args()
    folders = [(data.require_data(options.data), "val")]
    if (Path(options.cctv) / "faces" / "val-cctv.json").exists():
        folders.append((Path(options.cctv), "val-cctv"))
    probabilities, labels = faces(served.Model(options.classifier), folders)
    logits = torch.from_numpy(np.log(probabilities + 1e-12))
    temperature = calibrate(logits, torch.from_numpy(labels))
    value, accuracy, unknown = threshold(mask_figures.softmax(logits.numpy(), temperature), labels)
    print(json.dumps({"temperature": round(temperature, 3), "unknown_below": value, "accuracy_when_known": accuracy,
                      "unknown": unknown, "faces": len(labels)}))


if __name__ == "__main__":
    main()
