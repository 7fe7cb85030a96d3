"""Runs an exported network with OpenVINO the way Maskwatch does, and measures it."""

import json
import time

import numpy as np
import openvino as ov
import torch

import data
import detect


class Model:
    """A compiled IR or ONNX network; `precision` is the inference hint (f32 or bf16)."""

    def __init__(self, path, precision="f32", threads=2):
        self.compiled = ov.Core().compile_model(str(path), "CPU", {
            "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"})
        self.request = self.compiled.create_infer_request()

    def __call__(self, images):
        results = self.request.infer([images])
        return [torch.from_numpy(results[output].astype(np.float32)) for output in self.compiled.outputs]

    def milliseconds(self, shape, runs=40, kind=np.uint8):
        """The fastest of some runs: what the network costs when nothing else runs."""
        images = np.random.default_rng(0).integers(0, 256, shape).astype(kind)
        self(images)
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            self.request.infer([images])
            times.append(time.perf_counter() - start)
        return 1000 * min(times)


def heads_of(cfg):
    import darknet
    return darknet.Network(cfg).heads


def looks_of(package):
    """The longest side of each look at a picture that a detector's package asks for."""
    about = json.loads((package / "model.json").read_text())["input"]
    return about.get("looks") or [about["longest_side"]]


def look(model, heads, picture, longest, score, enlarge):
    """What one look at a picture shows, in its own pixels, before suppression."""
    boxed, scale = data.letterbox(picture, longest, enlarge=enlarge)
    boxes, scores = detect.decode_heads(model(boxed[None]), heads, score)
    return boxes / scale, scores


def detect_served(model, heads, picture, looks, score=0.01, overlap=0.45, enlarge=None):
    """Faces of a picture by a served detector, in its own pixels, best first: of what the looks show in one place the best."""
    boxes, scores = map(torch.cat, zip(*(look(model, heads, picture, side, score, enlarge) for side in looks)))
    boxes, scores = detect.suppress(boxes, scores, overlap)
    height, width = picture.shape[:2]
    return boxes.clamp(min=0).minimum(torch.tensor([width, height, width, height])).numpy(), scores.numpy()
