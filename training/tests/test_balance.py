"""Scores of the anchors are made comparable, in the weights alone."""

from pathlib import Path

import numpy as np
import pytest
import torch

import balance
import darknet
import detect
import export
import package
import served

CFG = Path(__file__).resolve().parents[1] / "cfg" / "face-fast.cfg"


def drawn(shifts, steep=1.0, count=6000):
    """Detections of which so many are right as the logits say once they are shifted."""
    generator = torch.Generator().manual_seed(4)
    anchors = torch.randint(0, len(shifts), (count,), generator=generator)
    logits = torch.randn(count, generator=generator).double() * 2
    right = torch.rand(count, generator=generator) < (steep * (logits + torch.tensor(shifts)[anchors])).sigmoid()
    return logits, anchors, right.double()


@pytest.mark.parametrize("steep", [0.7, 1.0, 1.5])
def test_shifts_bring_the_scores_to_what_is_right(steep):
    shifts = balance.fit(*drawn([-1.0, 0.0, 1.0], steep), 3)
    assert abs(shifts[1] - shifts[0] - 1) < 0.15 and abs(shifts[2] - shifts[1] - 1) < 0.15


def test_as_many_detections_stay_above_the_threshold():
    logits, anchors, right = drawn([-2.0, 0.5])
    shifts = balance.fit(logits, anchors, right, 2, threshold=0.4)
    counts = [int((values.sigmoid() > 0.4).sum()) for values in (logits, logits + shifts[anchors])]
    assert abs(counts[0] - counts[1]) <= 2


def test_an_anchor_that_was_never_seen_is_moved_by_little():
    logits, _, right = drawn([0.0])
    shifts = balance.fit(logits, torch.zeros(len(logits)).long(), right, 2)
    assert shifts.abs().max() < 0.2


@pytest.mark.parametrize("form", ["fp32", "int8", "onnx"])
def test_only_the_objectness_changes_and_by_as_much(form, tmp_path):
    folder = export_small(tmp_path / "before", form)
    shifts = [np.arange(3, dtype=np.float32) + index for index in range(3)]
    balance.write(folder, tmp_path / "after", shifts)
    name = "model.onnx" if form == "onnx" else "model.xml"
    picture = package.golden_picture(64, 96)[None]
    before, after = (served.Model(at / name)(picture) for at in (folder, tmp_path / "after"))
    for one, two, shift in zip(before, after, shifts):
        planes, changed = one.view(3, 5, -1), two.view(3, 5, -1)
        wanted = planes[:, 4] + torch.from_numpy(shift)[:, None]
        assert torch.allclose(changed[:, 4], wanted, atol=1e-3)
        assert torch.allclose(changed[:, :4], planes[:, :4], atol=1e-4)


def export_small(folder, form):
    torch.manual_seed(1)
    folder.mkdir()
    detector = export.Detector(darknet.Network(CFG))
    if form == "onnx":
        export.to_onnx(detector, folder / "model.onnx")
        return folder
    model = export.to_openvino(detector)
    if form == "int8":
        model = export.quantise(model, [package.golden_picture(64, 96)])
    export.save_openvino(export.with_bytes(model), folder / "model.xml")
    return folder


def test_each_box_knows_its_anchor():
    torch.manual_seed(2)
    network = darknet.Network(CFG).eval()
    with torch.no_grad():
        raw = network(torch.rand(1, 3, 64, 64))
    boxes, _ = detect.decode_heads(raw, network.heads, 0.2)
    numbers = detect.anchors_of(raw, network.heads, 0.2)
    assert len(boxes) == len(numbers)
    anchors = np.concatenate([head.anchors for head in network.heads])
    sizes = (boxes[:, 2:] - boxes[:, :2]).numpy() / anchors[numbers.numpy()]
    assert (np.abs(np.log(sizes)) < 0.4).all() and sorted(set(numbers.tolist())) == list(range(9))
