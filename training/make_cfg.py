"""Writes the darknet `.cfg` files in `cfg/`, so that widths and depths are chosen in one place.

The `.cfg` files are the only description of the networks; this script merely saves the typing.
"""

from pathlib import Path

ANCHORS = "8,10, 13,17, 20,26, 31,40, 47,61, 70,90, 105,136, 160,206, 260,332"
FOLDER = Path(__file__).parent / "cfg"


class Writer:
    """Collects sections and counts layers, because darknet's routes name layers by number."""

    def __init__(self, size, activation="leaky"):
        self.sections, self.count, self.activation = [], 0, activation
        self.sections.append(f"[net]\nwidth={size}\nheight={size}\nchannels=3\n")

    def add(self, kind, **options):
        self.sections.append("\n".join([f"[{kind}]"] + [f"{k}={v}" for k, v in options.items()]) + "\n")
        self.count += 1
        return self.count - 1

    def conv(self, filters, size=3, stride=1):
        return self.add("convolutional", batch_normalize=1, filters=filters, size=size, stride=stride, pad=1,
                        activation=self.activation)

    def route(self, *layers, **options):
        return self.add("route", layers=",".join(str(layer) for layer in layers), **options)

    def yolo(self, first):
        self.add("convolutional", size=1, stride=1, pad=1, filters=18, activation="linear")
        mask = ",".join(str(first + i) for i in range(3))
        self.add("yolo", mask=mask, anchors=ANCHORS, classes=1, num=9, scale_x_y=2.0, iou_loss="ciou",
                 nms_kind="greedynms", beta_nms=0.6)

    def save(self, name, comment):
        text = "".join(f"# {line}\n" for line in comment) + "\n" + "\n".join(self.sections)
        (FOLDER / f"{name}.cfg").write_text(text)


def spp(w):
    """Spatial pyramid pooling: sees wide faces at no parameter cost."""
    start = w.count - 1
    for size in (5, 9, 13):
        w.add("maxpool", stride=1, size=size)
        if size != 13:
            w.route(start)
    w.route(-1, -3, -5, -6)


def tiny_block(w, filters):
    """YOLOv4-tiny's cross-stage partial block, then a shrink by two; returns the layer a head may use."""
    w.conv(filters)
    w.route(-1, groups=2, group_id=1)
    w.conv(filters // 2)
    w.conv(filters // 2)
    w.route(-1, -2)
    out = w.conv(filters, 1)
    w.route(-6, -1)
    w.add("maxpool", size=2, stride=2)
    return out


def fast(name, stem, c4, c8, c16, c32, h32, h16, h8):
    w = Writer(640)
    w.conv(stem, stride=2)
    w.conv(c4, stride=2)
    tiny_block(w, c4)
    at8 = tiny_block(w, c8)
    at16 = tiny_block(w, c16)
    w.conv(c32)
    w.conv(h32 // 2, 1)
    spp(w)
    neck = w.conv(h32, 1)
    w.conv(h32 * 2)
    w.yolo(6)
    w.route(neck)
    w.conv(h16 // 2, 1)
    w.add("upsample", stride=2)
    w.route(-1, at16)
    neck = w.conv(h16)
    w.conv(h16 * 3 // 2)
    w.yolo(3)
    w.route(neck)
    w.conv(h8, 1)
    w.add("upsample", stride=2)
    w.route(-1, at8)
    w.conv(h8 * 3 // 2)
    w.conv(h8 * 3 // 2)
    w.yolo(0)
    w.save(name, ["Three-scale tiny YOLOv4 for faces, half width, with spatial pyramid pooling.",
                  "Leaky ReLU, so that INT8 quantises every layer. Written by make_cfg.py."])


def csp_stage(w, filters, blocks, first=False):
    """A strided convolution, then CSPDarknet's stage: two branches, residual blocks on one, joined by 1x1."""
    w.conv(filters, stride=2)
    inner = filters if first else filters // 2
    down = w.count - 1
    split = w.conv(inner, 1)
    w.route(down)
    w.conv(inner, 1)
    for _ in range(blocks):
        w.conv(inner // 2 if first else inner, 1)
        w.conv(inner)
        w.add("shortcut", **{"from": -3, "activation": "linear"})
    w.conv(inner, 1)
    w.route(-1, split)
    return w.conv(filters, 1)


def csp_neck(w, filters, blocks):
    """Scaled-YOLOv4's CSP block without residuals, for the path-aggregation neck."""
    entry = w.conv(filters, 1)
    split = w.conv(filters, 1)
    w.route(entry)
    for _ in range(blocks):
        w.conv(filters, 1)
        w.conv(filters)
    w.route(-1, split)
    return w.conv(filters, 1)


def csp(name, comment, stem, widths, depths, neck_blocks, activation="leaky", full_stem=False):
    w = Writer(640, activation)
    w.conv(stem, stride=1 if full_stem else 2)
    if full_stem:
        csp_stage(w, stem * 2, 1, first=True)
    outs = [csp_stage(w, width, depth) for width, depth in zip(widths, depths)]
    at8, at16 = outs[-3], outs[-2]
    n8, n16, n32 = widths[-3] // 2, widths[-2] // 2, widths[-1] // 2
    w.conv(n32, 1)
    spp(w)
    p32 = csp_neck(w, n32, neck_blocks)
    w.conv(n16, 1)
    w.add("upsample", stride=2)
    up = w.count - 1
    w.route(at16)
    w.conv(n16, 1)
    w.route(-1, up)
    p16 = csp_neck(w, n16, neck_blocks)
    w.conv(n8, 1)
    w.add("upsample", stride=2)
    up = w.count - 1
    w.route(at8)
    w.conv(n8, 1)
    w.route(-1, up)
    d8 = csp_neck(w, n8, neck_blocks)
    w.conv(n8 * 2)
    w.yolo(0)
    w.route(d8)
    w.conv(n16, stride=2)
    w.route(-1, p16)
    d16 = csp_neck(w, n16, neck_blocks)
    w.conv(n16 * 2)
    w.yolo(3)
    w.route(d16)
    w.conv(n32, stride=2)
    w.route(-1, p32)
    csp_neck(w, n32, neck_blocks)
    w.conv(n32 * 2)
    w.yolo(6)
    w.save(name, comment + ["Written by make_cfg.py."])


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    fast("face-fast", stem=16, c4=32, c8=64, c16=128, c32=256, h32=128, h16=112, h8=48)
    csp("face-accurate", ["YOLOv4-CSP with path aggregation for faces, scaled to half width; leaky ReLU for INT8."],
        32, [64, 160, 320, 512], [1, 3, 5, 3], 1)
    csp("yolov4-face", ["The full YOLOv4-CSP for faces (Mish), for training on a GPU; its weights are not committed."],
        32, [128, 256, 512, 1024], [2, 8, 8, 4], 2, activation="mish", full_stem=True)
