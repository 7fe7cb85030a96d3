"""Puts people into places, frame by frame, and writes down what is to be seen."""
import functools
import json
import pathlib
import subprocess

from PIL import Image, ImageDraw, ImageFont

from . import masks, places, portraits
from .story import FPS, LENGTH, Scene, Visit

#: A figure reaches at least this far below the edge of what stands in front of it.
HIDDEN = 40
#: Where the middle of a face is, if the figure is tall enough.
EYE_LEVEL = 350


class Figures:
    """People cut out, masked and scaled, kept because a visit uses the same one for many frames."""

    def __init__(self, pictures: dict):
        self._pictures = pictures
        self.figure = functools.cache(self._figure)

    def _figure(self, person: str, mask: str | None, below_nose: bool, height: float, is_mirrored: bool) -> tuple:
        """The figure and the box of its face in it."""
        portrait, picture = portraits.PEOPLE[person], self._pictures[person]
        if mask:
            picture = masks.painted(picture, portrait, mask, below_nose)
        figure = portraits.cut_out(picture, portrait)
        left, top, right, bottom = figure.getchannel("A").getbbox()
        figure = figure.crop((left, top, right, bottom - 3))
        scale = height / portrait.face[3]
        figure = figure.resize((round(figure.width * scale), round(figure.height * scale)), Image.Resampling.LANCZOS)
        x, y, width, tall = portrait.face
        box = [(x - left) * scale, (y - top) * scale, width * scale, tall * scale]
        if is_mirrored:
            figure = figure.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            box[0] = figure.width - box[0] - box[2]
        return figure, box


def frame(place: places.Place, visits: tuple, time: float, figures: Figures) -> tuple[Image.Image, list]:
    """The picture at `time` and the faces in it."""
    picture, faces = place.background.copy(), []
    for row, (edge, front) in enumerate(place.rows):
        for visit in visits:
            position = visit.position(time) if visit.row == row else None
            if position:
                faces.append(_put(picture, visit, position, edge, figures))
        picture.paste(front, (0, 0), front)
    return picture, [face for face in faces if face]


def _put(picture: Image.Image, visit: Visit, position: tuple, edge: int, figures: Figures) -> dict | None:
    figure, box = figures.figure(visit.person, visit.mask, visit.below_nose, visit.height, visit.is_mirrored)
    left = round(position[0] - box[0] - box[2] / 2)
    top = round(max(EYE_LEVEL - box[1] - box[3] / 2, edge + HIDDEN - figure.height) - position[1])
    picture.paste(figure, (left, top), figure)
    x, y = box[0] + left, box[1] + top
    if x + box[2] <= 0 or x >= places.WIDTH:
        return None
    return {"box": [round(value, 1) for value in (x, y, box[2], box[3])], "mask": visit.state,
            "is_whole": x >= 0 and x + box[2] <= places.WIDTH}


def clip(scene: Scene, figures: Figures, output: pathlib.Path) -> list:
    """Renders a scene's loop into a video file and returns its truth, one entry a frame."""
    place = places.PLACES[scene.place]()
    truth = []
    label = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 22)
    temporary = output.with_suffix(".tmp.mp4")
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{places.WIDTH}x{places.HEIGHT}",
               "-r", str(FPS), "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", "14", "-pix_fmt", "yuv420p", str(temporary)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        for index in range(LENGTH * FPS):
            picture, faces = frame(place, scene.visits, index / FPS, figures)
            ImageDraw.Draw(picture).text((18, 684), f"{scene.name}  demo", font=label, fill=(250, 250, 250), stroke_width=2, stroke_fill=(20, 20, 20))
            encoder.stdin.write(picture.tobytes())
            truth.append({"time": index / FPS, "faces": faces})
        encoder.stdin.close()
    if encoder.returncode:
        raise RuntimeError(f"ffmpeg could not write {temporary}")
    temporary.rename(output)
    return truth


def still(place: str, visits: tuple, figures: Figures, output: pathlib.Path) -> list:
    """One picture of standing people, for tests; returns its faces."""
    picture, faces = frame(places.PLACES[place](), visits, 1.0, figures)
    picture.save(output)
    return faces


def write_json(path: pathlib.Path, value) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n")
