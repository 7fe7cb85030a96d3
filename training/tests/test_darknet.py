"""The `.cfg` reader: our networks build, broken files are refused with the layer named."""

from pathlib import Path

import pytest
import torch

import darknet

CFG = Path(__file__).resolve().parents[1] / "cfg"
SMALL = """[net]
channels=3
[convolutional]
filters=8
size=3
stride=2
pad=1
batch_normalize=1
activation=leaky
[convolutional]
filters=18
size=1
activation=linear
[yolo]
mask=0,1,2
anchors=4,4, 8,8, 16,16
classes=1
scale_x_y=2.0
"""


def write(folder, text):
    path = folder / "small.cfg"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", ["face-fast", "face-accurate"])
def test_our_networks_have_three_heads(name):
    network = darknet.Network(CFG / f"{name}.cfg").eval()
    with torch.no_grad():
        outputs = network(torch.zeros(1, 3, 64, 96))
    assert [tuple(o.shape) for o in outputs] == [(1, 18, 64 // s, 96 // s) for s in (8, 16, 32)]


def test_a_small_file_builds(tmp_path):
    network = darknet.Network(write(tmp_path, SMALL))
    assert network.heads[0].stride == 2
    assert network.heads[0].anchors == [(4, 4), (8, 8), (16, 16)]


@pytest.mark.parametrize("old, new, message", [
    ("filters=18", "filters=17", "needs 18 channels, has 17"),
    ("[net]\nchannels=3\n", "", "must be \\[net\\]"),
    ("activation=leaky\n", "activation=leaky\n[shortcut]\nfrom=-5\n", "refers to layer"),
    ("activation=leaky\n", "activation=leaky\n[dropout]\n", "unknown layer"),
])
def test_broken_rules_are_named(tmp_path, old, new, message):
    with pytest.raises(darknet.CfgError, match=message):
        darknet.Network(write(tmp_path, SMALL.replace(old, new, 1)))


def test_route_of_different_strides_is_refused(tmp_path):
    text = SMALL.replace("[yolo]", "[route]\nlayers=-1,0\n[yolo]").replace("size=1\n", "size=1\nstride=2\n")
    with pytest.raises(darknet.CfgError, match="strides"):
        darknet.Network(write(tmp_path, text))
