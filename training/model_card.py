"""The text of `MODEL_CARD.md`, made from `model.json` so that the two never differ."""

USE = {
    "face-detection": ("Finds faces, with or without masks, in single pictures of security cameras.",
                       ["faces under 12 pixels, heads seen from behind or far from upright, faces covered by more than half",
                        "thermal cameras, fish-eye lenses that were not straightened, drawings"]),
    "mask-classification": (
        "Tells for a face already found whether a mask is worn correctly, incorrectly or not at all.",
        ["`mask_worn_incorrectly` was learned from few real faces: it is the least certain of the three labels",
         "scarves, hands, beards, transparent shields and veils are easily taken for masks",
         "it cannot tell whether a mask protects, nor what kind it is"]),
}
MISUSE = """- It does not know who somebody is, and must not be used to find out: no identity, age, sex, origin or mood.
- No decision about a person (a fine, a dismissal, a refused entrance) may rest on it without a human looking at the picture.
- The pictures it learned from are mostly of adults, from the web; how well it works for children, for different skin tones
  and for head coverings has not been measured. Measure it on your own cameras before you rely on it (docs/training.md)."""


def rows(metrics):
    return "\n".join(f"| {name.replace('_', ' ')} | {value if not isinstance(value, float) else round(value, 3)} |"
                     for name, value in metrics.items())


def text(model):
    purpose, limits = USE[model["task"]]
    sources = "\n".join(f"| {s['name']} | {s['origin']} | {s['license']} |" for s in model["sources"])
    files = "\n".join(f"- `{f['path']}` ({f['format']}, {f['precision']})" for f in model["files"])
    return f"""# {model['name']} {model['version']}

{model['description']}

{purpose} Licence of the weights: {model['license']}. How it was trained: docs/training.md. Comparison with others:
docs/benchmarks.md.

{files}

## Figures

`test` are 699 pictures from the web that no training picture resembles (near-duplicates were kept on one side);
`test_cctv` are the same pictures as a bad camera sends them (`training/cctv.py`, seed 2026). AP50 is the average
precision at an overlap of 0.5, by height of the face in pixels of the picture.

| figure | value |
| --- | --- |
{rows(model['metrics'])}

## Limits

{chr(10).join('- Weak: ' + limit + '.' for limit in limits)}
- The pictures are street, news, group and portrait pictures from the web, degraded by a generator; little real camera
  footage was among them.

## Not to be used for

{MISUSE}

## Sources of the training pictures

The pictures themselves are not part of this project.

| name | where | licence as stated there |
| --- | --- | --- |
{sources}
"""
