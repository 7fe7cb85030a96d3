"""What the cameras are: the scene file and its checks."""
import dataclasses
import json
import os
import pathlib
import re

CODECS = ("h264", "h265")
TRANSPORTS = ("tcp", "udp")


class SceneError(Exception):
    """A scene that cannot be played: says which camera, which key, and what is allowed."""


@dataclasses.dataclass
class Faults:
    """What goes wrong. Every field can be set in the scene and changed at run time through the control port."""

    #: Nobody listens on the port.
    refuse: bool = False
    #: Connections are accepted, nothing is ever answered.
    mute: bool = False
    #: The session stays up, no more pictures come.
    stall: bool = False
    #: Share of RTP packets that get lost, 0...1.
    drop: float = 0.0
    #: Share of access units with damaged bytes, 0...1.
    corrupt: float = 0.0
    #: Seconds from PLAY (or from now on, if playing) without a key frame; the stream starts with P-frames.
    no_key_frame: float = 0.0
    #: RTSP status answered to DESCRIBE instead of the stream, such as 404, 453 or 503; 0 for none.
    status: int = 0
    #: Sessions served at a time, the next SETUP gets 453; 0 for any number.
    max_sessions: int = 0
    #: Another picture size, WIDTHxHEIGHT, in the middle of the stream; empty for the camera's own.
    size: str = ""

    def updated(self, values: dict, where: str) -> "Faults":
        return dataclasses.replace(self, **_checked(Faults, values, where, self._limits))

    @staticmethod
    def _limits(key: str, value):
        if key in ("drop", "corrupt") and not 0 <= value <= 1:
            return "must be 0...1"
        if key == "no_key_frame" and not 0 <= value <= 3600:
            return "must be 0...3600 seconds"
        if key == "status" and value and not 300 <= value <= 599:
            return "must be 0 or an RTSP status 300...599"
        if key == "max_sessions" and not 0 <= value <= 100:
            return "must be 0...100"
        if key == "size" and value and not re.fullmatch(r"[1-9]\d{0,3}x[1-9]\d{0,3}", value):
            return "must be WIDTHxHEIGHT, such as 640x360"
        return None


@dataclasses.dataclass
class CameraConfig:
    """One camera. `source` is a video, a picture, or a folder of pictures."""

    name: str
    source: str
    #: TCP port; 0 takes a free one, -1 the next after --port.
    port: int = -1
    path: str = "stream"
    codec: str = "h264"
    #: WIDTHxHEIGHT; empty keeps the source's size.
    size: str = ""
    fps: float = 15.0
    #: Frames from key frame to key frame.
    gop: int = 30
    #: Bits a second, such as 800k or 2M.
    bitrate: str = "1500k"
    #: Seconds for which each picture of a folder is shown.
    hold: float = 5.0
    #: Seconds of the source that are looped; 0 for all (a single picture: one GOP).
    duration: float = 0.0
    user: str = ""
    password: str = ""
    #: digest or basic.
    authentication: str = "digest"
    #: Which transports the camera offers.
    transports: list = dataclasses.field(default_factory=lambda: list(TRANSPORTS))
    faults: Faults = dataclasses.field(default_factory=Faults)

    @staticmethod
    def parse(values: dict, base: pathlib.Path) -> "CameraConfig":
        if not isinstance(values, dict):
            raise SceneError(f"a camera must be an object, not {values!r}")
        where = f"camera {values.get('name', '?')!r}"
        values = dict(values)
        faults = Faults().updated(values.pop("faults", {}), f"{where}, faults")
        variable = values.pop("password_env", None)
        if variable is not None:
            if variable not in os.environ:
                raise SceneError(f"{where}: the environment has no {variable!r} (password_env)")
            values["password"] = os.environ[variable]
        for key in ("name", "source"):
            if key not in values:
                raise SceneError(f"{where}: {key!r} is missing")
        camera = CameraConfig(**_checked(CameraConfig, values, where, _camera_limits), faults=faults)
        camera.source = str((base / camera.source).resolve())
        if not os.path.exists(camera.source):
            raise SceneError(f"{where}: there is no {camera.source}")
        return camera


