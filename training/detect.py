"""Turns raw head planes into boxes; the reference for the Swift decoder."""

import numpy as np
import torch

import data
import detector_loss


def decode_heads(raw, heads, score=0.01):
    """Boxes [n, 4] and scores [n] of one picture from its raw planes (each [1, planes, h, w])."""
    boxes, scores = [], []
    for planes, head in zip(raw, heads):
        values = detector_loss.planes(planes.float(), head)[0]
        objectness = values[..., 4].sigmoid()
        anchor, y, x = torch.nonzero(objectness > score, as_tuple=True)
        anchors = torch.tensor(head.anchors, device=planes.device)[anchor]
        boxes.append(detector_loss.decode(values[anchor, y, x], torch.stack([x, y], -1).float(), anchors, head))
        scores.append(objectness[anchor, y, x])
    return torch.cat(boxes), torch.cat(scores)


def anchors_of(raw, heads, score=0.01):
    """The anchor of each box that `decode_heads` gives, counted through all heads."""
    numbers, before = [], 0
    for planes, head in zip(raw, heads):
        objectness = detector_loss.planes(planes.float(), head)[0][..., 4].sigmoid()
        numbers.append(torch.nonzero(objectness > score, as_tuple=True)[0] + before)
        before += len(head.anchors)
    return torch.cat(numbers)


def suppress(boxes, scores, overlap=0.45, most=600):
    """Greedy non-maximum suppression; returns the kept boxes and scores, best first."""
    keep = kept(boxes, scores, overlap, most)
    return boxes[keep], scores[keep]


def kept(boxes, scores, overlap=0.45, most=600):
    """The places of the boxes that non-maximum suppression keeps, best first."""
    order = scores.argsort(descending=True)[:2000]
    boxes = boxes[order]
    n = len(boxes)
    if n == 0:
        return order
    wide = (n, n, 4)
    overlaps = detector_loss.iou(boxes[:, None].expand(wide), boxes[None].expand(wide))
    later = torch.triu(overlaps > overlap, 1).cpu().numpy()
    gone, keep = np.zeros(n, bool), []
    for i in range(n):
        if not gone[i]:
            keep.append(i)
            gone |= later[i]
    return order[torch.tensor(keep[:most], device=boxes.device)]


def to_tensor(picture, device):
    return torch.from_numpy(np.ascontiguousarray(picture)).to(device)[None].permute(0, 3, 1, 2)


@torch.no_grad()
def detect(network, picture, longest, score=0.01, overlap=0.45):
    """Faces of an RGB picture: boxes in its own pixels and scores, best first."""
    device = next(network.parameters()).device
    boxed, scale = data.letterbox(picture, longest)
    x = to_tensor(boxed, device).to(memory_format=torch.channels_last).float() / 255
    boxes, scores = suppress(*decode_heads(network(x), network.heads, score), overlap)
    boxes = boxes / scale
    height, width = picture.shape[:2]
    limit = torch.tensor([width, height, width, height], device=device)
    return boxes.clamp(min=0).minimum(limit).cpu().numpy(), scores.cpu().numpy()
