"""Average precision by pycocotools, the mask figures, and the pipeline's, as `maskwatch evaluate` defines them."""

import contextlib
import io

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

HEIGHTS = {"0-16": (0, 16), "16-32": (16, 32), "32-64": (32, 64), "64+": (64, 1e9)}


def as_coco(pictures, keep=lambda label: 0):
    """Ground truth for pycocotools; `keep` maps a label to a category or None."""
    images, annotations = [], []
    for picture in pictures:
        images.append({"id": picture["id"], "width": picture["size"][0], "height": picture["size"][1]})
        for box, label, ignored in zip(picture["boxes"], picture["labels"], picture["ignored"]):
            category = 0 if ignored else keep(int(label))
            if category is None:
                continue
            x, y, w, h = box[0], box[1], box[2] - box[0], box[3] - box[1]
            annotations.append({"id": len(annotations) + 1, "image_id": picture["id"], "category_id": category,
                                "bbox": [float(x), float(y), float(w), float(h)], "area": float(h * h),
                                "iscrowd": int(ignored)})
    return images, annotations


def average_precision(pictures, found, bounds=(0, 1e9), ious=(0.5,)):
    """AP over all faces; `found` lists (boxes, scores) per picture. Heights out of `bounds` are ignored.

    Areas are set to height squared so that pycocotools' area ranges select by height.
    """
    images, annotations = as_coco(pictures)
    results = [{"image_id": p["id"], "category_id": 0, "score": float(s), "area": float((b[3] - b[1]) ** 2),
                "bbox": [float(b[0]), float(b[1]), float(b[2] - b[0]), float(b[3] - b[1])]}
               for p, (boxes, scores) in zip(pictures, found) for b, s in zip(boxes, scores)]
    if not results or not annotations:
        return 0.0
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {"images": images, "annotations": annotations, "categories": [{"id": 0, "name": "face"}]}
        truth.createIndex()
        detections = truth.loadRes(results)
        for annotation, result in zip(detections.dataset["annotations"], results):
            annotation["area"] = result["area"]
        evaluation = COCOeval(truth, detections, "bbox")
        evaluation.params.iouThrs = np.array(ious)
        evaluation.params.areaRng = [[bounds[0] ** 2, bounds[1] ** 2 - 1e-6]]
        evaluation.params.areaRngLbl = ["all"]
        evaluation.params.maxDets = [1000]
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"]
    valid = precision[precision > -1]
    return float(valid.mean()) if len(valid) else 0.0


def detector_figures(pictures, found):
    figures = {"ap50": average_precision(pictures, found)}
    for name, bounds in HEIGHTS.items():
        figures[f"ap50_{name}"] = average_precision(pictures, found, bounds)
    return figures


def matches(picture, boxes, scores, overlap=0.5):
    """(score, right) of every detection that counts, best first, each face taken once; and the number of faces."""
    wanted = picture["boxes"][~picture["ignored"]]
    ignored = picture["boxes"][picture["ignored"]]
    free, rows = np.ones(len(wanted), bool), []
    for box, score in zip(boxes, scores):
        shares = overlaps(box, wanted) * free
        if len(shares) and shares.max() >= overlap:
            free[shares.argmax()] = False
            rows.append((score, True))
        elif not (len(ignored) and overlaps(box, ignored).max() >= 0.3):
            rows.append((score, False))
    return rows, len(wanted)


def overlaps(box, others):
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    inter = (high - low).clip(0).prod(1)
    return inter / ((box[2:] - box[:2]).prod() + (others[:, 2:] - others[:, :2]).prod(1) - inter + 1e-9)


def best_threshold(pictures, found):
    """The score with the best F1, and precision and recall there."""
    rows, faces = [], 0
    for picture, (boxes, scores) in zip(pictures, found):
        part, count = matches(picture, boxes, scores)
        rows, faces = rows + part, faces + count
    rows.sort(key=lambda row: -row[0])
    right = np.cumsum([good for _, good in rows])
    precision, recall = right / np.arange(1, len(rows) + 1), right / max(1, faces)
    best = int(np.argmax(2 * precision * recall / np.maximum(precision + recall, 1e-9)))
    return {"score": float(rows[best][0]), "precision": float(precision[best]), "recall": float(recall[best])}
