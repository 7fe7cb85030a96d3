"""Encodes a source once and keeps its access units: the loop that a camera plays for ever."""
import dataclasses
import hashlib
import os
import pathlib
import subprocess
import tempfile

from .scene import CameraConfig, SceneError

PICTURES = (".jpg", ".jpeg", ".png")


@dataclasses.dataclass(frozen=True)
class AccessUnit:
    """The NAL units of one picture, Annex B."""

    data: bytes
    is_key: bool


@dataclasses.dataclass(frozen=True)
class Loop:
    units: tuple[AccessUnit, ...]
    #: Index of the key frame at or before each unit.
    key_before: tuple[int, ...]

    @staticmethod
    def of(units: list[AccessUnit]) -> "Loop":
        if not units or not units[0].is_key:
            raise SceneError("the encoder gave a stream that does not start with a key frame")
        keys, key = [], 0
        for index, unit in enumerate(units):
            key = index if unit.is_key else key
            keys.append(key)
        return Loop(tuple(units), tuple(keys))


def is_cached(camera: CameraConfig, cache: pathlib.Path) -> bool:
    return (cache / f"{_fingerprint(camera, camera.faults.size or camera.size)}.{camera.codec}").exists()


def encoded(camera: CameraConfig, size: str, cache: pathlib.Path) -> Loop:
    """The loop of a camera at a size (empty: its own), from the cache or freshly encoded."""
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / f"{_fingerprint(camera, size)}.{camera.codec}"
    if not path.exists():
        # Written under another name first, so that a killed encoder leaves no half file behind.
        handle, temporary = tempfile.mkstemp(dir=cache, suffix=f".{camera.codec}")
        os.close(handle)
        try:
            _encode(camera, size, temporary)
            os.replace(temporary, path)
        finally:
            if os.path.exists(temporary):
                os.unlink(temporary)
    return Loop.of(access_units(path.read_bytes(), camera.codec))


def _fingerprint(camera: CameraConfig, size: str) -> str:
    parts = [camera.codec, size, camera.fps, camera.gop, camera.bitrate, camera.hold, camera.duration]
    for path in _files(camera.source):
        status = os.stat(path)
        parts += [path, status.st_size, status.st_mtime_ns]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def _files(source: str) -> list[str]:
    if os.path.isdir(source):
        return sorted(str(path) for path in pathlib.Path(source).iterdir() if path.suffix.lower() in PICTURES)
    return [source]


def _input(camera: CameraConfig) -> list[str]:
    if os.path.isdir(camera.source):
        suffixes = {pathlib.Path(path).suffix for path in _files(camera.source)}
        if len(suffixes) != 1:
            raise SceneError(f"{camera.source}: pictures of one kind (.jpg or .png) are needed, found {suffixes or 'none'}")
        pattern = os.path.join(camera.source, "*" + suffixes.pop())
        return ["-framerate", f"1/{camera.hold}", "-pattern_type", "glob", "-i", pattern]
    if camera.source.lower().endswith(PICTURES):
        return ["-loop", "1", "-t", str(camera.duration or camera.gop / camera.fps), "-i", camera.source]
    return ["-i", camera.source]


def _encode(camera: CameraConfig, size: str, output: str) -> None:
    filters = [f"fps={camera.fps}"]
    if size:
        box = size.replace("x", ":")
        filters += [f"scale={box}:force_original_aspect_ratio=decrease", f"pad={box}:-1:-1", "setsar=1"]
    else:
        filters.append("scale=trunc(iw/2)*2:trunc(ih/2)*2")
    parameters = f"keyint={camera.gop}:min-keyint={camera.gop}:scenecut=0:bframes=0:aud=1:repeat-headers=1"
    encoder = {
        "h264": ["libx264", "-preset", "veryfast", "-x264-params", parameters],
        "h265": ["libx265", "-preset", "ultrafast", "-x265-params", parameters + ":open-gop=0:log-level=error"],
    }[camera.codec]
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *_input(camera)]
    if camera.duration:
        command += ["-t", str(camera.duration)]
    command += ["-an", "-vf", ",".join(filters), "-pix_fmt", "yuv420p", "-c:v", *encoder, "-b:v", camera.bitrate]
    command += ["-f", {"h264": "h264", "h265": "hevc"}[camera.codec], output]
    result = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if result.returncode:
        raise SceneError(f"camera {camera.name!r}: ffmpeg cannot encode {camera.source}: {result.stderr.strip()[-500:]}")


def access_units(stream: bytes, codec: str) -> list[AccessUnit]:
    """Splits an Annex B stream at its access unit delimiters (every unit of ours begins with one)."""
    units: list[AccessUnit] = []
    start, is_key, position = None, False, stream.find(b"\0\0\1")
    while position >= 0:
        kind = _nal_type(stream[position + 3], codec)
        begin = position - 1 if position and stream[position - 1] == 0 else position
        if kind == {"h264": 9, "h265": 35}[codec]:
            if start is not None:
                units.append(AccessUnit(stream[start:begin], is_key))
            start, is_key = begin, False
        elif kind == 5 if codec == "h264" else 16 <= kind <= 21:
            is_key = True
        position = stream.find(b"\0\0\1", position + 3)
    if start is not None:
        units.append(AccessUnit(stream[start:], is_key))
    return units


def _nal_type(header: int, codec: str) -> int:
    return header & 0x1F if codec == "h264" else (header >> 1) & 0x3F
