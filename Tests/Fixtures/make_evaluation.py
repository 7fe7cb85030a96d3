"""Makes annotations, findings and what pycocotools says of them (needs pycocotools 2.0.11 and numpy from PyPI):

    python3 Tests/Fixtures/make_evaluation.py Tests/Fixtures/evaluation.json

Areas are set to the height squared, so that pycocotools' area ranges choose by height.
"""

import contextlib
import io
import json
import sys
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

CLASSES = {"mask": "mask_worn_correctly", "no_mask": "without_mask", "incorrect": "mask_worn_incorrectly"}
HEIGHTS = {"0-16": (0, 16), "16-32": (16, 32), "32-64": (32, 64), "64+": (64, 1e5)}


def picture(rng):
    truths, found = [], []
    for _ in range(rng.integers(0, 9)):
        height = float(np.exp(rng.uniform(np.log(6), np.log(120))))
        box = [float(v) for v in (*rng.uniform(0, 500, 2), height * rng.uniform(0.7, 1), height)]
        category = str(rng.choice(["face", "mask", "no_mask", "incorrect"]))
        crowd = bool(rng.random() < 0.1)
        truths.append({"box": box, "category": category, "crowd": crowd})
        for _ in range(rng.choice([0, 1, 1, 1, 2, 4] if crowd else [0, 1, 1, 1, 2])):
            moved = [b + float(rng.normal(0, 0.09)) * height for b in box]
            scores = rng.dirichlet([6 if c == category else 1 for c in CLASSES])
            found.append({"box": [moved[0], moved[1], max(2, moved[2]), max(2, moved[3])], "score": float(rng.beta(5, 2)),
                          "mask_scores": {CLASSES[c]: float(s) for c, s in zip(CLASSES, scores)}})
    for _ in range(rng.integers(0, 4)):
        size = float(rng.uniform(5, 90))
        found.append({"box": [*map(float, rng.uniform(0, 500, 2)), size, size], "score": float(rng.beta(2, 4)),
                      "mask_scores": dict(zip(CLASSES.values(), map(float, rng.dirichlet([1, 1, 1]))))})
    return {"truths": truths, "found": found}


def precision(truths, found, overlaps, heights=(0, 1e5)):
    """`truths` and `found` list, for each picture, (box, crowd) and (box, score)."""
    annotations = [{"image_id": i, "category_id": 1, "bbox": box, "area": box[3] ** 2, "iscrowd": int(crowd)}
                   for i, boxes in enumerate(truths) for box, crowd in boxes]
    results = [{"image_id": i, "category_id": 1, "bbox": box, "score": score}
               for i, boxes in enumerate(found) for box, score in boxes]
    for number, annotation in enumerate(annotations, 1):
        annotation["id"] = number
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {"images": [{"id": i} for i in range(len(truths))], "annotations": annotations,
                        "categories": [{"id": 1, "name": "face"}]}
        coco.createIndex()
        detections = coco.loadRes(results)
        for annotation in detections.dataset["annotations"]:  # loadRes has set the area to width times height
            annotation["area"] = annotation["bbox"][3] ** 2
        run = COCOeval(coco, detections, "bbox")
        run.params.iouThrs = np.array(overlaps)
        run.params.areaRng, run.params.areaRngLbl = [[heights[0] ** 2, heights[1] ** 2 - 1e-6]], ["all"]
        run.params.maxDets = [1000]
        run.evaluate()
        run.accumulate()
    values = run.eval["precision"]
    return float(values[values > -1].mean())


def main(path):
    rng = np.random.default_rng(20)
    pictures = [picture(rng) for _ in range(40)]
    truths = [[(t["box"], t["crowd"]) for t in p["truths"]] for p in pictures]
    found = [[(f["box"], f["score"]) for f in p["found"]] for p in pictures]
    expected = {"ap50": precision(truths, found, [0.5]), "ap": precision(truths, found, np.linspace(0.5, 0.95, 10)),
                "ap50_by_height": {n: precision(truths, found, [0.5], h) for n, h in HEIGHTS.items()},
                "ap50_by_class": {}}
    for name, state in CLASSES.items():
        known = [[(t["box"], t["crowd"] or t["category"] == "face") for t in p["truths"]
                  if t["crowd"] or t["category"] in ("face", name)] for p in pictures]
        scored = [[(f["box"], f["score"] * f["mask_scores"][state]) for f in p["found"]] for p in pictures]
        expected["ap50_by_class"][name] = precision(known, scored, [0.5])
    expected["map50"] = float(np.mean(list(expected["ap50_by_class"].values())))
    path.write_text(json.dumps({"pictures": pictures, "expected": expected}) + "\n")


main(Path(sys.argv[1]))