def _camera_limits(key: str, value):
    if key == "name" and not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", value):
        return "must be 1...64 of A-Z a-z 0-9 . _ -"
    if key == "path" and not re.fullmatch(r"[A-Za-z0-9._/-]{1,128}", value):
        return "must be 1...128 of A-Z a-z 0-9 . _ / -"
    if key == "codec" and value not in CODECS:
        return f"must be one of {', '.join(CODECS)}"
    if key == "size" and value and not re.fullmatch(r"[1-9]\d{0,3}x[1-9]\d{0,3}", value):
        return "must be WIDTHxHEIGHT, such as 1280x720"
    if key == "fps" and not 0.1 <= value <= 120:
        return "must be 0.1...120"
    if key == "gop" and not 1 <= value <= 10_000:
        return "must be 1...10000 frames"
    if key == "bitrate" and not re.fullmatch(r"[1-9]\d{0,8}[kM]?", value):
        return "must be bits a second, such as 800k or 2M"
    if key in ("hold", "duration") and not 0 <= value <= 86_400:
        return "must be 0...86400 seconds"
    if key == "authentication" and value not in ("digest", "basic"):
        return "must be digest or basic"
    if key == "transports" and (not value or any(item not in TRANSPORTS for item in value)):
        return f"must list one or more of {', '.join(TRANSPORTS)}"
    if key == "port" and not -1 <= value <= 65_535:
        return "must be -1...65535"
    return None


def _checked(kind, values: dict, where: str, limits) -> dict:
    if not isinstance(values, dict):
        raise SceneError(f"{where}: must be an object, not {values!r}")
    fields = {field.name: field for field in dataclasses.fields(kind)}
    result = {}
    for key, value in values.items():
        if key not in fields:
            raise SceneError(f"{where}: unknown key {key!r}; known are {', '.join(fields)}")
        expected = fields[key].type
        if expected is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            raise SceneError(f"{where}: {key!r} must be {expected.__name__}, not {value!r}")
        problem = limits(key, value)
        if problem:
            raise SceneError(f"{where}: {key!r} {problem}, not {value!r}")
        result[key] = value
    return result


def load(text: str, base: pathlib.Path) -> list[CameraConfig]:
    """The cameras of a scene, JSON or YAML: {"cameras": [{...}]}. `base` is where relative sources start."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError:
        import yaml

        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise SceneError(f"the scene is neither JSON nor YAML: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("cameras"), list) or not data["cameras"]:
        raise SceneError('a scene is {"cameras": [{"name": ..., "source": ...}, ...]} with at least one camera')
    return unique([CameraConfig.parse(entry, base) for entry in data["cameras"]])


def parse_option(text: str) -> CameraConfig:
    """One camera of the command line: name=entrance,source=clip.mp4,codec=h265,gop=50,..."""
    values: dict = {"faults": {}}
    for part in text.split(","):
        key, separator, value = part.partition("=")
        if not separator:
            raise SceneError(f"--camera: {part!r} is not KEY=VALUE")
        target, kinds = (values, CameraConfig) if key in CameraConfig.__annotations__ else (values["faults"], Faults)
        kind = kinds.__annotations__.get(key, str)
        try:
            if kind is bool:
                converted = value.lower() in ("1", "true", "yes", "on")
            elif kind is list:
                converted = value.split("+")
            else:
                converted = kind(value)
        except ValueError:
            raise SceneError(f"--camera: {key}={value!r} is not a number") from None
        target[key] = converted
        if key == "password_env":
            values["password_env"] = values["faults"].pop(key)
    return CameraConfig.parse(values, pathlib.Path.cwd())


def unique(cameras: list[CameraConfig]) -> list[CameraConfig]:
    names = [camera.name for camera in cameras]
    for name in names:
        if names.count(name) > 1:
            raise SceneError(f"there are two cameras named {name!r}")
    return cameras
