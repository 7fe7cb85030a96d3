"""Measures our detectors and the peers on `test` and `test-cctv` and writes the table of docs/benchmarks.md."""

import argparse
import functools
import hashlib
import json
import os
import pickle
from pathlib import Path

import openvino as ov

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
    """One of our packages' networks with its looks at a picture, which is enlarged by `enlarge` at most."""

    def __init__(self, path, cfg, looks, precision="f32", enlarge=None):
        self.model, self.heads, self.looks = served.Model(path, precision), served.heads_of(cfg), looks
        self.enlarge = enlarge

    def milliseconds(self, runs=40):
        return sum(self.model.milliseconds((1, side, side, 3), runs) for side in self.looks)

    def __call__(self, picture):
        return served.detect_served(self.model, self.heads, picture, self.looks, enlarge=self.enlarge)


def stamp(package):
    """What a package's answers hang on, in a few digits: its network and the options of `model.json`."""
    about = json.loads((package / "model.json").read_text())
    options = {key: value for key, value in about.items() if key not in ("metrics", "description", "license", "sources")}
    parts = [json.dumps(options, sort_keys=True).encode()] + [(package / f"model.{end}").read_bytes()
                                                              for end in ("xml", "bin")]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:12]


def has_bf16():
    """Whether the processor computes in BF16; elsewhere OpenVINO takes FP32 without a word."""
    return "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


@functools.cache
def picture(path):
    """Decoded once for all detectors; both splits take 1.5 GB."""
    return data.read_picture(path)


def in_full(name, folder):
    """The package's network in FP32: as `export.py` left it, or read back from the package (recover.py)."""
    path, package = folder / name / "model-fp32.xml", ROOT / "models" / name / "1"
    if not path.exists():
        path = path.with_name(f"recovered-{stamp(package)}.xml")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        network = recover.network(CFG / f"{name}.cfg", package)
        export.save_openvino(export.with_bytes(export.to_openvino(export.Detector(network))), path)
    return path


def size_of(looks):
    return f"{' and '.join(map(str, looks))} longest"


def contestants(exported, peers_folder):
    """Name, input size, precision, stamp, detector: built one after the other, to hold one at a time."""
    for name in ("face-fast", "face-accurate"):
        package = ROOT / "models" / name / "1"
        if not (package / "model.json").exists():
            continue
        about = json.loads((package / "model.json").read_text())["input"]
        longest = about["longest_side"]
        cfg, network, mark, own = CFG / f"{name}.cfg", package / "model.xml", stamp(package), served.looks_of(package)
        others = [[side] for side in (longest, 1024 if longest != 1024 else 768) if [side] != own]
        for looks in [own] + others:
            yield name, size_of(looks), "INT8", mark, Ours(network, cfg, looks, enlarge=about.get("enlarge"))
        yield name, f"{longest} at most, not enlarged", "INT8", mark, Ours(network, cfg, [longest], enlarge=1)
        for precision in ("FP32", "BF16") if has_bf16() else ("FP32",):
            yield name, size_of(own), precision, mark, Ours(in_full(name, exported), cfg, own,
                                                            "f32" if precision == "FP32" else "bf16")
    for name, size, peer in peers.load(peers_folder):
        yield name, size, "FP32", "peer", peer


def stored(path):
    return pickle.loads(path.read_bytes()) if path.exists() else None


def store(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".new").write_bytes(pickle.dumps(value))
    os.replace(path.with_suffix(".new"), path)
    return value


def key_of(options, name, precision, size, mark, split):
    """The file of a detector's answers; another network or another option of its package has another."""
    count = "" if options.limit is None else f"-{options.limit}"
    return Path(options.cache) / f"{name}-{precision}-{size}-{mark}-{split}{count}.pkl".replace(" ", "_")


def detections(path, detector, pictures):
    """What a detector finds in every picture; kept so that a stopped run goes on."""
    return stored(path) or store(path, [detector(picture(p["file"])) for p in pictures])


def measure(splits, options):
    rows = []
    for name, size, precision, mark, detector in contestants(Path(options.exported), options.peers):
        row = {"name": name, "size": size, "precision": precision, "ms": detector.milliseconds()}
        for split, pictures in splits.items():
            if precision != "INT8" and name.startswith("face-") and split != "test":
                continue  # the precisions are compared on one split
            path = key_of(options, name, precision, size, mark, split)
            if options.stored and not path.exists():
                continue
            row[split] = evaluate.detector_figures(pictures, detections(path, detector, pictures))
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
            detector = ROOT / "models" / name / "1"
            path = key_of(options, name, "INT8", size_of(served.looks_of(detector)), stamp(detector), split)
            found = [(boxes[scores >= LEAST], scores[scores >= LEAST]) for boxes, scores in stored(path)]
            path = path.with_name(f"{path.stem}-{stamp(package)}.pkl")
            probabilities = stored(path) or store(path, [
                mask_figures.classify(model, picture(p["file"]), boxes, temperature=temperature, **look)
                for p, (boxes, _) in zip(pictures, found)])
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
