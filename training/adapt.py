"""Domain adaptation by gradient reversal (Ganin and Lempitsky 2015)."""

import math

import torch
from torch import nn


class Reversal(torch.autograd.Function):
    """Passes features on and turns their gradient round."""

    @staticmethod
    def forward(context, x, strength):
        context.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(context, gradient):
        return -context.strength * gradient, None


class DomainCritic(nn.Module):
    """Guesses from features whether a crop is clean (source) or camera-like (target)."""

    def __init__(self, features=1280):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(features, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, 1))

    def forward(self, features, strength):
        return self.layers(Reversal.apply(features, strength))[:, 0]


def strength(progress):
    """The paper's schedule: from 0 to 1 as training goes on."""
    return 2 / (1 + math.exp(-10 * progress)) - 1


def domain_loss(critic, features, domains, progress):
    logits = critic(features.float(), strength(progress))
    return nn.functional.binary_cross_entropy_with_logits(logits, domains.float())
