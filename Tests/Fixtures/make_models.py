"""Makes the two tiny model packages the tests run on (needs openvino 2026.4.1 and numpy from PyPI):

    python3 Tests/Fixtures/make_models.py Tests/Fixtures/models

They are no trained networks: the detector finds cells of pure colour, so that a test can paint a picture and know every box.
A red cell of 16 pixels is a face of 16 by 16, a green one of 32 pixels a face of 32 by 32. The classifier says
mask_worn_correctly for blue, mask_worn_incorrectly for green, without_mask for red.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13 as op


def planes(picture, cell, rows, bias):
    """Means over cells of `cell` pixels, then one 1x1 convolution: `rows` of weights for red, green, blue."""
    means = op.avg_pool(picture, [cell, cell], [0, 0], [0, 0], [cell, cell], True)
    weights = op.constant(np.array(rows, np.float32).reshape(len(rows), 3, 1, 1))
    bias = op.constant(np.array(bias, np.float32).reshape(1, len(rows), 1, 1))
    return op.add(op.convolution(means, weights, [1, 1], [0, 0], [0, 0], [1, 1]), bias)


def pixels(shape):
    picture = op.parameter(ov.PartialShape(shape), ov.Type.u8, name="image")
    picture.output(0).set_names({"image"})
    floats = op.divide(op.convert(picture, "f32"), op.constant(np.float32(255)))
    return picture, op.transpose(floats, op.constant(np.array([0, 3, 1, 2])))


def detector():
    picture, x = pixels([-1, -1, -1, 3])
    still, never = [[0, 0, 0]] * 4, [0, 0, 0]
    # Two anchors: the first sees red, the second nothing.
    small = planes(x, 16, still + [[40, -40, -40]] + still + [never], [0, 0, 0, 0, -20] + [0, 0, 0, 0, -20])
    large = planes(x, 32, still + [[-40, 40, -40]], [0, 0, 0, 0, -20])
    small.output(0).set_names({"head_16"})
    large.output(0).set_names({"head_32"})
    return ov.Model([small, large], [picture], "fixture-detector")


def classifier(size=16):
    picture, x = pixels([-1, size, size, 3])
    logits = op.squeeze(planes(x, size, [[0, 0, 8], [0, 8, 0], [8, 0, 0]], [0, 0, 0]), op.constant([2, 3]))
    logits.output(0).set_names({"logits"})
    return ov.Model([logits], [picture], "fixture-classifier")


def write(folder, name, model, description):
    package = folder / name / "1"
    package.mkdir(parents=True, exist_ok=True)
    ov.save_model(model, package / "model.xml", compress_to_fp16=False)
    files = [("model.xml", "openvino-ir"), ("model.bin", "openvino-ir-weights")]
    description = {
        "format": 1, "name": name, "version": "1", "license": "Apache-2.0", **description,
        "files": [{"path": path, "format": form, "precision": "FP32",
                   "sha256": hashlib.sha256((package / path).read_bytes()).hexdigest()} for path, form in files],
        "metrics": {}, "sources": [],
    }
    (package / "model.json").write_text(json.dumps(description, indent=2) + "\n")


def main(folder):
    image = {"name": "image", "layout": "NHWC", "channels": "RGB", "type": "U8"}
    write(folder, "colour-detector", detector(), {
        "task": "face-detection", "description": "Finds cells of pure colour, for tests.",
        "input": {**image, "multiple": 32, "longest_side": 256}, "labels": ["face"],
        "heads": [{"output": "head_16", "stride": 16, "anchors": [[16, 16], [24, 24]], "scale_x_y": 1.05},
                  {"output": "head_32", "stride": 32, "anchors": [[32, 32]], "scale_x_y": 2.0}],
        "thresholds": {"score": 0.5, "nms_iou": 0.45},
    })
    write(folder, "colour-classifier", classifier(), {
        "task": "mask-classification", "description": "Names the mean colour, for tests.",
        "input": {**image, "height": 16, "width": 16},
        "labels": ["mask_worn_correctly", "mask_worn_incorrectly", "without_mask"], "output": "logits",
        "thresholds": {"unknown_below": 0.5, "minimum_size": 8}, "temperature": 1.0, "crop": {"margin": 0.0},
    })


main(Path(sys.argv[1]))
