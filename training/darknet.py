"""Reads a darknet `.cfg` file and builds the PyTorch network it describes."""

from pathlib import Path

import torch
from torch import nn

ACTIVATIONS = {"linear": nn.Identity, "leaky": lambda: nn.LeakyReLU(0.1, inplace=True), "mish": nn.Mish,
               "relu": nn.ReLU, "swish": nn.SiLU}


class CfgError(ValueError):
    """A `.cfg` file breaks a layer rule; the message names the layer."""


def read_cfg(path):
    """The sections of a `.cfg` file as dictionaries; the name of the section is under `type`."""
    sections = []
    for number, line in enumerate(Path(path).read_text().splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        if line.startswith("["):
            sections.append({"type": line.strip("[]")})
        elif "=" in line and sections:
            key, value = line.split("=", 1)
            sections[-1][key.strip()] = value.strip()
        else:
            raise CfgError(f"{path}:{number}: neither a section nor key=value: {line}")
    if not sections or sections[0]["type"] not in ("net", "network"):
        raise CfgError(f"{path}: the first section must be [net]")
    return sections


def numbers(text, kind=int):
    return [kind(part) for part in text.split(",") if part.strip()]


class Route(nn.Module):
    """Joins earlier layers by channel, or takes one of the equal groups of their channels."""

    def __init__(self, layers, groups, group_id):
        super().__init__()
        self.layers, self.groups, self.group_id = layers, groups, group_id

    def forward(self, outputs):
        parts = [outputs[i] for i in self.layers]
        if self.groups > 1:
            parts = [part.chunk(self.groups, 1)[self.group_id] for part in parts]
        return parts[0] if len(parts) == 1 else torch.cat(parts, 1)


class Shortcut(nn.Module):
    def __init__(self, source):
        super().__init__()
        self.source = source

    def forward(self, outputs):
        return outputs[-1] + outputs[self.source]


class Head(nn.Module):
    """A `[yolo]` layer: passes the raw planes on and knows its anchors, stride and `scale_x_y`."""

    def __init__(self, section, stride):
        super().__init__()
        pairs = numbers(section["anchors"], float)
        anchors = list(zip(pairs[::2], pairs[1::2]))
        self.anchors = [anchors[i] for i in numbers(section["mask"])]
        self.classes = int(section.get("classes", 80))
        self.scale_x_y = float(section.get("scale_x_y", 1))
        self.stride = stride

    def forward(self, x):
        return x


def convolution(section, channels):
    size, stride = int(section["size"]), int(section.get("stride", 1))
    normalise = section.get("batch_normalize", "0") == "1"
    filters = int(section["filters"])
    padding = size // 2 if section.get("pad", "0") == "1" else 0
    groups = int(section.get("groups", 1))
    layers = [nn.Conv2d(channels, filters, size, stride, padding, groups=groups, bias=not normalise)]
    if normalise:
        layers.append(nn.BatchNorm2d(filters, eps=1e-4, momentum=0.03))
    layers.append(ACTIVATIONS[section.get("activation", "linear")]())
    return nn.Sequential(*layers), filters, stride


def pooling(section):
    size, stride = int(section["size"]), int(section.get("stride", 1))
    if stride == 1:
        return nn.MaxPool2d(size, 1, size // 2), 1
    return nn.MaxPool2d(size, stride, (size - 1) // 2), stride


class Network(nn.Module):
    """The network of a `.cfg` file; `forward` returns the raw planes of every head, finest stride first."""

    def __init__(self, path):
        super().__init__()
        sections = read_cfg(path)
        self.layers, self.used = nn.ModuleList(), set()
        shapes = []  # (channels, stride) of every layer
        last = (int(sections[0].get("channels", 3)), 1)
        for index, section in enumerate(sections[1:]):
            try:
                layer, last = self.build(section, index, last, shapes)
            except (KeyError, IndexError, ValueError) as error:
                raise CfgError(f"layer {index} [{section['type']}]: {error!r}") from error
            self.layers.append(layer)
            shapes.append(last)
        self.heads = sorted((l for l in self.layers if isinstance(l, Head)), key=lambda head: head.stride)
        if not self.heads:
            raise CfgError(f"{path}: no [yolo] layer")

    def build(self, section, index, last, shapes):
        kind, (channels, stride) = section["type"], last
        if kind == "convolutional":
            layer, channels, step = convolution(section, channels)
            return layer, (channels, stride * step)
        if kind == "maxpool":
            layer, step = pooling(section)
            return layer, (channels, stride * step)
        if kind == "upsample":
            return nn.Upsample(scale_factor=int(section["stride"])), (channels, stride // int(section["stride"]))
        if kind == "route":
            return self.route(section, index, shapes)
        if kind == "shortcut":
            source = self.absolute(int(section["from"]), index)
            if shapes[source] != last:
                raise ValueError(f"adds {shapes[source]} to {last}")
            return Shortcut(source), last
        if kind == "yolo":
            head = Head(section, stride)
            if channels != len(head.anchors) * (5 + head.classes):
                raise ValueError(f"needs {len(head.anchors) * (5 + head.classes)} channels, has {channels}")
            return head, last
        raise ValueError("unknown layer")

    def route(self, section, index, shapes):
        layers = [self.absolute(i, index) for i in numbers(section["layers"])]
        strides = {shapes[i][1] for i in layers}
        groups = int(section.get("groups", 1))
        if len(strides) != 1:
            raise ValueError(f"joins layers of strides {sorted(strides)}")
        channels = sum(shapes[i][0] // groups for i in layers)
        return Route(layers, groups, int(section.get("group_id", 0))), (channels, strides.pop())

    def absolute(self, layer, index):
        layer = index + layer if layer < 0 else layer
        if not 0 <= layer < index:
            raise ValueError(f"refers to layer {layer}")
        self.used.add(layer)
        return layer

    def forward(self, x):
        outputs, heads = [], {}
        for layer in self.layers:
            if isinstance(layer, (Route, Shortcut)):
                x = layer(outputs)
            else:
                x = layer(x)
            if isinstance(layer, Head):
                heads[layer.stride] = x
            outputs.append(x)
        return [heads[head.stride] for head in self.heads]


def load(cfg, weights, device="cpu"):
    """The network of a `.cfg` file with trained weights, ready to be asked."""
    network = Network(cfg)
    state = torch.load(weights, map_location="cpu")
    network.load_state_dict({k: v.float() if v.dtype.is_floating_point else v for k, v in state.items()})
    return network.eval().to(device, memory_format=torch.channels_last)
