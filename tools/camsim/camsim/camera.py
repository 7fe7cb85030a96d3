"""One camera: an RTSP server on a port of its own, fed with access units from memory in real time."""
import os
import pathlib
import random
import socket
import struct
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

from .loop import Loop, encoded  # noqa: E402
from .scene import CameraConfig, Faults, SceneError  # noqa: E402

SOURCE = (
    "appsrc name=source is-live=true format=time block=false max-bytes=0 "
    "caps=video/x-{codec},stream-format=byte-stream,alignment=au,framerate={rate}/1000"
)
# The identity stands behind the payloader so that its drop-probability loses single RTP packets.
PAYLOADER = "rtp{codec}pay pt=96 config-interval=0 ! identity name=loss silent=true"


# Seconds by which the feeder may be late; beyond, it goes on from the key frame of the present.
MAXIMUM_LAG = 2.0


class Factory(GstRtspServer.RTSPMediaFactory):
    """Builds a camera's pipeline: access units in, RTP packets out of an element that must be named pay0."""

    def __init__(self, config: CameraConfig):
        super().__init__()
        self._config = config

    def do_create_element(self, _url):
        names = {"codec": self._config.codec, "rate": round(self._config.fps * 1000)}
        source = Gst.parse_bin_from_description(SOURCE.format(**names), True)
        payloader = Gst.parse_bin_from_description(PAYLOADER.format(**names), True)
        payloader.set_name("pay0")
        element = Gst.Bin()
        element.add(source)
        element.add(payloader)
        source.link(payloader)
        return element


