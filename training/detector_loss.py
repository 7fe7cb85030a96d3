"""The detector's loss: CIoU for boxes, binary cross entropy for objectness, anchors assigned by cost."""

import math

import torch
import torch.nn.functional as F

NEIGHBOURS = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
MOST_POSITIVES = 10
BOX_WEIGHT = 5.0


def planes(raw, head):
    """A head's raw planes as [b, anchors, h, w, 5 + classes]."""
    b, _, h, w = raw.shape
    return raw.view(b, len(head.anchors), -1, h, w).permute(0, 1, 3, 4, 2)


def decode(values, cell, anchor, head):
    """Boxes x0 y0 x1 y1 in pixels from raw values, the cells (x, y) they sit in and their anchors."""
    s = head.scale_x_y
    centre = (values[..., :2].sigmoid() * s - (s - 1) / 2 + cell) * head.stride
    half = anchor * values[..., 2:4].clamp(max=4).exp() / 2
    return torch.cat([centre - half, centre + half], -1)


def iou(a, b, complete=False):
    """Overlap of matched boxes; `complete` subtracts the centre and shape terms (Zheng et al. 2020)."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    inter = (high - low).clamp(min=0).prod(-1)
    wa, wb = a[..., 2:] - a[..., :2], b[..., 2:] - b[..., :2]
    overlap = inter / (wa.prod(-1) + wb.prod(-1) - inter + 1e-7)
    if not complete:
        return overlap
    outer = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    apart = ((a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) ** 2).sum(-1) / 4
    shape = 4 / math.pi ** 2 * (torch.atan(wb[..., 0] / (wb[..., 1] + 1e-7))
                                - torch.atan(wa[..., 0] / (wa[..., 1] + 1e-7))) ** 2
    with torch.no_grad():
        weight = shape / (1 - overlap + shape + 1e-7)
    return overlap - apart / ((outer ** 2).sum(-1) + 1e-7) - weight * shape


def candidates(faces, shapes, heads):
    """For each face every anchor at its cell and the neighbours, [faces, n]: where it lies in the flat outputs,
    its geometry (cell x, cell y, anchor w, anchor h, stride, scale_x_y), and whether it may be chosen."""
    device, sample = faces.device, faces[:, 0].long()[:, None, None]
    centre, size = (faces[:, 1:3] + faces[:, 3:]) / 2, faces[:, 3:] - faces[:, 1:3]
    steps = torch.tensor(NEIGHBOURS, device=device).float()
    keys, geometry, fits, at = [], [], [], 0
    for (b, count, h, w), head in zip(shapes, heads):
        anchors = torch.tensor(head.anchors, device=device)
        cell = centre / head.stride
        spot = cell.floor()[:, None] + steps  # [faces, neighbours, 2]
        near = (spot + 0.5 - cell[:, None]).abs().amax(-1) < 1.0
        inside = near & (spot >= 0).all(-1) & (spot[..., 0] < w) & (spot[..., 1] < h)
        x, y = spot[..., 0].clamp(0, w - 1), spot[..., 1].clamp(0, h - 1)
        ratio = torch.maximum(size[:, None] / anchors, anchors / size[:, None]).amax(-1)  # [faces, anchors]
        anchor = torch.arange(count, device=device)
        key = at + ((sample * count + anchor) * h + y.long()[..., None]) * w + x.long()[..., None]
        full = (len(faces), len(NEIGHBOURS), count)
        parts = [x[..., None], y[..., None], anchors[:, 0], anchors[:, 1]]
        parts = [part.expand(full) for part in parts]
        parts += [torch.full(full, float(value), device=device) for value in (head.stride, head.scale_x_y)]
        keys.append(key.reshape(len(faces), -1))
        geometry.append(torch.stack(parts, -1).reshape(len(faces), -1, 6))
        fits.append((inside[..., None] & (ratio < 4)[:, None]).reshape(len(faces), -1))
        at += b * count * h * w
    return torch.cat(keys, 1), torch.cat(geometry, 1), torch.cat(fits, 1)


def decode_at(values, geometry):
    """As `decode`, for values gathered from all heads."""
    stride, s = geometry[..., 4:5], geometry[..., 5:6]
    centre = (values[..., :2].sigmoid() * s - (s - 1) / 2 + geometry[..., :2]) * stride
    half = geometry[..., 2:4] * values[..., 2:4].clamp(max=4).exp() / 2
    return torch.cat([centre - half, centre + half], -1)


def assign(faces, values, boxes, keys, fits):
    """Chooses each face's positives: the cheapest by score and overlap, as many as the overlaps add up to."""
    overlap = iou(boxes, faces[:, None, 1:].expand_as(boxes)).clamp(0, 1) * fits
    cost = F.softplus(-values[..., 4].float()) - 3 * torch.log(overlap + 1e-6) + 1e5 * ~fits
    top = min(MOST_POSITIVES, cost.shape[1])
    wanted = overlap.topk(top, 1).values.sum(1).floor().clamp(min=1)
    cheap, place = cost.topk(top, 1, largest=False)
    take = (torch.arange(top, device=cost.device) < wanted[:, None]) & fits.gather(1, place)
    face = torch.arange(len(faces), device=cost.device)[:, None].expand_as(place)[take]
    place, cheap = place[take], cheap[take]
    key = keys[face, place]
    order = torch.argsort(cheap, descending=True, stable=True)
    owner = torch.full((int(key.max()) + 1 if len(key) else 1,), -1, device=cost.device)
    # A cell wanted by two faces goes to the cheaper, which has the higher rank.
    rank = torch.empty_like(order)
    rank[order] = torch.arange(len(order), device=cost.device)
    owner.scatter_reduce_(0, key, rank, "amax")
    keep = owner[key] == rank
    return face[keep], place[keep], key[keep]


