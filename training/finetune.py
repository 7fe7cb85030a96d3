"""Fine-tunes a trained detector on one's own cameras: a COCO data set of corrected observations.

The data set has the shape of the others: `faces/train.json` and `faces/val.json` with their folders. It is mixed with
nothing; a tenth of the usual learning rate keeps what the network knew.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import data
import store

HERE = Path(__file__).parent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder with faces/train.json and faces/train/")
    parser.add_argument("--weights", help="weights.pt to begin from; without it the package's own network (recover.py)")
    parser.add_argument("--network", default="face-fast")
    parser.add_argument("--run", default="runs/finetuned")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--batch", type=int, default=8)
    options = parser.parse_args()
    folder, run = data.require_data(options.data), Path(options.run)
    prepared = run / "prepared"
    if not (prepared / "index.json").exists():
        store.prepare(folder, "train", prepared, degraded=0.5)
    weights = options.weights or str(run / "recovered.pt")
    if not Path(weights).exists():
        subprocess.run([sys.executable, HERE / "recover.py", "--network", options.network, "--data", folder,
                        "--out", weights], check=True)
    subprocess.run([sys.executable, HERE / "train_detector.py", "--cfg", HERE / "cfg" / f"{options.network}.cfg",
                    "--data", folder, "--prepared", prepared, "--run", run, "--weights", weights,
                    "--steps", str(options.steps), "--batch", str(options.batch), "--rate", "1e-4"], check=True)


if __name__ == "__main__":
    main()
