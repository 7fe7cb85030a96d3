import pytest

from scenes import masks, places, portraits, story

SCENES = {scene.name: scene for scene in story.SCENES}


def violations(scene: story.Scene) -> list[float]:
    """Seconds at which somebody without a mask stands wholly in the picture."""
    times = [index / 2 for index in range(2 * story.LENGTH)]
    return [time for time in times for visit in scene.visits
            if visit.state == story.WITHOUT and (place := visit.position(time)) and 100 < place[0] < places.WIDTH - 100]


@pytest.mark.parametrize("name", ["Entrance", "Checkout"])
def test_an_incident_has_time_to_open_and_to_close(name):
    times = violations(SCENES[name])
    assert 18 <= max(times) - min(times) <= 30
    assert story.LENGTH - (max(times) - min(times)) >= 20


def test_the_warehouse_is_always_compliant():
    assert violations(SCENES["Warehouse"]) == []


@pytest.mark.parametrize("scene", story.SCENES, ids=lambda scene: scene.name)
def test_people_and_masks_are_known_and_nobody_stands_in_front_of_another(scene):
    for visit in scene.visits:
        assert visit.person in portraits.PEOPLE and (visit.mask is None or visit.mask in masks.STYLES)
        assert 40 <= visit.height <= 200
    for index in range(story.LENGTH * 2):
        middles = sorted(place[0] for visit in scene.visits if (place := visit.position(index / 2)))
        assert all(right - left > 250 for left, right in zip(middles, middles[1:]))


def test_outlines_hold_their_faces():
    for portrait in portraits.PEOPLE.values():
        xs, ys = [x for x, _ in portrait.outline], [y for _, y in portrait.outline]
        x, y, width, height = portrait.face
        assert min(xs) <= x and x + width <= max(xs) and min(ys) <= y and y + height <= max(ys)
