"""Real cameras on loopback, looked at with ffprobe and ffmpeg."""
import json
import pathlib
import subprocess
import urllib.request

import pytest

PROGRAM = pathlib.Path(__file__).resolve().parents[1] / "maskwatch-camsim"


@pytest.fixture(scope="module")
def cameras(tmp_path_factory):
    folder = tmp_path_factory.mktemp("camsim")
    clip = folder / "clip.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=10:duration=4", clip], check=True)
    scene = {"cameras": [
        {"name": "plain", "source": str(clip), "fps": 10, "gop": 10},
        {"name": "locked", "source": str(clip), "codec": "h265", "user": "viewer", "password": "s3cret"},
    ]}
    process = subprocess.Popen([PROGRAM, "--port", "0", "--cache", folder, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(json.dumps(scene))
    process.stdin.close()
    ready = json.loads(process.stdout.readline())
    addresses = {camera["name"]: camera["address"] for camera in ready["cameras"]}
    yield addresses, ready["control"]
    process.terminate()
    assert process.wait(20) == 0


def probe(address: str, transport: str = "tcp") -> subprocess.CompletedProcess:
    return subprocess.run(["ffprobe", "-v", "error", "-rtsp_transport", transport, "-show_entries",
                           "stream=codec_name,width,height", "-of", "csv=p=0", address], capture_output=True, text=True, timeout=60)


def pictures(address: str, seconds: float) -> str:
    return subprocess.run(["ffmpeg", "-nostdin", "-v", "warning", "-rtsp_transport", "tcp", "-i", address, "-t", str(seconds),
                           "-f", "framecrc", "-"], capture_output=True, text=True, timeout=60).stdout


def change(control: str, **faults) -> dict:
    request = urllib.request.Request(control + "/cameras/plain", json.dumps(faults).encode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_plays_h264_over_both_transports(cameras, transport):
    assert probe(cameras[0]["plain"], transport).stdout.strip() == "h264,320,240"


def test_asks_for_the_password(cameras):
    address = cameras[0]["locked"]
    assert "401 Unauthorized" in probe(address).stderr
    assert "401 Unauthorized" in probe(address.replace("//", "//viewer:wrong@")).stderr
    assert probe(address.replace("//", "//viewer:s3cret@")).stdout.strip() == "hevc,320,240"


def test_time_stamps_grow_by_the_frame_rate(cameras):
    lines = [line.split(",") for line in pictures(cameras[0]["plain"], 2).splitlines() if not line.startswith("#")]
    times = [int(fields[1]) for fields in lines]
    assert len(times) >= 18 and times == sorted(set(times))


def test_refuses_and_comes_back(cameras):
    addresses, control = cameras
    change(control, refuse=True)
    assert "Connection refused" in probe(addresses["plain"]).stderr
    change(control, refuse=False)
    assert probe(addresses["plain"]).stdout.strip() == "h264,320,240"


def test_answers_another_status(cameras):
    addresses, control = cameras
    change(control, status=503)
    assert "503" in probe(addresses["plain"]).stderr or "5XX" in probe(addresses["plain"]).stderr
    change(control, status=0)


def test_changes_its_picture_size(cameras):
    addresses, control = cameras
    change(control, size="160x120")
    assert probe(addresses["plain"]).stdout.strip() == "h264,160,120"
    change(control, size="")


def test_refuses_faults_it_does_not_know(cameras):
    with pytest.raises(urllib.error.HTTPError) as error:
        change(cameras[1], droop=1)
    assert error.value.code == 422