def overlooked(outputs, heads, ignored):
    """Cells whose box lies in a region to ignore: flat, in the order of `candidates`' keys."""
    marks = []
    for output, head in zip(outputs, heads):
        b, count, h, w, _ = output.shape
        mark = torch.zeros((b, h, w), device=output.device)
        if len(ignored):
            y, x = torch.meshgrid(torch.arange(h, device=output.device) + 0.5,
                                  torch.arange(w, device=output.device) + 0.5, indexing="ij")
            box = ignored[:, 1:, None, None] / head.stride
            inside = (x >= box[:, 0] - 0.5) & (x <= box[:, 2] + 0.5) & (y >= box[:, 1] - 0.5) & (y <= box[:, 3] + 0.5)
            mark.index_add_(0, ignored[:, 0].long(), inside.float())
        marks.append((mark > 0)[:, None].expand(b, count, h, w).reshape(-1))
    return torch.cat(marks)


def detector_loss(raw, heads, faces, ignored):
    """Box and objectness losses of a batch, each per positive cell."""
    outputs = [planes(r, head) for r, head in zip(raw, heads)]
    objectness = torch.cat([o[..., 4].reshape(-1) for o in outputs]).float()
    target = torch.zeros_like(objectness)
    box_loss, positives = objectness.sum() * 0, 1
    if len(faces):
        flat = torch.cat([o.reshape(-1, o.shape[-1]) for o in outputs])
        with torch.no_grad():
            keys, geometry, fits = candidates(faces, [o.shape[:4] for o in outputs], heads)
            values = flat[keys].float()
            face, place, key = assign(faces, values, decode_at(values, geometry), keys, fits)
        positives = max(1, len(face))
        chosen, wanted = decode_at(flat[key].float(), geometry[face, place]), faces[face, 1:]
        small = 2 - ((wanted[:, 2:] - wanted[:, :2]).prod(-1) / 160 ** 2).clamp(max=1)
        box_loss = ((1 - iou(chosen, wanted, True)) * small).sum() / positives
        target[key] = iou(chosen, wanted).detach().clamp(0.05, 1).to(target.dtype)
    weight = torch.where((target == 0) & overlooked(outputs, heads, ignored), 0.0, 1.0)
    obj_loss = (F.binary_cross_entropy_with_logits(objectness, target, reduction="none") * weight).sum() / positives
    return BOX_WEIGHT * box_loss, obj_loss
