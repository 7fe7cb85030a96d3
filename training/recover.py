"""Trainable weights read back from a package, for fine-tuning without the `weights.pt` it was made of.

From `model.onnx` (weights as FP16) where the package has one, else from the INT8 network. What is lost: digits (FP16 keeps
eleven bits, INT8 eight a weight), the optimiser's memory, and the statistics of normalisation, which were folded into the
convolutions; these are measured anew on pictures.
"""

import argparse
import re
from pathlib import Path

import numpy as np
import torch
from torch import nn

import darknet
import data
import package

LAYER = re.compile(r"network\.layers\.(\d+)\.0")
CLASS_BIAS = 6.0  # the class plane says "face" everywhere, as it did when it was left out


def from_onnx(path):
    """Kernel and bias of every convolution by the number of its layer."""
    import onnx
    from onnx import numpy_helper
    constants = {tensor.name.removesuffix("_half"): numpy_helper.to_array(tensor).astype(np.float32)
                 for tensor in onnx.load(path).graph.initializer}
    found = {}
    for name, values in constants.items():
        match = LAYER.search(name)
        if match and name.endswith(".weight"):
            found[int(match[1])] = values, constants[name.removesuffix("weight") + "bias"]
    return found


def from_openvino(path):
    """The same from an INT8 or FP32 network of OpenVINO."""
    import openvino as ov
    found = {}
    for node in ov.Core().read_model(path).get_ordered_ops():
        match = LAYER.search(node.get_friendly_name())
        if node.get_type_name() == "Convolution" and match:
            following = next(iter(node.output(0).get_target_inputs())).get_node()
            bias = next(constant(value.get_node()) for value in following.input_values()
                        if value.get_node().get_type_name() != "Convolution")
            found[int(match[1])] = constant(node.input_value(1).get_node()), bias.flatten()
    return found


def constant(node):
    """The numbers a node of constants comes to: INT8 weights are `(integer - zero) * scale`."""
    kind = node.get_type_name()
    if kind == "Constant":
        return node.get_data().astype(np.float32)
    parts = [constant(value.get_node()) for value in node.input_values()]
    if kind == "Convert":
        return parts[0]
    if kind in ("Multiply", "Subtract"):
        return parts[0] * parts[1] if kind == "Multiply" else parts[0] - parts[1]
    raise ValueError(f"{node.get_friendly_name()}: weights behind {kind} cannot be read back")


def convolutions(folder):
    folder = Path(folder)
    if (folder / "model.onnx").exists():
        return from_onnx(folder / "model.onnx")
    return from_openvino(folder / "model.xml")


def with_class_plane(kernel, bias, anchors):
    """Puts the plane back that `export.drop_class` left out."""
    kernels, biases = [], []
    for a in range(anchors):
        kernels += [kernel[a * 5:a * 5 + 5], np.zeros_like(kernel[:1])]
        biases += [bias[a * 5:a * 5 + 5], [CLASS_BIAS]]
    return np.concatenate(kernels), np.concatenate(biases).astype(np.float32)


def network(cfg, folder):
    """The network of a package, its normalisation doing nothing yet but adding the bias."""
    result, found = darknet.Network(cfg), convolutions(folder)
    layers = list(result.layers)
    for index, (layer, following) in enumerate(zip(layers, layers[1:])):
        if not isinstance(layer, nn.Sequential):
            continue
        if index not in found:
            raise ValueError(f"{folder} has no layer {index}: it was made of another .cfg than {cfg}")
        kernel, bias = found[index]
        if isinstance(following, darknet.Head) and following.classes == 1:
            kernel, bias = with_class_plane(kernel, bias, len(following.anchors))
        kernel = torch.from_numpy(np.ascontiguousarray(kernel * (255 if index == 0 else 1)))
        if layer[0].weight.shape != kernel.shape:
            raise ValueError(f"{folder}: layer {index} is {tuple(kernel.shape)}, {cfg} says {tuple(layer[0].weight.shape)}")
        layer[0].weight.data = kernel
        bias = torch.from_numpy(np.ascontiguousarray(bias))
        if isinstance(layer[1], nn.BatchNorm2d):
            layer[1].running_mean.zero_()
            layer[1].running_var.fill_(1 - layer[1].eps)
            layer[1].weight.data.fill_(1)
            layer[1].bias.data = bias
        else:
            layer[0].bias.data = bias
    return result.eval()


@torch.no_grad()
def settle(network, pictures):
    """Measures what flows through each normalisation and takes it over; the network's answers stay the same."""
    blocks = [layer for layer in network.layers if isinstance(layer, nn.Sequential) and isinstance(layer[1], nn.BatchNorm2d)]
    sums = {}

    def watch(module, _, output):
        values = output.transpose(0, 1).flatten(1).double()
        count, total, squares = sums.get(module, (0, 0, 0))
        sums[module] = count + values.shape[1], total + values.sum(1), squares + (values ** 2).sum(1)

    hooks = [block[0].register_forward_hook(watch) for block in blocks]
    for picture in pictures:
        network(torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None].float() / 255)
    for hook in hooks:
        hook.remove()
    for block in blocks:
        count, total, squares = sums[block[0]]
        mean, normal = total / count, block[1]
        normal.running_mean.copy_(mean)
        normal.running_var.copy_((squares / count - mean ** 2).clamp(min=1e-6))
        normal.weight.data = torch.sqrt(normal.running_var + normal.eps)
        normal.bias.data += mean.float()
    return network


def recover(cfg, folder, pictures):
    return settle(network(cfg, folder), pictures)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", default="face-fast")
    parser.add_argument("--version", default="1")
    parser.add_argument("--data", help="pictures to measure on: faces/train.json")
    parser.add_argument("--pictures", type=int, default=48)
    parser.add_argument("--longest", type=int, default=640)
    parser.add_argument("--out", required=True, help="weights.pt to write")
    options = parser.parse_args()
    rows = data.load_faces(data.require_data(options.data), "train")
    chosen = [rows[i] for i in np.random.default_rng(1).permutation(len(rows))[:options.pictures]]
    pictures = (data.letterbox(data.read_picture(row["file"]), options.longest)[0] for row in chosen)
    result = recover(Path(__file__).parent / "cfg" / f"{options.network}.cfg",
                     package.PACKAGES / options.network / options.version, pictures)
    Path(options.out).parent.mkdir(parents=True, exist_ok=True)
    torch.save(result.state_dict(), options.out)
    print(options.out)


if __name__ == "__main__":
    main()
