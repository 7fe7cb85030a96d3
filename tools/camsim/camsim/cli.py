"""The command line of maskwatch-camsim."""
import argparse
import concurrent.futures
import json
import pathlib
import signal
import sys

from . import loop, scene


def main() -> int:
    options = _parser().parse_args()
    try:
        return _run(options, _cameras(options))
    except scene.SceneError as error:
        print(f"maskwatch-camsim: {error}", file=sys.stderr)
        return 78


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="maskwatch-camsim", description="Simulated RTSP cameras that play videos or pictures for ever.",
        epilog="Keys of --camera and of a scene file, and the control port: README.md beside this program.")
    parser.add_argument("scene", nargs="?", help="scene file, JSON or YAML; - reads standard input")
    parser.add_argument("--camera", action="append", default=[], metavar="name=N,source=PATH[,KEY=VALUE...]")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8554, help="port of the first camera, the others follow; 0: free ones")
    parser.add_argument("--control-port", type=int, default=0, help="port of the control interface (default: a free one)")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[3] / ".deps/camsim",
                        help="folder for encoded streams (default %(default)s)")
    return parser


def _cameras(options) -> list[scene.CameraConfig]:
    cameras = [scene.parse_option(text) for text in options.camera]
    if options.scene == "-":
        cameras += scene.load(sys.stdin.read(), pathlib.Path.cwd())
    elif options.scene:
        path = pathlib.Path(options.scene)
        try:
            cameras += scene.load(path.read_text(), path.resolve().parent)
        except OSError as error:
            raise scene.SceneError(f"cannot read {path}: {error.strerror}") from None
    if not cameras:
        raise scene.SceneError("no camera: name a scene file or use --camera (see --help)")
    for offset, camera in enumerate(scene.unique(cameras)):
        if camera.port < 0:
            camera.port = options.port + offset if options.port else 0
    return cameras


def _encode(configs: list[scene.CameraConfig], cache: pathlib.Path) -> None:
    """Encodes every source before the first camera listens, two at a time."""
    def encode(config):
        if not loop.is_cached(config, cache):
            print(f"maskwatch-camsim: encoding {config.name}", file=sys.stderr, flush=True)
        loop.encoded(config, config.faults.size or config.size, cache)

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(encode, configs))


def _run(options, configs: list[scene.CameraConfig]) -> int:
    # GStreamer is loaded only now: wrong usage answers at once.
    from . import control
    from .camera import Camera, GLib, Gst

    Gst.init(None)
    _encode(configs, options.cache)
    cameras = {config.name: Camera(config, options.host, options.cache) for config in configs}
    main_loop = GLib.MainLoop()
    for number in (signal.SIGINT, signal.SIGTERM):
        GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, main_loop.quit)
    port = control.start(cameras, options.control_port)
    ready = {"control": f"http://127.0.0.1:{port}", "cameras": [
        {"name": camera.config.name, "address": camera.address} for camera in cameras.values()]}
    print(json.dumps(ready), flush=True)
    main_loop.run()
    for camera in cameras.values():
        camera.close()
    return 0
