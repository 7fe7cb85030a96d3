"""What every training run shares: schedule, running mean of the weights, progress lines, curves, checkpoints."""

import copy
import json
import math
import os
import time
from pathlib import Path

import torch


class Schedule:
    """How far the run is (0...1), by steps or by seconds, whichever ends first; survives a restart."""

    def __init__(self, steps=None, seconds=None):
        self.steps, self.seconds = steps or float("inf"), seconds or float("inf")
        self.step, self.before, self.started = 0, 0.0, time.time()

    @property
    def elapsed(self):
        return self.before + time.time() - self.started

    @property
    def progress(self):
        return min(1.0, max(self.step / self.steps, self.elapsed / self.seconds))

    def rate(self, warm_up=0.02, floor=0.02):
        """The learning rate's factor: a linear warm-up, then a cosine."""
        if self.progress < warm_up:
            return max(self.progress / warm_up, 1e-3)
        part = (self.progress - warm_up) / (1 - warm_up)
        return floor + (1 - floor) * (1 + math.cos(math.pi * part)) / 2


class Average:
    """Exponential running mean of a network's weights (EMA), younger at the start."""

    def __init__(self, network, decay=0.998):
        self.network, self.decay, self.updates = copy.deepcopy(network).eval(), decay, 0

    @torch.no_grad()
    def update(self, network):
        self.updates += 1
        decay = self.decay * (1 - math.exp(-self.updates / 300))
        mine, theirs = self.network.state_dict(), network.state_dict()
        floats = [k for k, v in mine.items() if v.dtype.is_floating_point]
        torch._foreach_lerp_([mine[k] for k in floats], [theirs[k] for k in floats], 1 - decay)
        for key in mine.keys() - set(floats):
            mine[key].copy_(theirs[key])


class Run:
    """A folder with the log, the curves and the checkpoint of one training run."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log, self.saved = self.folder / "log.jsonl", time.time()

    def report(self, schedule, **figures):
        row = {"step": schedule.step, "seconds": round(schedule.elapsed), "progress": round(schedule.progress, 4)}
        row.update({k: round(float(v), 5) for k, v in figures.items()})
        with open(self.log, "a") as out:
            out.write(json.dumps(row) + "\n")
        print(" ".join(f"{k}={v}" for k, v in row.items()), flush=True)

    def save(self, schedule, network, average, optimiser, every=0):
        """Writes the checkpoint (atomically) when `every` seconds have passed since the last."""
        if time.time() - self.saved < every:
            return
        self.saved = time.time()
        state = {"step": schedule.step, "elapsed": schedule.elapsed, "network": network.state_dict(),
                 "average": average.network.state_dict(), "updates": average.updates,
                 "optimiser": optimiser.state_dict()}
        write(state, self.folder / "checkpoint.pt")
        write(half(average.network.state_dict()), self.folder / "weights.pt")

    def resume(self, schedule, network, average, optimiser, device):
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location=device)
        network.load_state_dict(state["network"])
        average.network.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.step, schedule.before, average.updates = state["step"], state["elapsed"], state["updates"]
        print(f"resumed at step {schedule.step}", flush=True)

    def curves(self):
        """Draws every logged figure over the steps into `curves.png`."""
        import matplotlib
        matplotlib.use("Agg")
        from matplotlib import pyplot
        rows = [json.loads(line) for line in self.log.read_text().splitlines()]
        names = sorted({k for row in rows for k in row} - {"step", "seconds", "progress"})
        figure, axes = pyplot.subplots(len(names), 1, figsize=(8, 2.2 * len(names)), squeeze=False)
        for name, axis in zip(names, axes[:, 0]):
            points = [(row["step"], row[name]) for row in rows if name in row]
            axis.plot(*zip(*points))
            axis.set_title(name, fontsize=9)
        figure.tight_layout()
        figure.savefig(self.folder / "curves.png", dpi=80)
        pyplot.close(figure)


def half(state):
    return {k: v.half() if v.dtype.is_floating_point else v for k, v in state.items()}


def write(state, path):
    torch.save(state, f"{path}.new")
    os.replace(f"{path}.new", path)


def pick_device(name=None):
    return torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))
