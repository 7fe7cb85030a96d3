"""Boxes, their overlap, and that the loss pulls a network towards a face."""

import torch

import detector_loss
from darknet import Head

HEAD = {"anchors": "8,8, 16,16, 32,32", "mask": "0,1,2", "classes": "1", "scale_x_y": "2.0"}


def test_decode_follows_the_package_format():
    head = Head(HEAD, 8)
    box = detector_loss.decode(torch.zeros(5), torch.tensor([2.0, 3.0]), torch.tensor([16.0, 8.0]), head)
    # sigmoid(0) * 2 - 0.5 = 0.5: the middle of the cell.
    assert torch.allclose(box, torch.tensor([12.0, 24.0, 28.0, 32.0]))


def test_overlap():
    a, b = torch.tensor([0.0, 0, 10, 10]), torch.tensor([5.0, 0, 15, 10])
    assert torch.isclose(detector_loss.iou(a, b), torch.tensor(1 / 3))
    assert detector_loss.iou(a, b, True) < 1 / 3
    assert torch.isclose(detector_loss.iou(a, a, True), torch.tensor(1.0))


def test_training_finds_the_face():
    torch.manual_seed(0)
    head = Head(HEAD, 8)
    raw = torch.zeros(1, 18, 8, 8, requires_grad=True)
    optimiser = torch.optim.Adam([raw], 0.1)
    faces = torch.tensor([[0.0, 20, 20, 36, 40]])
    for _ in range(150):
        boxes, objectness = detector_loss.detector_loss([raw], [head], faces, torch.zeros(0, 5))
        optimiser.zero_grad()
        (boxes + objectness).backward()
        optimiser.step()
    import detect
    found, scores = detect.suppress(*detect.decode_heads([raw.detach()], [head], 0.5))
    assert len(found) == 1
    assert detector_loss.iou(found[0], faces[0, 1:]) > 0.9


def test_regions_to_ignore_cost_nothing():
    head = Head(HEAD, 8)
    raw = torch.zeros(1, 18, 8, 8)
    everything = torch.tensor([[0.0, -8, -8, 80, 80]])
    _, free = detector_loss.detector_loss([raw], [head], torch.zeros(0, 5), torch.zeros(0, 5))
    _, ignored = detector_loss.detector_loss([raw], [head], torch.zeros(0, 5), everything)
    assert free > 100 and ignored == 0


def test_two_faces_share_no_cell():
    head = Head(HEAD, 8)
    faces = torch.tensor([[0.0, 16, 16, 32, 32], [0.0, 17, 16, 33, 32]])
    keys, geometry, fits = detector_loss.candidates(faces, [(1, 3, 8, 8)], [head])
    values = torch.zeros(*keys.shape, 6)
    _, _, key = detector_loss.assign(faces, values, detector_loss.decode_at(values, geometry), keys, fits)
    assert len(key) == len(key.unique()) > 0
