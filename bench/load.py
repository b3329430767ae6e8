"""A small load tool: some keep-alive connections ask one server for some paths for some seconds, and time each answer.

Runs in a process of its own: reads a job as JSON on standard input, writes the figures as JSON on standard output.
"""

import gzip
import json
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import asdict, dataclass, field

REQUESTS_A_CONNECTION = 40  # then it is opened anew, so that no worker keeps more than its share of the connections
OPEN_EVERY = 25  # a compressed answer is decompressed and read this often; a plain one always


@dataclass
class Request:
    """One address, what its answer must contain, and for a POST the form; `@unique@` in it differs each time."""

    path: str
    expect: str = ""
    form: str | None = None
    status: int = 200


@dataclass
class Job:
    """What one measurement asks for."""

    port: int
    requests: list[Request]
    cookie: str = ""
    seconds: float = 5
    warm_up: float = 1
    connections: int = 4
    host: str = "127.0.0.1"

    def encoded(self):
        """The requests as (text in which `@unique@` is yet to be replaced, expected bytes, expected status)."""
        return [(self._encode(request), request.expect.encode(), request.status) for request in self.requests]

    def _encode(self, request):
        body = request.form
        lines = [
            f"{'GET' if body is None else 'POST'} {request.path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Cookie: {self.cookie}",
            "Accept: text/html",
            "Accept-Encoding: br, gzip",
        ]
        if body is not None:
            length = len(body.replace("@unique@", str(uuid.uuid4())))
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {length}",
                f"Origin: http://{self.host}:{self.port}",
            ]
        return "\r\n".join([*lines, "", body or ""])


@dataclass
class Figures:
    """What one measurement found; times in seconds."""

    answers: float = 0
    seconds: float = 0
    asked: int = 0
    median: float = 0
    p95: float = 0
    sent_bytes: int = 0
    encoding: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def each(self):
        """Seconds a request at this number of connections: the reverse of the throughput."""
        return self.seconds / self.answers if self.answers else float("inf")


class Line:
    """One keep-alive connection."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def ask(self, request):
        """Send `request` (bytes); returns status, headers (lower-case bytes) and body as sent."""
        self.socket.sendall(request)
        head, _, self.rest = self._until(b"\r\n\r\n")
        status, head = int(head[9:12]), head.lower()
        at = head.find(b"\r\ncontent-length:")
        if at >= 0:
            length = int(head[at + 17 :].split(b"\r\n", 1)[0])
            return status, head, self._exactly(length)
        if b"\r\ntransfer-encoding: chunked" in head:
            return status, head, self._chunks()
        return status, head, b""

    def _until(self, mark):
        data = self.rest
        while mark not in data:
            data += self._more()
        return data.partition(mark)

    def _exactly(self, length):
        parts, have = [self.rest], len(self.rest)
        while have < length:
            parts.append(self._more())
            have += len(parts[-1])
        data = b"".join(parts)
        self.rest = data[length:]
        return data[:length]

    def _chunks(self):
        body = b""
        while True:
            size, _, self.rest = self._until(b"\r\n")
            chunk = self._exactly(int(size, 16) + 2)
            if len(chunk) == 2:
                return body
            body += chunk[:-2]

    def _more(self):
        data = self.socket.recv(262144)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data

    def close(self):
        self.socket.close()


def plain(head, body):
    """The body without its content encoding."""
    if b"\r\ncontent-encoding: gzip" in head:
        return gzip.decompress(body)
    if b"\r\ncontent-encoding: br" in head:
        import brotli

        return brotli.decompress(body)
    return body


class Caller(threading.Thread):
    """One connection's worth of load: asks the requests in turn from its own starting point until told to stop."""

    def __init__(self, job, requests, first):
        super().__init__(daemon=True)
        self.job, self.requests, self.turn = job, requests, first
        self.times, self.errors, self.stop_at = [], [], 0.0
        self.sent_bytes, self.encoding, self.line = 0, "", None

    def run(self):
        try:
            while (now := time.perf_counter()) < self.stop_at:
                self.once(now)
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")
        finally:
            if self.line:
                self.line.close()

    def once(self, begin):
        if len(self.times) % REQUESTS_A_CONNECTION == 0:
            if self.line:
                self.line.close()
            self.line = Line(self.job.host, self.job.port)
        text, expect, wanted = self.requests[self.turn % len(self.requests)]
        self.turn += 1
        status, head, body = self.line.ask(text.replace("@unique@", str(uuid.uuid4())).encode())
        self.times.append((begin, time.perf_counter()))
        self.check(status, head, body, expect, wanted)

    def check(self, status, head, body, expect, wanted):
        self.sent_bytes += len(body)
        packed = b"\r\ncontent-encoding:" in head
        if packed:
            self.encoding = head.split(b"\r\ncontent-encoding:")[1].split(b"\r\n", 1)[0].strip().decode()
        if status != wanted:
            self.errors.append(f"status {status} instead of {wanted}")
        elif expect and (not packed or len(self.times) % OPEN_EVERY == 1) and expect not in plain(head, body):
            self.errors.append(f"answer without {expect.decode()!r}")


def run(job):
    """Warm up, measure, and return the Figures."""
    requests = job.encoded()
    begin = time.perf_counter()
    callers = [Caller(job, requests, number * 7) for number in range(job.connections)]
    for caller in callers:
        caller.stop_at = begin + job.warm_up + job.seconds
        caller.start()
    for caller in callers:
        caller.join()
    return _figures(callers, begin + job.warm_up, begin + job.warm_up + job.seconds)


def _figures(callers, start, end):
    """Answers that came inside the measured time; a request under way at either edge counts by its part inside."""
    times = [pair for caller in callers for pair in caller.times]
    spans = sorted(done - asked for asked, done in times if start <= done <= end)
    inside = sum(max(0, min(done, end) - max(asked, start)) / (done - asked) for asked, done in times)
    figures = Figures(answers=inside, seconds=end - start, asked=len(times))
    if spans:
        figures.median = statistics.median(spans)
        figures.p95 = spans[int(len(spans) * 0.95)]
    figures.sent_bytes = sum(caller.sent_bytes for caller in callers) // max(1, len(times))
    figures.encoding = next((caller.encoding for caller in callers if caller.encoding), "")
    figures.errors = [error for caller in callers for error in caller.errors]
    return figures


def measure(job):
    """Run the job in a process of its own; raises when an answer was not the one expected."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"], input=json.dumps(asdict(job)), capture_output=True, text=True, check=True
    )
    figures = Figures(**json.loads(done.stdout))
    if figures.errors:
        many = f"{len(figures.errors)} wrong answers of {job.requests[0].path}"
        raise RuntimeError(f"{many}, first: {figures.errors[0]}")
    if not figures.answers:
        raise RuntimeError(f"no answer of {job.requests[0].path} within {job.seconds} s")
    return figures


def fetch(port, path, cookie="", accept="identity", host="127.0.0.1"):
    """One GET; returns status, headers (lower-case bytes) and the body as sent."""
    line = Line(host, port)
    request = Job(port=port, requests=[Request(path)], cookie=cookie).encoded()[0][0]
    status, head, body = line.ask(request.replace("br, gzip", accept).encode())
    line.close()
    return status, head, body


if __name__ == "__main__":
    given = json.load(sys.stdin)
    given["requests"] = [Request(**request) for request in given["requests"]]
    json.dump(asdict(run(Job(**given))), sys.stdout)
