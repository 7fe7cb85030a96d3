"""Average precision on cases whose answer is known."""

import numpy as np
from pytest import approx

import evaluate
import mask_figures


def picture(boxes, labels=None, ignored=None, number=1):
    n = len(boxes)
    return {"id": number, "size": (200, 200), "boxes": np.array(boxes, np.float32).reshape(-1, 4),
            "labels": np.array(labels or [0] * n), "ignored": np.array(ignored or [False] * n)}


def test_perfect_and_half():
    truth = picture([[10, 10, 40, 50], [100, 100, 140, 150]])
    assert evaluate.average_precision([truth], [(truth["boxes"], np.array([0.9, 0.8]))]) == approx(1)
    half = evaluate.average_precision([truth], [(truth["boxes"][:1], np.array([0.9]))])
    assert abs(half - 51 / 101) < 1e-6


def test_regions_to_ignore_are_no_mistake():
    truth = picture([[10, 10, 40, 50], [100, 100, 140, 150]], ignored=[False, True])
    assert evaluate.average_precision([truth], [(truth["boxes"], np.array([0.8, 0.9]))]) == approx(1)


def test_heights_are_apart():
    truth = picture([[10, 10, 20, 22], [100, 100, 140, 180]])
    found = [(truth["boxes"][1:], np.array([0.9]))]
    assert evaluate.average_precision([truth], found, (64, 1e9)) == approx(1)
    assert evaluate.average_precision([truth], found, (0, 16)) == 0.0


def test_pipeline_scores_each_class():
    truth = picture([[10, 10, 40, 50], [100, 100, 140, 150], [10, 100, 50, 150]], labels=[1, 2, 3])
    found = [(truth["boxes"], np.array([0.9, 0.9, 0.9]))]
    order = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, 1.0, 0]])
    assert mask_figures.pipeline_figures([truth], found, [order])["map50"] == approx(1)


def test_the_pipeline_has_the_figures_the_program_has():
    """Tests/Fixtures/evaluation.json is what `maskwatch evaluate` is tested with; one rule, one figure."""
    import json
    from pathlib import Path

    import data
    import mask_figures
    fixture = json.loads((Path(__file__).parents[2] / "Tests" / "Fixtures" / "evaluation.json").read_text())
    category = {"face": data.FACE, "mask": data.MASK, "no_mask": data.NO_MASK, "incorrect": data.INCORRECT}
    pictures, found, probabilities = [], [], []
    for number, picture in enumerate(fixture["pictures"]):
        boxes = np.array([t["box"] for t in picture["truths"]], float).reshape(-1, 4)
        seen = np.array([f["box"] for f in picture["found"]], float).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        seen[:, 2:] += seen[:, :2]
        pictures.append({"id": number, "size": (1000, 1000), "boxes": boxes,
                         "labels": np.array([category[t["category"]] for t in picture["truths"]], int),
                         "ignored": np.array([t["crowd"] for t in picture["truths"]], bool)})
        found.append((seen, np.array([f["score"] for f in picture["found"]])))
        probabilities.append(np.array([[f["mask_scores"][label] for label in data.LABELS]
                                       for f in picture["found"]]).reshape(-1, 3))
    figures, expected = mask_figures.pipeline_figures(pictures, found, probabilities), fixture["expected"]
    assert abs(figures["map50"] - expected["map50"]) < 1e-3
    assert abs(evaluate.average_precision(pictures, found) - expected["ap50"]) < 1e-3
    for name, label in (("mask", 0), ("incorrect", 1), ("no_mask", 2)):
        assert abs(figures["ap50_by_class"][data.LABELS[label]] - expected["ap50_by_class"][name]) < 1e-3
