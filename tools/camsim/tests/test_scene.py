import pathlib

import pytest

from camsim import scene


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"")
    return path


def test_json_and_yaml_say_the_same(picture):
    as_json = scene.load('{"cameras": [{"name": "a", "source": "picture.png", "gop": 50}]}', picture.parent)
    as_yaml = scene.load("cameras:\n- {name: a, source: picture.png, gop: 50}", picture.parent)
    assert as_json == as_yaml and as_json[0].gop == 50


def test_options_of_the_command_line_name_faults_too(picture):
    camera = scene.parse_option(f"name=a,source={picture},codec=h265,drop=0.1,stall=true,transports=tcp")
    assert (camera.codec, camera.faults.drop, camera.faults.stall, camera.transports) == ("h265", 0.1, True, ["tcp"])


def test_password_comes_from_the_environment(picture, monkeypatch):
    monkeypatch.setenv("CAMERA_PASSWORD", "secret")
    assert scene.parse_option(f"name=a,source={picture},password_env=CAMERA_PASSWORD").password == "secret"


@pytest.mark.parametrize("change, words", [
    ({"codec": "mjpeg"}, "'codec' must be one of h264, h265"),
    ({"fps": 0}, "'fps' must be 0.1...120"),
    ({"gob": 3}, "unknown key 'gob'"),
    ({"gop": "3"}, "'gop' must be int"),
    ({"faults": {"drop": 2}}, "'drop' must be 0...1"),
    ({"source": "nothing.mp4"}, "there is no"),
])
def test_errors_say_which_key_and_what_is_allowed(picture, change, words):
    with pytest.raises(scene.SceneError, match=words.replace(".", r"\.")):
        scene.CameraConfig.parse({"name": "a", "source": "picture.png"} | change, pathlib.Path(picture.parent))


def test_two_cameras_cannot_share_a_name(picture):
    with pytest.raises(scene.SceneError, match="two cameras named 'a'"):
        scene.load('{"cameras": [{"name": "a", "source": "picture.png"}, {"name": "a", "source": "picture.png"}]}', picture.parent)
