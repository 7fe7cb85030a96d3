"""Several looks at a picture, and the stamp that tells one package's answers from another's."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

import benchmark
import measure
import served

HEADS = served.heads_of(Path(__file__).parents[1] / "cfg" / "face-fast.cfg")
PICTURE = np.zeros((128, 128, 3), np.uint8)


def one_face(images):
    """A network that sees one face of the first anchor in the cell (2, 2) of the finest head, surer in a larger input."""
    raw = [torch.full((1, 5 * len(head.anchors), images.shape[1] // head.stride, images.shape[2] // head.stride), -20.0)
           for head in HEADS]
    raw[0][0, :5, 2, 2] = torch.tensor([0.0, 0.0, 0.0, 0.0, images.shape[1] / 64])
    return raw


def found(*looks):
    return served.detect_served(one_face, HEADS, PICTURE, looks)


def test_each_look_tells_faces_in_pixels_of_the_picture():
    (small, _), (large, _), (boxes, scores) = found(64), found(128), found(64, 128)
    assert len(small) == len(large) == 1
    assert np.allclose(boxes, np.concatenate([large, small])) and scores[0] > scores[1]
    width, height = HEADS[0].anchors[0]
    assert np.allclose(small[0], [40 - width, 40 - height, 40 + width, 40 + height])


def test_what_two_looks_show_in_one_place_is_told_once():
    assert all(np.array_equal(a, b) for a, b in zip(found(128, 128), found(128)))


@pytest.fixture
def package(tmp_path):
    (tmp_path / "model.xml").write_text("<net/>")
    (tmp_path / "model.bin").write_bytes(b"1")
    write(tmp_path, longest_side=768)
    return tmp_path


def write(package, metrics=None, **about):
    (package / "model.json").write_text(json.dumps({"input": about, "metrics": metrics or {}}))


def test_looks_of_a_package(package):
    assert served.looks_of(package) == [768]
    write(package, longest_side=768, looks=[512, 768])
    assert served.looks_of(package) == [512, 768]
    assert measure.sides("512+768") == [512, 768] and measure.sides("640") == [640]


def test_the_stamp_knows_weights_and_options_but_no_figures(package):
    before = benchmark.stamp(package)
    write(package, metrics={"test_ap50": 0.9}, longest_side=768)
    assert benchmark.stamp(package) == before
    write(package, longest_side=768, looks=[512, 768])
    assert benchmark.stamp(package) != before
    write(package, longest_side=768)
    (package / "model.bin").write_bytes(b"2")
    assert benchmark.stamp(package) != before
