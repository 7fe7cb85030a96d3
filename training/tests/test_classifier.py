"""The classifier's network, its calibration and the gradient reversal."""

import numpy as np
import torch

import adapt
import calibrate
import efficientnet
import mask_figures
from train_classifier import calibrate as temperature_of


def test_logits_of_any_batch():
    network = efficientnet.EfficientNet().eval()
    with torch.no_grad():
        assert network(torch.rand(2, 3, 112, 112) * 255).shape == (2, 3)


def test_reversal_turns_the_gradient():
    x = torch.ones(3, requires_grad=True)
    adapt.Reversal.apply(x, 0.5).sum().backward()
    assert torch.equal(x.grad, torch.full((3,), -0.5))
    assert adapt.strength(0) == 0 and 0.99 < adapt.strength(1) < 1


def test_temperature_cools_sure_guesses():
    torch.manual_seed(0)
    labels = torch.randint(0, 3, (600,))
    logits = torch.nn.functional.one_hot(labels, 3).float() + torch.randn(600, 3)
    assert abs(temperature_of(logits * 3, labels) / temperature_of(logits, labels) - 3) < 0.3


def test_threshold_of_unknown():
    probabilities = np.array([[0.9, 0.05, 0.05]] * 90 + [[0.5, 0.4, 0.1]] * 5)
    labels = np.array([0] * 90 + [1] * 5)
    value, right, unknown = calibrate.threshold(probabilities, labels)
    assert 0.5 <= value < 0.9 and right == 1.0 and 0.04 < unknown < 0.06


def test_confusion():
    figures = mask_figures.accuracy_figures(np.eye(3)[[0, 1, 1, 2]], np.array([0, 1, 0, 2]))
    assert figures["accuracy"] == 0.75 and figures["confusion"][0] == [1, 1, 0]
