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
