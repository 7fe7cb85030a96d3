"""A darknet network with random weights and what OpenCV's darknet reader finds with it (Debian's python3-opencv):

    /usr/bin/python3 Tests/Fixtures/opencv_darknet.py network.cfg FOLDER

Writes FOLDER/network.weights, picture.png and boxes.json: every row of every head that is no nothing, as
[x, y, w, h, objectness, class...], the box by its centre, in shares of the picture.
"""

import json
import sys
from pathlib import Path

import cv2
import numpy as np


def sections(path):
    found = []
    for line in Path(path).read_text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            found.append((line.strip("[]"), {}))
        elif line:
            key, value = line.split("=", 1)
            found[-1][1].setdefault(key.strip(), value.strip())
    return found


def random_weights(cfg, rng):
    """The numbers of all layers in darknet's order, so that what flows through the network stays of one size."""
    parts, channels, all_channels = [], 3, []
    layers = sections(cfg)[1:]
    for index, (kind, values) in enumerate(layers):
        if kind == "convolutional":
            filters, size, groups = (int(values.get(k, 1)) for k in ("filters", "size", "groups"))
            inputs = channels // groups * size * size
            parts.append(rng.normal(0, 0.2, filters))
            if values.get("batch_normalize") == "1":
                following = layers[index + 1][0] if index + 1 < len(layers) else ""
                gain = 0.25 if following == "shortcut" else 1  # or sums of sums would grow without end
                parts += [gain * rng.uniform(0.7, 1.3, filters), rng.normal(0, 0.2, filters), rng.uniform(0.5, 1.5, filters)]
            spread = 1.6 if values.get("batch_normalize") == "1" else 0.1  # a head's boxes stay of the picture's size
            parts.append(rng.normal(0, (spread / inputs) ** 0.5, filters * inputs))
            channels = filters
        elif kind == "route":
            sources = [all_channels[int(v)] for v in values["layers"].split(",")]
            channels = sum(c // int(values.get("groups", 1)) for c in sources)
        all_channels.append(channels)
    return np.concatenate(parts).astype("<f4")


def main(cfg, folder):
    rng = np.random.default_rng(7)
    net = sections(cfg)[0][1]
    width, height = int(net["width"]), int(net["height"])
    header = np.array([0, 2, 5], "<i4").tobytes() + np.array([0], "<u8").tobytes()
    weights = folder / "network.weights"
    weights.write_bytes(header + random_weights(cfg, rng).tobytes())
    coarse = rng.integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8)
    picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(folder / "picture.png"), picture)
    network = cv2.dnn.readNetFromDarknet(str(cfg), str(weights))
    network.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    network.setInput(cv2.dnn.blobFromImage(picture, 1 / 255, (width, height), swapRB=True))
    rows = np.concatenate([rows.reshape(-1, rows.shape[-1])
                           for rows in network.forward(network.getUnconnectedOutLayersNames())])
    rows = rows[rows[:, 5:].max(1) > 0]
    (folder / "boxes.json").write_text(json.dumps({"rows": rows.astype(float).tolist()}))


main(sys.argv[1], Path(sys.argv[2]))
