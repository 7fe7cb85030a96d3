"""What the cameras of the end-to-end tests show: still pictures whose faces are known."""
import pathlib

from .render import Figures, still
from .story import LENGTH, Visit

#: Folder, then file, then who stands there. A folder of two pictures shows one after the other.
STILLS = {
    "mixed": {"1.png": ("entrance", (("jin", None, 300), ("ada", "surgical", 640), ("hopper", "white", 980)))},
    "masked": {"1.png": ("warehouse", (("mary", "white", 420), ("hopper", "surgical", 860)))},
    "changing": {
        "1.png": ("checkout", (("mary", None, 640),)),
        "2.png": ("checkout", (("ada", "black", 400), ("hopper", "white", 860))),
    },
}
#: Height of a face.
HEIGHT = 130


def draw(folder: pathlib.Path, figures: Figures) -> dict:
    """Draws every picture and returns the faces by file."""
    truth = {}
    for name, files in STILLS.items():
        (folder / name).mkdir(exist_ok=True)
        for file, (place, people) in files.items():
            visits = tuple(Visit(person, mask, 0, LENGTH, x, HEIGHT) for person, mask, x in people)
            truth[f"{name}/{file}"] = still(place, visits, figures, folder / name / file)
    return truth
