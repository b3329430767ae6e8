"""J5: requests that are meant to fill the memory of the web server, and pictures that are; each is refused, cheaply."""

import http.client
import json
import subprocess
import sys

import pytest

from bench import servers
from tests import migrated

pytestmark = [pytest.mark.processes, pytest.mark.slow]
GIGABYTE, MEGABYTE = 2**30, 2**20
BOUNDARY = "b" * 20


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """granian as `start` runs it, on a SQLite of its own."""
    var = tmp_path_factory.mktemp("large") / "var"
    migrated.copy_sqlite(var / "db.sqlite3")
    environment = {"VAR_DIR": str(var), "DATABASE_URL": "", "SITE_URL": "http://127.0.0.1"}
    with servers.web("config.wsgi:application", environment, var.with_name("web.log")) as server:
        for _ in range(8):  # until each worker has drawn the page
            assert ask(server, "GET", "/accounts/login/", b"", {}) == 200
        yield server


def ask(server, method, path, body, headers):
    """The status of the answer, which may come before all of `body` was sent."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        try:
            for piece in body if not isinstance(body, bytes) else [body]:
                connection.send(piece)
        except OSError:
            pass  # hung up on: the answer is there
        return connection.getresponse().status
    finally:
        connection.close()


def memory(server):
    return sum(servers.proportional_bytes(pid) for pid in servers.descendants(server.pid))


def parts(number):
    """A form of so many files."""
    head = 'Content-Disposition: form-data; name="files"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nx'
    return "".join(f"--{BOUNDARY}\r\n{head}\r\n" for _ in range(number)).encode() + f"--{BOUNDARY}--\r\n".encode()


def one_file():
    """The pieces of a form of one file, a gigabyte in all."""
    yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'.encode()
    yield from (b"x" * MEGABYTE for _ in range(1024))


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", f"multipart/form-data; boundary={BOUNDARY}"])
def test_a_body_of_a_gigabyte_is_refused_before_it_fills_the_memory(web, kind):
    before = memory(web)

    status = ask(web, "POST", "/accounts/login/", one_file(), {"Content-Length": str(GIGABYTE), "Content-Type": kind})

    assert status == 413
    assert memory(web) - before < 50 * MEGABYTE


def test_a_form_of_ten_thousand_files_is_refused_before_it_fills_the_memory(web):
    before, form = memory(web), parts(10_000)
    headers = {"Content-Length": str(len(form)), "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}

    status = ask(web, "POST", "/accounts/login/", form, headers)

    assert status in (400, 413)
    assert memory(web) - before < 50 * MEGABYTE


PICTURES = """
import json, resource, struct, sys, tempfile, zlib
from pathlib import Path
import django; django.setup()
from office import files
from PIL import Image, JpegImagePlugin, PngImagePlugin  # what they take themselves does not count
folder = Path(tempfile.mkdtemp())

def png(side):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    lines = zlib.compressobj(9)
    rows = b"".join([*(lines.compress(bytes(side // 8 + 1)) for _ in range(side)), lines.flush()])
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")

(folder / "bomb.png").write_bytes(png(20_000))
(folder / "photo.jpg").write_bytes(Path(sys.argv[1]).read_bytes())
told = {}
for name, kind in (("photo.jpg", "image/jpeg"), ("bomb.png", "image/png")):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = files._make_thumbnail(folder / name, kind)
    told[name] = [made, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before]
print(json.dumps(told))
"""


def test_a_picture_that_unpacks_to_gigabytes_gets_no_thumbnail_and_one_of_a_good_camera_gets_one(tmp_path):
    from PIL import Image

    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (8160, 6120), "teal").save(photo, "JPEG", quality=60)

    done = subprocess.run(
        [sys.executable, "-c", PICTURES, str(photo)], cwd=servers.ROOT, capture_output=True, text=True, check=True
    )

    told = {name: (made, kilobytes // 1024) for name, (made, kilobytes) in json.loads(done.stdout).items()}
    assert {name: made for name, (made, _grown) in told.items()} == {"photo.jpg": True, "bomb.png": False}
    assert max(grown for _made, grown in told.values()) < 50, told
