"""PyTorch, ONNX and OpenVINO answer alike; the packages are what they say and still answer as when they were made."""

import base64
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

import darknet
import efficientnet
import export
import package
import served

CFG = Path(__file__).resolve().parents[1] / "cfg" / "face-fast.cfg"
PACKAGES = sorted(package.PACKAGES.glob("*/*/model.json"))


def answers(network, folder, picture):
    onnxruntime = pytest.importorskip("onnxruntime")
    export.to_onnx(network, folder / "model.onnx")
    export.save_openvino(export.with_bytes(export.to_openvino(network)), folder / "model.xml")
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    with torch.no_grad():
        reference = network(torch.from_numpy(picture).permute(0, 3, 1, 2).float())
    reference = [r.numpy() for r in (reference if isinstance(reference, tuple) else (reference,))]
    return reference, session.run(None, {"images": picture}), [r.numpy() for r in served.Model(folder / "model.xml")(picture)]


@pytest.mark.parametrize("kind", ["detector", "classifier"])
def test_all_forms_answer_alike(kind, tmp_path):
    torch.manual_seed(0)
    if kind == "detector":
        network, picture = export.Detector(darknet.Network(CFG).eval()), package.golden_picture(64, 96)[None]
    else:
        network, picture = efficientnet.EfficientNet().eval(), package.golden_picture(112, 112)[None]
    for reference, onnx, openvino in zip(*answers(network, tmp_path, picture)):
        assert reference.shape == onnx.shape == openvino.shape
        assert np.abs(reference - openvino).max() < 1e-3
        assert np.abs(reference - onnx).max() < 2e-2  # its weights are FP16


def test_the_class_plane_is_left_out():
    network = darknet.Network(CFG).eval()
    x = torch.rand(1, 3, 64, 64) * 255
    with torch.no_grad():
        full, short = network(x / 255), export.Detector(network)(x)
    for a, b in zip(full, short):
        a, b = a.view(1, 3, 6, *a.shape[2:]), b.view(1, 3, 5, *b.shape[2:])
        assert torch.allclose(a[:, :, :5], b, atol=1e-3)


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_packages_are_what_they_say(path):
    model = json.loads(path.read_text())
    assert [model["name"], model["version"]] == list(path.parts[-3:-1])
    for file in model["files"]:
        assert hashlib.sha256((path.parent / file["path"]).read_bytes()).hexdigest() == file["sha256"]
    golden = json.loads((path.parent / "golden.json").read_text())
    size = golden["picture"]["height"], golden["picture"]["width"]
    picture = np.frombuffer(base64.b64decode(golden["picture"]["base64"]), np.uint8).reshape(1, *size, 3)
    assert (picture[0] == package.golden_picture(*size)).all()
    network = served.Model(path.parent / "model.xml")
    for values, output in zip(network(picture), network.compiled.outputs):
        wanted = golden["outputs"][next(iter(output.names))]
        assert list(values.shape) == wanted["shape"]
        assert np.abs(values.numpy().ravel() - wanted["values"]).mean() <= golden["tolerance"]["mean_absolute"]
