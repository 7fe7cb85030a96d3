"""The peers' detectors, run as their authors say, for comparison on the same pictures."""

from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image

import detect
import served


class UltraLight:
    """Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB: fixed size, the aspect is not kept."""

    def __init__(self, path, width, height):
        self.model, self.size = served.Model(path), (width, height)
        self.outputs = [next(iter(output.names)) for output in self.model.compiled.outputs]

    def milliseconds(self, runs=40):
        return self.model.milliseconds((1, 3, *self.size[::-1]), runs, np.float32)

    def __call__(self, picture):
        image = np.asarray(Image.fromarray(picture).resize(self.size, Image.BILINEAR), np.float32)
        raw = dict(zip(self.outputs, self.model(((image - 127) / 128).transpose(2, 0, 1)[None])))
        scores = 1 - raw["scores"][0, :, 0]  # all that is not background is a face
        keep = scores > 0.01
        height, width = picture.shape[:2]
        boxes = raw["boxes"][0][keep] * torch.tensor([width, height, width, height])
        boxes, scores = detect.suppress(boxes, scores[keep], 0.4)
        return boxes.numpy(), scores.numpy()


class Aizoo:
    """AIZOOTech/FaceMaskDetection: 260x260, faces with and without masks as two classes, here one."""

    def __init__(self, folder):
        self.network = cv2.dnn.readNetFromCaffe(str(folder / "aizoo.prototxt"), str(folder / "aizoo.caffemodel"))
        self.names = self.network.getUnconnectedOutLayersNames()
        self.anchors = self.make_anchors()

    @staticmethod
    def make_anchors():
        rows = []
        sizes = [(.04, .056), (.08, .11), (.16, .22), (.32, .45), (.64, .72)]
        for cells, pair in zip((33, 17, 9, 5, 3), sizes):
            shapes = [(s, s) for s in pair] + [(pair[0] * r ** 0.5, pair[0] / r ** 0.5) for r in (.62, .42)]
            for y in range(cells):
                for x in range(cells):
                    rows += [((x + .5) / cells, (y + .5) / cells, w, h) for w, h in shapes]
        return np.array(rows)

    def forward(self, picture):
        self.network.setInput(cv2.dnn.blobFromImage(picture, 1 / 255, (260, 260)))  # BGR, which a swap of RGB is
        return {values.shape[-1]: values[0] for values in self.network.forward(self.names)}

    def milliseconds(self, runs=40):
        cv2.setNumThreads(2)
        picture = np.zeros((260, 260, 3), np.uint8)
        times = []
        for _ in range(runs):
            start = cv2.getTickCount()
            self.forward(picture)
            times.append((cv2.getTickCount() - start) / cv2.getTickFrequency())
        return 1000 * min(times)

    def __call__(self, picture):
        raw = self.forward(picture[..., ::-1].copy())
        offsets, scores = raw[4] * [.1, .1, .2, .2], raw[2].max(-1)
        centre = self.anchors[:, :2] + offsets[:, :2] * self.anchors[:, 2:]
        half = self.anchors[:, 2:] * np.exp(offsets[:, 2:]) / 2
        height, width = picture.shape[:2]
        boxes = np.concatenate([centre - half, centre + half], 1) * [width, height, width, height]
        keep = scores > 0.01
        boxes, scores = detect.suppress(torch.from_numpy(boxes[keep]).float(), torch.from_numpy(scores[keep]), 0.4)
        return boxes.numpy(), scores.numpy()


def load(folder):
    """Name, input size and detector of every peer whose weights are in `folder`."""
    folder = Path(folder)
    ultra = [("Ultra-Light RFB-320", "version-RFB-320", 320, 240), ("Ultra-Light RFB-640", "version-RFB-640", 640, 480),
             ("Ultra-Light RFB-640 masked-face v2", "RFB-640-masked_face-v2", 640, 480),
             ("Ultra-Light RFB-1280 masked-face v2", "RFB-1280-masked_face-v2", 1280, 960)]
    for name, file, width, height in ultra:
        if (folder / f"{file}.onnx").exists():
            yield name, f"{width}x{height}", UltraLight(folder / f"{file}.onnx", width, height)
    if (folder / "aizoo.caffemodel").exists():
        yield "AIZOO FaceMaskDetection", "260x260", Aizoo(folder)
