"""Makes the scores of a detector's anchors comparable: one shift of the objectness an anchor.

A score should mean the same whatever the size of the face. On enlarged pictures it does not: the small anchors are too sure
of blurred texture. The shifts are a logistic regression on what the network finds in `val` and `val-cctv`, right or wrong;
they go into the last biases of the exported network, so that nothing changes in how it is run or what it costs. As many
detections as before lie above the threshold.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

import data
import detect
import evaluate
import served

HOLD = 0.3  # how much a shift of 1 costs, in detections' log likelihood


def observed(model, heads, pictures, longest):
    """Logit, anchor, and whether it is a face, of every detection in the pictures that counts."""
    logits, anchors, right = [], [], []
    for picture in pictures:
        boxed, scale = data.letterbox(data.read_picture(picture["file"]), longest)
        raw = model(boxed[None])
        boxes, scores = detect.decode_heads(raw, heads)
        keep = detect.kept(boxes, scores)
        numbers = detect.anchors_of(raw, heads)[keep]
        for place, good in judged(picture, (boxes[keep] / scale).numpy()):
            logits.append(float(scores[keep][place].logit()))
            anchors.append(int(numbers[place]))
            right.append(good)
    return torch.tensor(logits).double(), torch.tensor(anchors), torch.tensor(right).double()


def judged(picture, boxes):
    """(place, right) of the boxes, best first, each face taken once, as `evaluate.matches` counts."""
    places = -np.arange(len(boxes), dtype=float)
    return [(int(-place), good) for place, good in evaluate.matches(picture, boxes, places)[0]]


def fit(logits, anchors, right, count, threshold=0.4, hold=HOLD):
    """The shifts [count] under which a logit says best how likely its detection is right, whatever its anchor."""
    factor, shift, common = [torch.zeros(n, dtype=torch.float64, requires_grad=True) for n in (1, count, 1)]
    optimiser = torch.optim.LBFGS([factor, shift, common], max_iter=200, line_search_fn="strong_wolfe")

    def loss():
        optimiser.zero_grad()
        balanced = logits * factor.exp() + common + shift[anchors]
        cost = nn.functional.binary_cross_entropy_with_logits(balanced, right, reduction="sum")
        cost = cost + hold * (shift ** 2).sum()
        cost.backward()
        return cost

    optimiser.step(loss)
    # How steep the scores are changes no order: only the shifts are taken, in the units of the network's own logits.
    return centred((shift / factor.exp()).detach(), logits, anchors, threshold).float()


def centred(shifts, logits, anchors, threshold):
    """The shifts moved together so that the number of detections above the threshold stays."""
    edge = np.log(threshold / (1 - threshold))
    above = int((logits > edge).sum())
    moved = (logits + shifts[anchors]).sort(descending=True).values
    return shifts + (edge - moved[max(0, above - 1)])


def objectness_rows(channels, anchors):
    """Where a head's objectness planes are among its channels."""
    return np.arange(anchors) * (channels // anchors) + 4


def balance_openvino(model, shifts):
    """Changes the heads of an OpenVINO model, FP32 or INT8; `shifts` lists those of each output."""
    for result, shift in zip(model.outputs, shifts):
        addition = result.get_node().input_value(0).get_node()
        place, bias = next((i, value.get_node()) for i, value in enumerate(addition.input_values())
                           if value.get_node().get_type_name() == "Constant")
        rows = objectness_rows(result.get_partial_shape()[1].get_length(), len(shift))
        values = np.array(bias.get_data())
        values[0, rows, 0, 0] += shift
        replace(addition, place, values)


def replace(node, place, values):
    import openvino as ov
    new = ov.opset13.constant(values)
    new.set_friendly_name(node.input_value(place).get_node().get_friendly_name())
    node.input(place).replace_source_output(new.output(0))


def balance_onnx(model, shifts):
    """The same for an ONNX model."""
    from onnx import numpy_helper
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    last = {output: node for node in model.graph.node for output in node.output}
    for result, shift in zip(model.graph.output, shifts):
        bias = tensors[last[result.name].input[2]]
        values = numpy_helper.to_array(bias).copy()
        values[objectness_rows(len(values), len(shift))] += shift
        bias.CopyFrom(numpy_helper.from_array(values, bias.name))


def write(exported, out, shifts):
    """Every form of the network in `exported`, balanced, in `out`."""
    import onnx
    import openvino as ov
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(exported.glob("model*.xml")):
        model = ov.Core().read_model(path)
        balance_openvino(model, shifts)
        ov.save_model(model, out / path.name, compress_to_fp16=False)
    for path in exported.glob("model.onnx"):
        model = onnx.load(path)
        balance_onnx(model, shifts)
        onnx.save(model, out / path.name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cfg", required=True)
    parser.add_argument("--exported", required=True, help="folder written by export.py, or a package's")
    parser.add_argument("--longest", type=int, default=1024)
    parser.add_argument("--threshold", type=float, default=0.4, help="the score that the package shows faces from")
    parser.add_argument("--data")
    parser.add_argument("--cctv", default="cache/cctv", help="folder with val-cctv, made by cctv.py --split val")
    parser.add_argument("--out", required=True, help="folder for the same files, balanced")
    options = parser.parse_args()
    pictures = data.load_faces(data.require_data(options.data, "val"), "val")
    pictures += data.load_faces(Path(options.cctv), "val-cctv")
    heads, exported = served.heads_of(options.cfg), Path(options.exported)
    seen = observed(served.Model(exported / "model.xml"), heads, pictures, options.longest)
    counts = [len(head.anchors) for head in heads]
    shifts = fit(*seen, sum(counts), options.threshold)
    write(exported, Path(options.out), [part.numpy() for part in shifts.split(counts)])
    print(json.dumps({"detections": len(seen[0]), "shifts": [round(float(shift), 2) for shift in shifts]}))


if __name__ == "__main__":
    main()
