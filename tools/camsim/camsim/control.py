"""The control port: JSON over HTTP on the loopback interface.

GET  /cameras            every camera with its address, position in the content and faults
POST /cameras/NAME       {"stall": true, ...}: sets faults; {"rewind": true} starts the content anew
POST /cameras/NAME/reset ends the camera's connections with a TCP reset
"""
import http.server
import json
import threading

from .scene import SceneError

MAXIMUM_BODY = 65_536


def start(cameras: dict, port: int) -> int:
    """Serves the control port in a thread and returns its number."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/cameras":
                self._answer(200, {"cameras": [camera.description() for camera in cameras.values()]})
            else:
                self._answer(404, {"error": "there is GET /cameras and POST /cameras/NAME[/reset]"})

        def do_POST(self):
            parts = self.path.strip("/").split("/")
            camera = cameras.get(parts[1]) if len(parts) in (2, 3) and parts[0] == "cameras" else None
            if camera is None or parts[2:] not in ([], ["reset"]):
                return self._answer(404, {"error": f"no such camera; there are {', '.join(cameras)}"})
            try:
                length = int(self.headers.get("Content-Length") or 0)
                if length > MAXIMUM_BODY:
                    return self._answer(413, {"error": f"more than {MAXIMUM_BODY} bytes"})
                body = json.loads(self.rfile.read(length) or b"{}")
                if parts[2:] == ["reset"]:
                    camera.reset()
                else:
                    camera.change(body)
                self._answer(200, camera.description())
            except (SceneError, ValueError) as error:
                self._answer(422, {"error": str(error)})

        def _answer(self, status: int, value: dict):
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True, name="control").start()
    return server.server_address[1]
