"""Measures our detectors and the peers on `test` and `test-cctv` and writes the table of docs/benchmarks.md."""

import argparse
import functools
import json
import os
import pickle
from pathlib import Path

import data
import evaluate
import export
import mask_figures
import peers
import recover
import served

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
LEAST = 0.01  # detections under this score are left out (docs/decisions/0005-map-of-the-pipeline.md)
CFG = Path(__file__).parent / "cfg"


class Ours:
    """One of our packages' networks at a longest side; pictures are enlarged by `enlarge` at most."""

    def __init__(self, path, cfg, longest, precision="f32", enlarge=None):
        self.model, self.heads, self.longest = served.Model(path, precision), served.heads_of(cfg), longest
        self.enlarge = enlarge

    def milliseconds(self, runs=40):
        return self.model.milliseconds((1, self.longest, self.longest, 3), runs)

    def __call__(self, picture):
        return served.detect_served(self.model, self.heads, picture, self.longest, enlarge=self.enlarge)


@functools.cache
def picture(path):
    """Decoded once for all detectors; both splits take 1.5 GB."""
    return data.read_picture(path)


def in_full(name, folder):
    """The package's network in FP32: as `export.py` left it, or read back from the package (recover.py)."""
    path = folder / name / "model-fp32.xml"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        network = recover.network(CFG / f"{name}.cfg", ROOT / "models" / name / "1")
        export.save_openvino(export.with_bytes(export.to_openvino(export.Detector(network))), path)
    return path


def contestants(exported, peers_folder):
    """Name, input size, precision, detector: built one after the other, to hold one at a time."""
    for name in ("face-fast", "face-accurate"):
        package = ROOT / "models" / name / "1"
        if not (package / "model.json").exists():
            continue
        longest = json.loads((package / "model.json").read_text())["input"]["longest_side"]
        cfg, network = CFG / f"{name}.cfg", package / "model.xml"
        for side in (longest, 1024 if longest != 1024 else 768):
            yield name, f"{side} longest", "INT8", Ours(network, cfg, side)
        yield name, f"{longest} at most, not enlarged", "INT8", Ours(network, cfg, longest, enlarge=1)
        for precision in ("FP32", "BF16"):
            yield name, f"{longest} longest", precision, Ours(in_full(name, exported), cfg, longest,
                                                              "f32" if precision == "FP32" else "bf16")
    for name, size, peer in peers.load(peers_folder):
        yield name, size, "FP32", peer


def detections(key, detector, pictures, cache):
    """What a detector finds in every picture; kept in `cache` so that a stopped run goes on."""
    path = cache / f"{key}.pkl"
    if path.exists():
        return pickle.loads(path.read_bytes())
    found = [detector(picture(p["file"])) for p in pictures]
    cache.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".new").write_bytes(pickle.dumps(found))
    os.replace(path.with_suffix(".new"), path)
    return found


def measure(splits, options):
    rows = []
    for name, size, precision, detector in contestants(Path(options.exported), options.peers):
        row = {"name": name, "size": size, "precision": precision, "ms": detector.milliseconds()}
        for split, pictures in splits.items():
            if precision != "INT8" and name.startswith("face-") and split != "test":
                continue  # the precisions are compared on one split
            key = f"{name}-{precision}-{size}-{split}".replace(" ", "_")
            if options.stored and not (Path(options.cache) / f"{key}.pkl").exists():
                continue
            row[split] = evaluate.detector_figures(pictures, detections(key, detector, pictures, Path(options.cache)))
        print(json.dumps(row), flush=True)
        if any(split in row for split in splits):
            rows.append(row)
    return rows


def table(rows, split):
    lines = ["| detector | input | precision | AP50 | under 16 px | 16-32 px | 32-64 px | 64 px and more | ms |",
             "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for row in (row for row in rows if split in row):
        figures = row[split]
        cells = [f"{figures[k]:.3f}" for k in ("ap50", "ap50_0-16", "ap50_16-32", "ap50_32-64", "ap50_64+")]
        lines.append(f"| {row['name']} | {row['size']} | {row['precision']} | {' | '.join(cells)} | {row['ms']:.0f} |")
    return "\n".join(lines)


def pipelines(splits, options):
    """The mask figures: the classifier on true boxes, and behind each of our INT8 detectors."""
    package = ROOT / "models" / "mask-classifier" / "1"
    about = json.loads((package / "model.json").read_text())
    model, temperature = served.Model(package / "model.xml"), about["temperature"]
    lines = ["| pipeline | split | mAP50 | mask | incorrect | no mask | accuracy on true boxes | balanced |",
             "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for split, pictures in splits.items():
        look = {"margin": about["crop"]["margin"], "mirrored": about["crop"].get("mirrored", False)}
        truth = mask_figures.accuracy_figures(
            *mask_figures.on_true_boxes(model, pictures, temperature=temperature, **look))
        for name in ("face-fast", "face-accurate"):
            size = json.loads((ROOT / "models" / name / "1" / "model.json").read_text())["input"]
            kind = "at_most,_not_enlarged" if size.get("enlarge") else "longest"
            key = f"{name}-INT8-{size['longest_side']}_{kind}-{split}"
            stored = pickle.loads((Path(options.cache) / f"{key}.pkl").read_bytes())
            found = [(boxes[scores >= LEAST], scores[scores >= LEAST]) for boxes, scores in stored]
            probabilities = [mask_figures.classify(model, picture(p["file"]), boxes, temperature=temperature,
                                                   **look) for p, (boxes, _) in zip(pictures, found)]
            figures = mask_figures.pipeline_figures(pictures, found, probabilities)
            parts = " | ".join(f"{figures['ap50_by_class'][label]:.3f}" for label in data.LABELS)
            lines.append(f"| {name} + mask-classifier | {split} | {figures['map50']:.3f} | {parts} | "
                         f"{truth['accuracy']:.3f} | {truth['balanced_accuracy']:.3f} |")
            print(lines[-1], flush=True)
    return "\n".join(lines)


def write_page(text):
    page = PAGE.read_text()
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--cctv", default="cache/cctv", help="folder with test-cctv, made by cctv.py")
    parser.add_argument("--peers", help="folder of the peers' weights; left out when absent")
    parser.add_argument("--exported", default="cache/export", help="folder with face-fast/model-fp32.xml ...")
    parser.add_argument("--cache", default="cache/benchmark")
    parser.add_argument("--stored", action="store_true", help="tables of what was measured before; only times are new")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    folder = data.require_data(options.data)
    options.peers = options.peers or folder.parent / "peers"
    splits = {"test": data.load_faces(folder, "test")[:options.limit]}
    if (Path(options.cctv) / "faces" / "test-cctv.json").exists():
        splits["test-cctv"] = data.load_faces(Path(options.cctv), "test-cctv")[:options.limit]
    rows = measure(splits, options)
    parts = [f"### Faces: {split}\n\n{table(rows, split)}" for split in splits]
    if not options.stored:
        parts.append(f"### Faces and masks\n\n{pipelines(splits, options)}")
    if not options.limit:
        write_page("\n\n".join(parts))


if __name__ == "__main__":
    main()
