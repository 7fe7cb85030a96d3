"""Runs an exported network with OpenVINO the way Maskwatch does, and measures it."""

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


def detect_served(model, heads, picture, longest, score=0.01, overlap=0.45, enlarge=None):
    """Faces of a picture by a served detector, in its own pixels, best first."""
    boxed, scale = data.letterbox(picture, longest, enlarge=enlarge)
    boxes, scores = detect.suppress(*detect.decode_heads(model(boxed[None]), heads, score), overlap)
    height, width = picture.shape[:2]
    boxes = (boxes / scale).clamp(min=0).minimum(torch.tensor([width, height, width, height]))
    return boxes.numpy(), scores.numpy()
