"""A package's own network can be trained on: the weights read back answer as the package does."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import darknet
import export
import package
import recover
import served

CFG = Path(__file__).resolve().parents[1] / "cfg"
PICTURE = package.golden_picture(96, 160)


def answers(network):
    with torch.no_grad():
        return [r.numpy() for r in export.Detector(network)(torch.from_numpy(PICTURE).permute(2, 0, 1)[None].float())]


def trained(cfg):
    """A network whose normalisation has something to say, as after training."""
    torch.manual_seed(3)
    network = darknet.Network(cfg)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.1)
            layer.running_var.uniform_(0.5, 1.5)
            layer.bias.data.normal_(0, 0.1)
    return network.eval()


@pytest.mark.parametrize("form", ["onnx", "openvino"])
def test_weights_read_back_give_the_same_answers(form, tmp_path):
    network = trained(CFG / "face-fast.cfg")
    exported = export.Detector(network)
    if form == "onnx":
        export.to_onnx(exported, tmp_path / "model.onnx")
    else:
        export.save_openvino(export.with_bytes(export.to_openvino(exported)), tmp_path / "model.xml")
    again = recover.recover(CFG / "face-fast.cfg", tmp_path, [PICTURE])
    for before, after in zip(answers(network), answers(again)):
        assert np.abs(before - after).max() < (2e-2 if form == "onnx" else 1e-3)


@pytest.mark.parametrize("name", ["face-fast", "face-accurate"])
def test_a_shipped_package_can_be_trained_on(name):
    folder = package.PACKAGES / name / "1"
    network = recover.recover(CFG / f"{name}.cfg", folder, [PICTURE])
    heads, model = network.heads, served.Model(folder / "model.xml")
    objectness = [package.objectness([torch.from_numpy(v) if isinstance(v, np.ndarray) else v for v in raw], heads)
                  for raw in (answers(network), model(PICTURE[None]))]
    for ours, theirs in zip(*objectness):
        assert (ours.sigmoid() - theirs.sigmoid()).abs().max() < 0.1  # INT8 rounds what flows, too


def test_training_begins_where_the_package_stands():
    """In training the normalisation uses the batch's statistics; on the same pictures that changes nothing."""
    pictures = [PICTURE, PICTURE[::-1]]
    network = recover.recover(CFG / "face-fast.cfg", package.PACKAGES / "face-fast" / "1", pictures)
    batch = torch.stack([torch.from_numpy(p.copy()).permute(2, 0, 1) for p in pictures]).float() / 255
    with torch.no_grad():
        still = network.eval()(batch)
        moving = network.train()(batch)
    for a, b in zip(still, moving):
        assert (a - b).abs().max() < 1e-2


def test_a_package_of_another_network_is_refused():
    with pytest.raises(ValueError, match="layer"):
        recover.network(CFG / "face-accurate.cfg", package.PACKAGES / "face-fast" / "1")
