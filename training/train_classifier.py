"""Trains the mask classifier on face crops, on a CUDA GPU or, smaller, on the CPU."""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import adapt
import augment
import data
import efficientnet
import face_crops
from progress import Average, Run, Schedule, pick_device

SIZE = 112
CLASS_SHARES = (0.40, 0.22, 0.38)
SOURCE_SHARES = {"ilc2021": 1.0, "kaggle853": 1.0, "macwinwin": 0.6, "maskon": 0.5, "mask12k": 0.6,
                 "chandrikadeb7": 0.4, "painted": 0.5}
SMALL_SIDES = (96, 72, 56, 40, 32, 24, 16)


class Crops:
    """The prepared crops in a device's memory, drawn by class and source."""

    def __init__(self, path, device, only=None):
        stored = np.load(path)
        keep = np.ones(len(stored["labels"]), bool) if only is None else only(stored)
        self.pixels = torch.from_numpy(stored["pixels"][keep]).to(device)
        self.labels = torch.from_numpy(stored["labels"][keep].astype(np.int64)).to(device)
        self.degraded = torch.from_numpy(stored["degraded"][keep].astype(np.int64)).to(device)
        self.views = torch.from_numpy(stored["views"][keep]).to(device)
        self.sides = torch.from_numpy(stored["sides"][keep]).to(device)
        self.sources = stored["sources"][keep]
        self.device = device
        self.weights = self.shares()

    def shares(self):
        """How often each crop is drawn: classes in fixed shares, within a class the sources in theirs."""
        labels = self.labels.cpu().numpy()
        weights = np.zeros(len(labels))
        for label, share in enumerate(CLASS_SHARES):
            groups = {s: (labels == label) & (self.sources == s) for s in SOURCE_SHARES}
            # A source with few examples of a class gets less, so that none is seen all the time.
            wanted = {s: SOURCE_SHARES[s] * min(1, rows.sum() / 400) for s, rows in groups.items() if rows.any()}
            for source, part in wanted.items():
                weights[groups[source]] += share * part / sum(wanted.values()) / groups[source].sum()
        return torch.from_numpy(weights).to(self.device)

    def view(self, rows, jitter):
        """The crops by the crop rule, moved, turned and scaled a little (`jitter` 1) or as they are (0)."""
        n, device = len(rows), self.device
        scale = self.views[rows] / face_crops.STORED * torch.exp(torch.randn(n, device=device) * 0.13 * jitter)
        angle = torch.randn(n, device=device) * 0.14 * jitter
        mirror = torch.where(torch.rand(n, device=device) < 0.5 * jitter, -1.0, 1.0)
        shift = torch.randn(n, 2, device=device) * 0.07 * jitter
        cos, sin = angle.cos() * scale, angle.sin() * scale
        theta = torch.stack([torch.stack([cos * mirror, -sin, shift[:, 0]], -1),
                             torch.stack([sin * mirror, cos, shift[:, 1]], -1)], 1)
        grid = F.affine_grid(theta, (n, 3, SIZE, SIZE), align_corners=False)
        pixels = self.pixels[rows].permute(0, 3, 1, 2).float()
        return F.grid_sample(pixels - data.FILL, grid, align_corners=False) + data.FILL


def distort(x):
    """Small faces, then light, blur and compression at that size, then up again, group by group."""
    sides = [SIZE] + list(SMALL_SIDES)
    chances = torch.tensor([0.3] + [0.1] * len(SMALL_SIDES))
    group = torch.multinomial(chances, len(x), True).to(x.device)
    out = torch.empty_like(x)
    for i, side in enumerate(sides):
        rows = torch.nonzero(group == i)[:, 0]
        if len(rows) == 0:
            continue
        part = x[rows]
        if side != SIZE:
            part = F.interpolate(part, size=(side, side), mode="bilinear", antialias=True)
        part = augment.augment(part) if side >= 40 else augment.light(part)
        out[rows] = F.interpolate(part, size=(SIZE, SIZE), mode="bilinear") if side != SIZE else part
    return out.clamp(0, 255)


def draw(crops, batch, augmented=True):
    rows = torch.multinomial(crops.weights, batch, True)
    x = crops.view(rows, 1.0)
    return distort(x) if augmented else x, crops.labels[rows], crops.degraded[rows]


