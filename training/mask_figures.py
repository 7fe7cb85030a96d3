"""The mask classifier's figures on true face boxes, and the whole pipeline's, as `maskwatch evaluate` defines them."""

import numpy as np

import data
import evaluate
import face_crops

STATES = {0: data.MASK, 1: data.INCORRECT, 2: data.NO_MASK}


def softmax(logits, temperature):
    z = np.asarray(logits) / temperature
    z = np.exp(z - z.max(-1, keepdims=True))
    return z / z.sum(-1, keepdims=True)


def classify(model, picture, boxes, margin, temperature, mirrored=False, batch=32):
    """Probabilities [n, labels] of the faces of a picture."""
    parts = [np.zeros((0, len(data.LABELS)))]
    for start in range(0, len(boxes), batch):
        crops = np.stack([face_crops.cut(picture, box, margin, 112) for box in boxes[start:start + batch]])
        logits = model(crops)[0].numpy()
        if mirrored:
            logits = (logits + model(np.ascontiguousarray(crops[:, :, ::-1]))[0].numpy()) / 2
        parts.append(softmax(logits, temperature))
    return np.concatenate(parts)


def on_true_boxes(model, pictures, margin=face_crops.MARGIN, temperature=1.0, least=16, mirrored=False):
    """Probabilities and labels of every labelled face whose shorter side has `least` pixels."""
    probabilities, labels = [np.zeros((0, len(data.LABELS)))], []
    for picture in pictures:
        sides = (picture["boxes"][:, 2:] - picture["boxes"][:, :2]).min(1, initial=1e9)
        rows = [i for i, label in enumerate(picture["labels"])
                if label != data.FACE and not picture["ignored"][i] and sides[i] >= least]
        if rows:
            probabilities.append(classify(model, data.read_picture(picture["file"]), picture["boxes"][rows], margin,
                                          temperature, mirrored))
            labels += [data.LABEL_OF_CATEGORY[int(picture["labels"][i])] for i in rows]
    return np.concatenate(probabilities), np.array(labels)


def accuracy_figures(probabilities, labels):
    guess = probabilities.argmax(1)
    recalls = [(guess[labels == label] == label).mean() for label in np.unique(labels)]
    confusion = [[int(((labels == a) & (guess == b)).sum()) for b in range(3)] for a in range(3)]
    return {"faces": len(labels), "accuracy": float((guess == labels).mean()),
            "balanced_accuracy": float(np.mean(recalls)), "confusion": confusion}


def pipeline_figures(pictures, found, probabilities):
    """AP50 of each mask class and their mean; a detection counts once for every class, by score times probability.

    Faces annotated without a mask label are regions to ignore here: nothing is known of their mask. The rule stands in
    docs/decisions/0005-map-of-the-pipeline.md; `maskwatch evaluate` follows it, too.
    """
    figures = {}
    for index, category in STATES.items():
        truth = []
        for picture in pictures:
            wanted = picture["labels"] == category
            unknown = (picture["labels"] == data.FACE) | picture["ignored"]
            keep = wanted | unknown
            truth.append({**picture, "boxes": picture["boxes"][keep], "labels": picture["labels"][keep],
                          "ignored": unknown[keep]})
        scored = [(boxes, scores * p[:, index]) for (boxes, scores), p in zip(found, probabilities)]
        if any((~t["ignored"]).any() for t in truth):
            figures[data.LABELS[index]] = evaluate.average_precision(truth, scored)
    return {"map50": float(np.mean(list(figures.values()))) if figures else None, "ap50_by_class": figures}
