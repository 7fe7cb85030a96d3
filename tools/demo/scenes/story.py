"""Who is where, when, and with which mask. This is the truth that Maskwatch is measured against."""
import dataclasses
import math

CORRECT, INCORRECT, WITHOUT = "mask_worn_correctly", "mask_worn_incorrectly", "without_mask"
#: Seconds of every clip, then it starts anew.
LENGTH = 60
FPS = 10
#: Seconds to walk in and out.
WALK = 2.5


@dataclasses.dataclass(frozen=True)
class Visit:
    """A person walks in from the left (or the right), stands at `x`, and leaves the same way."""

    person: str
    #: A style of masks.STYLES, or None.
    mask: str | None
    begin: float
    end: float
    #: Middle of the face while standing, and the face's height, in pixels.
    x: float
    height: float
    from_right: bool = False
    is_mirrored: bool = False
    below_nose: bool = False
    row: int = 0

    @property
    def state(self) -> str:
        return WITHOUT if self.mask is None else INCORRECT if self.below_nose else CORRECT

    def position(self, time: float) -> tuple[float, float] | None:
        """The middle of the face and its lift above the standing height; None while away."""
        if not self.begin <= time < self.end:
            return None
        outside = 1280 + 2.2 * self.height if self.from_right else -2.2 * self.height
        stays = self.begin <= 0 and self.end >= LENGTH
        entering = 1 if stays else min(1.0, (time - self.begin) / WALK)
        leaving = 0 if stays else max(0.0, 1 - (self.end - time) / WALK)
        x = self.x + (outside - self.x) * (1 - _eased(entering) + _eased(leaving))
        is_walking = entering < 1 or leaving > 0
        lift = abs(math.sin(time * 5.5)) * self.height * 0.05 if is_walking else math.sin(time * 1.3) * self.height * 0.02
        sway = 0 if is_walking else math.sin(time * 2 * math.pi / 6) * self.height * 0.06
        return x + sway, lift


def _eased(share: float) -> float:
    return share * share * (3 - 2 * share)


@dataclasses.dataclass(frozen=True)
class Scene:
    name: str
    place: str
    codec: str
    visits: tuple


SCENES = (
    Scene("Entrance", "entrance", "h264", (
        Visit("jin", None, 3, 27, 420, 165),
        Visit("ada", "surgical", 8, 22, 860, 120, from_right=True),
        Visit("mary", "white", 28, 43, 480, 120),
        Visit("hopper", "surgical", 32, 50, 900, 135, from_right=True),
        Visit("rose", "black", 45, 58, 420, 120),
    )),
    Scene("Checkout", "checkout", "h265", (
        Visit("rose", "green", 0, 60, 1000, 120, is_mirrored=True),
        Visit("hopper", "white", 2, 18, 480, 130),
        Visit("mary", None, 24, 46, 520, 130),
        Visit("jin", "black", 48, 59, 500, 165, is_mirrored=True),
    )),
    Scene("Warehouse", "warehouse", "h264", (
        Visit("collins", "white", 4, 34, 420, 110),
        Visit("jin", "surgical", 18, 50, 860, 165, from_right=True, is_mirrored=True),
    )),
    Scene("Car park", "car-park", "h265", (
        Visit("ada", "white", 2, 20, 760, 110, from_right=True, is_mirrored=True),
        Visit("collins", "surgical", 12, 32, 380, 110),
        Visit("mary", "green", 34, 56, 800, 115),
        Visit("hopper", None, 36, 54, 380, 125, is_mirrored=True),
    )),
)
