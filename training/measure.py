"""Measures a detector (and a classifier behind it) on a split and prints the figures as JSON."""

import argparse
import json

import data
import evaluate
import mask_figures
import served


def sides(text):
    """The longest sides of the looks at a picture: `768`, or `512+768` for two looks."""
    return [int(side) for side in text.split("+")]


def detections(model, heads, pictures, looks, enlarge=None):
    return [served.detect_served(model, heads, data.read_picture(p["file"]), looks, enlarge=enlarge)
            for p in pictures]


def measure(model, heads, pictures, looks, enlarge=None, classifier=None, temperature=1.0):
    found = detections(model, heads, pictures, looks, enlarge)
    figures = evaluate.detector_figures(pictures, found)
    figures["best_f1"] = evaluate.best_threshold(pictures, found)
    if classifier is not None:
        probabilities = [mask_figures.classify(classifier, data.read_picture(p["file"]), boxes,
                                               mask_figures.face_crops.MARGIN, temperature)
                         for p, (boxes, _) in zip(pictures, found)]
        figures.update(mask_figures.pipeline_figures(pictures, found, probabilities))
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--split", default="val")
    parser.add_argument("--model", required=True)
    parser.add_argument("--cfg", required=True)
    parser.add_argument("--longest", type=sides, nargs="+", default=[[1024]],
                        help="longest sides to measure one after the other; 512+768 is two looks together")
    parser.add_argument("--enlarge", type=float, help="largest scale: smaller pictures are not blown up further")
    parser.add_argument("--classifier")
    parser.add_argument("--precision", default="f32")
    options = parser.parse_args()
    pictures = data.load_faces(data.require_data(options.data, options.split), options.split)
    model, heads = served.Model(options.model, options.precision), served.heads_of(options.cfg)
    classifier = served.Model(options.classifier) if options.classifier else None
    for looks in options.longest:
        figures = measure(model, heads, pictures, looks, options.enlarge, classifier)
        print(json.dumps({"model": options.model, "split": options.split, "longest": looks, **figures}), flush=True)


if __name__ == "__main__":
    main()
