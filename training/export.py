"""Makes the deployable forms of trained networks: ONNX, OpenVINO IR and INT8, with preprocessing in the graph."""

import argparse
import copy
import logging
from pathlib import Path

import numpy as np
import torch
from torch import nn

import darknet
import efficientnet


def fuse(block):
    """Folds normalisation into the convolution before it."""
    layers = list(block)
    if len(layers) > 1 and isinstance(layers[1], nn.BatchNorm2d):
        layers[0] = torch.nn.utils.fusion.fuse_conv_bn_eval(layers[0], layers[1])
        del layers[1]
    return nn.Sequential(*layers)


class Detector(nn.Module):
    """A trained network as the package describes it: floats 0...255 in, one plane set a head out, no class planes."""

    def __init__(self, network):
        super().__init__()
        network = copy.deepcopy(network).eval()
        for i, layer in enumerate(network.layers):
            if isinstance(layer, nn.Sequential):
                network.layers[i] = fuse(layer)
        network.layers[0][0].weight.data /= 255
        for layer, following in zip(network.layers, list(network.layers)[1:]):
            if isinstance(following, darknet.Head) and following.classes == 1:
                drop_class(layer, len(following.anchors))
        self.network = network

    def forward(self, x):
        return tuple(self.network(x))


def drop_class(layer, anchors):
    """With one class its plane says nothing; the package leaves it out."""
    old = layer[0]
    keep = [a * 6 + i for a in range(anchors) for i in range(5)]
    new = nn.Conv2d(old.in_channels, len(keep), 1)
    new.weight.data, new.bias.data = old.weight.data[keep], old.bias.data[keep]
    layer[0] = new


class Served(nn.Module):
    """Bytes as a server receives them, [n, h, w, 3], in front of a network."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        return self.network(images.permute(0, 3, 1, 2).float())


def output_names(network):
    if isinstance(network, Detector):
        return [f"head_{head.stride}" for head in network.network.heads]
    return ["logits"]


def example(network):
    return torch.zeros(2, 112, 112, 3, dtype=torch.uint8) if isinstance(network, efficientnet.EfficientNet) \
        else torch.zeros(2, 64, 96, 3, dtype=torch.uint8)


def to_onnx(network, path):
    """ONNX with bytes in, any batch (and any size for a detector), weights kept as FP16."""
    dynamic = {"images": {0: "n"}}
    names = output_names(network)
    for name in names:
        dynamic[name] = {0: "n"}
    if isinstance(network, Detector):
        dynamic["images"].update({1: "h", 2: "w"})
        for name in names:
            dynamic[name].update({2: name + "_h", 3: name + "_w"})
    torch.onnx.export(Served(network).eval(), (example(network),), str(path), input_names=["images"],
                      output_names=names, dynamic_axes=dynamic, opset_version=17, dynamo=False)
    halve(path)


def halve(path):
    """Stores the weights as FP16 and casts them back when the model is loaded: half the file, the same arithmetic."""
    import onnx
    from onnx import helper, numpy_helper
    model = onnx.load(path)
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT and np.prod(tensor.dims) > 256:
            values, name = numpy_helper.to_array(tensor), tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + "_half"))
            casts.append(helper.make_node("Cast", [name + "_half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(casts + nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def to_openvino(network):
    """The network as an OpenVINO model with floats NCHW in, names as in the package, sizes left open."""
    import openvino as ov
    x = example(network).permute(0, 3, 1, 2).float()
    model = ov.convert_model(network, example_input=x)
    sides = [-1, -1] if isinstance(network, Detector) else list(x.shape[2:])
    model.reshape([-1, 3, *sides])
    model.inputs[0].get_tensor().set_names({"images"})
    for output, name in zip(model.outputs, output_names(network)):
        output.get_tensor().set_names({name})
    return model


def quantise(model, pictures):
    """INT8 by post-training quantisation on real pictures (uint8 [h, w, 3]), the inputs as the network sees them."""
    import nncf
    nncf.set_log_level(logging.ERROR)
    batches = [np.ascontiguousarray(p.transpose(2, 0, 1)[None].astype(np.float32)) for p in pictures]
    return nncf.quantize(model, nncf.Dataset(batches), subset_size=len(batches), fast_bias_correction=True)


def with_bytes(model):
    """Puts the conversion from bytes NHWC into the graph."""
    import openvino as ov
    pre = ov.preprocess.PrePostProcessor(model)
    pre.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    pre.input().model().set_layout(ov.Layout("NCHW"))
    return pre.build()


def save_openvino(model, path, half=False):
    import openvino as ov
    ov.save_model(model, str(path), compress_to_fp16=half)


def load_classifier(weights):
    network = efficientnet.EfficientNet()
    network.load_state_dict({k: v.float() if v.dtype.is_floating_point else v
                             for k, v in torch.load(weights, map_location="cpu").items()})
    return network.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=["detector", "classifier"])
    parser.add_argument("--cfg")
    parser.add_argument("--weights", required=True)
    parser.add_argument("--out", required=True, help="folder for model-fp32.xml, model.xml (INT8 or FP16), model.onnx")
    parser.add_argument("--data")
    parser.add_argument("--calibration", type=int, default=200, help="pictures for INT8; 0 leaves it out")
    parser.add_argument("--longest", type=int, default=1024)
    options = parser.parse_args()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    if options.kind == "classifier":
        network = load_classifier(options.weights)
        save_openvino(with_bytes(to_openvino(network)), out / "model-fp32.xml")
        save_openvino(with_bytes(to_openvino(network)), out / "model.xml", half=True)
    else:
        network = Detector(darknet.load(options.cfg, options.weights))
        save_openvino(with_bytes(to_openvino(network)), out / "model-fp32.xml")
        if options.calibration:
            import calibration
            pictures = calibration.pictures(options.data, options.calibration, options.longest)
            save_openvino(with_bytes(quantise(to_openvino(network), pictures)), out / "model.xml")
    to_onnx(network, out / "model.onnx")


if __name__ == "__main__":
    main()