@torch.no_grad()
def predict(network, crops, batch=256):
    rows = torch.arange(len(crops.labels), device=crops.device)
    return torch.cat([network(crops.view(part, 0.0)) for part in rows.split(batch)])


def accuracy(logits, labels):
    right = logits.argmax(1) == labels
    per_label = [right[labels == label].float().mean().item() for label in labels.unique()]
    return right.float().mean().item(), sum(per_label) / len(per_label)


def calibrate(logits, labels):
    """The temperature that makes the probabilities true on held-out crops."""
    candidates = torch.exp(torch.linspace(-1.5, 1.5, 61))
    losses = [F.cross_entropy(logits.float().cpu() / t, labels.cpu()).item() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def train(options):
    device = pick_device(options.device)
    torch.manual_seed(options.seed)
    run, schedule = Run(options.run), Schedule(options.steps, options.seconds)
    only = None if not options.sources else lambda stored: np.isin(stored["sources"], options.sources.split(","))
    crops = Crops(options.prepared, device, only)
    network = efficientnet.EfficientNet()
    if options.weights:
        network.load_state_dict(torch.load(options.weights, map_location="cpu"))
    elif options.lite0 != "none":
        efficientnet.from_lite0(network, options.lite0 or None)
    network = network.to(device, memory_format=torch.channels_last)
    critic = adapt.DomainCritic().to(device)
    average = Average(network, 0.999)
    parameters = list(network.parameters()) + list(critic.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=options.rate, weight_decay=0.05, fused=device.type == "cuda")
    run.resume(schedule, network, average, optimiser, device)
    validation = None
    if options.validation:
        validation = Crops(options.validation, device, lambda stored: stored["sources"] != "painted")
    while schedule.progress < 1:
        x, labels, domains = draw(crops, options.batch)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * schedule.rate(0.05)
        with torch.autocast(device.type, torch.bfloat16):
            features = network.features(x.to(memory_format=torch.channels_last))
            logits = network.head(network.dropout(features))
        loss = F.cross_entropy(logits.float(), labels, label_smoothing=0.05)
        total = loss
        if options.adapt:
            total = loss + options.adapt * adapt.domain_loss(critic, features, domains, schedule.progress)
        optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 5.0)
        optimiser.step()
        average.update(network)
        schedule.step += 1
        if schedule.step % options.every == 0:
            report(run, schedule, average.network, validation, loss)
        run.save(schedule, network, average, optimiser, every=options.checkpoint)
    run.save(schedule, network, average, optimiser)
    report(run, schedule, average.network, validation, loss)
    run.curves()


def report(run, schedule, network, validation, loss):
    figures = {"loss": loss.detach()}
    if validation is not None:
        logits = predict(network, validation)
        for name, part in (("clean", validation.degraded == 0), ("degraded", validation.degraded == 1)):
            part = part & (validation.sides >= 16)
            figures[f"accuracy_{name}"], figures[f"balanced_{name}"] = accuracy(logits[part], validation.labels[part])
        figures["temperature"] = calibrate(logits, validation.labels)
    run.report(schedule, **figures)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="data sets' folder")
    parser.add_argument("--prepared", default="cache/crops-train.npz")
    parser.add_argument("--validation", default="cache/crops-val.npz")
    parser.add_argument("--run", default="runs/mask-classifier")
    parser.add_argument("--weights", help="start from these weights (fine-tuning)")
    parser.add_argument("--lite0", default="", help="file of EfficientNet-Lite0's weights, or none to begin from noise")
    parser.add_argument("--adapt", type=float, default=0.0, help="weight of the gradient-reversal loss")
    parser.add_argument("--sources", help="train on these sources only, separated by commas")
    parser.add_argument("--device")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=7e-4)
    parser.add_argument("--every", type=int, default=200)
    parser.add_argument("--checkpoint", type=float, default=100)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    options = arguments()
    for split, path in (("train", options.prepared), ("val", options.validation)):
        if path and not Path(path).exists():
            face_crops.prepare(data.require_data(options.data), split, Path(path))
    train(options)


if __name__ == "__main__":
    main()