class Camera:
    """Threads: GStreamer's main loop calls the `_on_` methods, the control port calls `change` and `reset`, and a
    feeder thread pushes pictures; `_state` guards what they share."""

    def __init__(self, config: CameraConfig, host: str, cache: pathlib.Path):
        self.config = config
        self.host = host
        self._cache = cache
        self._state = threading.Condition()
        self._faults = config.faults
        self._loop: Loop = encoded(config, config.faults.size or config.size, cache)
        self._epoch = time.monotonic()
        self._source = None
        self._loss = None
        self._prerolled = False
        self._is_playing = False
        self._played_since = 0.0
        self._sessions: set = set()
        self._mute_socket = None
        self._pushed = 0
        self.port = config.port
        self._server = self._make_server()
        self._attachment = None
        self._listen()
        threading.Thread(target=self._feed, daemon=True, name=f"feed {config.name}").start()

    @property
    def address(self) -> str:
        return f"rtsp://{self.host}:{self.port}/{self.config.path}"

    def description(self) -> dict:
        with self._state:
            return {
                "name": self.config.name, "address": self.address, "codec": self.config.codec,
                "has_password": bool(self.config.user), "sessions": len(self._sessions), "pushed": self._pushed,
                "position": round((time.monotonic() - self._epoch) % self._duration, 3), "duration": self._duration,
                "faults": vars(self._faults),
            }

    def change(self, values: dict) -> None:
        """Sets faults while running; {"rewind": true} also starts the content anew."""
        values = dict(values)
        rewind = values.pop("rewind", False)
        with self._state:
            faults = self._faults.updated(values, f"camera {self.config.name!r}")
            changed_size = faults.size != self._faults.size
        loop = encoded(self.config, faults.size or self.config.size, self._cache) if changed_size else None
        with self._state:
            self._faults = faults
            self._loop = loop or self._loop
            if rewind or loop:
                self._epoch = time.monotonic()
            if "no_key_frame" in values:
                self._played_since = time.monotonic()
            if self._loss:
                self._loss.set_property("drop-probability", faults.drop)
            self._state.notify_all()
        _on_main_loop(self._listen)

    def reset(self) -> None:
        """Ends every connection with a TCP reset."""
        _on_main_loop(lambda: self._drop_clients(abort=True))

    def close(self) -> None:
        self._stop_listening()
        self._drop_clients(abort=False)

    # The server

    def _make_server(self):
        server = GstRtspServer.RTSPServer()
        server.set_address(self.host)
        server.set_service(str(max(0, self.port)))
        factory = Factory(self.config)
        factory.set_shared(True)
        protocols = GstRtsp.RTSPLowerTrans(0)
        for name in self.config.transports:
            protocols |= {"tcp": GstRtsp.RTSPLowerTrans.TCP, "udp": GstRtsp.RTSPLowerTrans.UDP}[name]
        factory.set_protocols(protocols)
        factory.connect("media-configure", self._on_media)
        server.get_mount_points().add_factory("/" + self.config.path, factory)
        server.connect("client-connected", self._on_client)
        if self.config.user:
            self._require_password(server, factory)
        return server

    def _require_password(self, server, factory) -> None:
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken.new()
        token.set_string("media.factory.role", "user")
        if self.config.authentication == "basic":
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic(self.config.user, self.config.password), token)
        else:
            auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
            auth.add_digest(self.config.user, self.config.password, token)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("user", "media.factory.access", True)
        permissions.add_permission_for_role("user", "media.factory.construct", True)
        factory.set_permissions(permissions)
        server.set_auth(auth)

    def _listen(self) -> None:
        """Makes the port answer as the faults say. The port stays the camera's own once it is known."""
        refuse, mute = self._faults.refuse, self._faults.mute
        if (refuse or mute) and self.port > 0 or self._attachment is None:
            self._stop_listening()
        if refuse or mute:
            self._drop_clients(abort=False)
        if self.port <= 0:
            self.port = _free_port(self.host)
            self._server.set_service(str(self.port))
        if mute and not refuse:
            self._mute_socket = socket.create_server((self.host, self.port), backlog=64)
        elif not refuse and self._attachment is None:
            self._attachment = self._server.attach(None)
            if not self._attachment:
                self._attachment = None
                raise SceneError(f"camera {self.config.name!r}: port {self.port} is in use")

    def _stop_listening(self) -> None:
        if self._attachment is not None:
            GLib.source_remove(self._attachment)
            self._attachment = None
        if self._mute_socket is not None:
            self._mute_socket.close()
            self._mute_socket = None

    def _drop_clients(self, abort: bool) -> None:
        def drop(_server, client):
            if abort:
                _reset_on_close(client.get_connection().get_read_socket().get_fd())
            client.close()
            return GstRtspServer.RTSPFilterResult.REMOVE

        self._server.client_filter(drop)

    def _on_client(self, _server, client) -> None:
        client.connect("pre-describe-request", self._on_describe)
        client.connect("pre-setup-request", self._on_setup)
        client.connect("closed", self._on_closed)

    def _on_describe(self, _client, _context):
        return GstRtsp.RTSPStatusCode(self._faults.status or 200)

    def _on_setup(self, client, _context):
        with self._state:
            limit = self._faults.max_sessions
            if limit and client not in self._sessions and len(self._sessions) >= limit:
                return GstRtsp.RTSPStatusCode.NOT_ENOUGH_BANDWIDTH
            self._sessions.add(client)
            return GstRtsp.RTSPStatusCode.OK

    def _on_closed(self, client) -> None:
        with self._state:
            self._sessions.discard(client)

    # The stream

    def _on_media(self, _factory, media) -> None:
        element = media.get_element()
        source = element.get_by_name("source")
        source.connect("need-data", self._on_first_need)
        media.connect("new-state", self._on_state)
        media.connect("unprepared", self._on_unprepared)
        with self._state:
            self._source = source
            self._loss = element.get_by_name("loss")
            self._loss.set_property("drop-probability", self._faults.drop)
            self._prerolled = False

    def _on_first_need(self, source, _length) -> None:
        """The answer to DESCRIBE waits for one picture, which tells the payloader the parameter sets."""
        with self._state:
            if self._prerolled or source is not self._source:
                return
            self._prerolled = True
            loop, index = self._loop, self._index_now()
            first = loop.key_before[index]
            if self._faults.no_key_frame:
                first = min(first + 1, len(loop.units) - 1)
        self._push(source, loop.units[first].data, 0)

    def _on_state(self, _media, state) -> None:
        if state == int(Gst.State.PLAYING):
            with self._state:
                self._is_playing = True
                self._played_since = time.monotonic()
                self._state.notify_all()

    def _on_unprepared(self, _media) -> None:
        with self._state:
            self._is_playing = False
            self._source = None
            self._loss = None
            self._state.notify_all()

    @property
    def _duration(self) -> float:
        return len(self._loop.units) / self.config.fps

    def _index_now(self) -> int:
        return int((time.monotonic() - self._epoch) * self.config.fps) % len(self._loop.units)

    def _feed(self) -> None:
        """Plays the content as the wall clock has it, from the last key frame on; after a stall, from the next one."""
        period = 1 / self.config.fps
        while True:
            with self._state:
                self._state.wait_for(self._is_live)
                source, loop, epoch = self._source, self._loop, self._epoch
                index = loop.key_before[self._index_now()]
            due = time.monotonic()
            while True:
                with self._state:
                    self._state.wait_for(lambda: not self._is_live(), timeout=max(0, due - time.monotonic()))
                    is_same = (source, loop, epoch) == (self._source, self._loop, self._epoch)
                    if not (self._is_live() and is_same) or time.monotonic() - due > MAXIMUM_LAG:
                        break
                    faults = self._faults
                    withheld = time.monotonic() - self._played_since < faults.no_key_frame
                unit = loop.units[index]
                if not (withheld and unit.is_key):
                    data = unit.data if random.random() >= faults.corrupt else _damaged(unit.data)
                    self._push(source, data, _running_time(source))
                index = (index + 1) % len(loop.units)
                due += period

    def _is_live(self) -> bool:
        return self._is_playing and self._source is not None and not self._faults.stall

    def _push(self, source, data: bytes, timestamp: int) -> None:
        buffer = Gst.Buffer.new_wrapped(data)
        buffer.pts = buffer.dts = timestamp
        buffer.duration = int(Gst.SECOND / self.config.fps)
        source.emit("push-buffer", buffer)
        self._pushed += 1


def _running_time(source) -> int:
    clock = source.get_clock()
    return max(0, clock.get_time() - source.get_base_time()) if clock else 0


def _damaged(unit: bytes) -> bytes:
    """Some bytes of the picture's slices flipped, its headers whole."""
    data = bytearray(unit)
    for _ in range(max(1, len(data) // 400)):
        position = random.randrange(min(len(data) - 1, 80), len(data))
        data[position] ^= random.randrange(1, 256)
    return bytes(data)


def _reset_on_close(descriptor: int) -> None:
    with socket.socket(fileno=os.dup(descriptor)) as copy:
        copy.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as probe:
        return probe.getsockname()[1]


def _on_main_loop(action) -> None:
    """Runs `action` on GStreamer's thread and waits for it."""
    done = threading.Event()
    problem: list = []

    def run():
        try:
            action()
        except Exception as error:  # handed to the caller below
            problem.append(error)
        done.set()
        return GLib.SOURCE_REMOVE

    GLib.idle_add(run)
    done.wait(10)
    if problem:
        raise problem[0]
