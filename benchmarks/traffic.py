"""A lean load generator: raw requests over keep-alive connections, one process, no parsing of pages."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

OK, FOUND = 200, 302


@dataclass(frozen=True)
class Session:
    """A signed-in person's cookies. The CSRF secret is also the token of every form."""

    cookie: str
    csrf: str


def get(path: str, session: Session) -> bytes:
    """A request for a page."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {_cookies(session)}\r\n\r\n".encode()


def post(path: str, session: Session, fields: dict[str, object]) -> bytes:
    """A sent form."""
    body = urlencode({"csrfmiddlewaretoken": session.csrf, **fields}, doseq=True)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {_cookies(session)}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def _cookies(session: Session) -> str:
    return f"loket_sesi={session.cookie}; loket_csrf={session.csrf}"


class Line:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer; connects where no connection is open."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        lowered = head.lower()
        length = int(lowered.partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
        body = await reader.readexactly(length)
        if b"connection: close" in lowered:
            self.close()
        return int(head[9:12]), body

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


@dataclass
class Outcome:
    """What a run of many users gave. Times are in seconds."""

    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0
    processor_share: float = 0.0

    @property
    def per_second(self) -> float:
        """Answers in a second."""
        return len(self.times) / self.seconds


async def _user(port: int, requests: Sequence[bytes], outcome: Outcome, until: float) -> None:
    line = Line(port)
    for request in requests:
        if time.perf_counter() > until:
            break
        begun = time.perf_counter()
        status, _ = await line.send(request)
        outcome.times.append(time.perf_counter() - begun)
        outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
    line.close()


def run_users(port: int, users: Sequence[Sequence[bytes]], *, seconds: float = 3600) -> Outcome:
    """Let every user send their requests one after the other, all users at once, for at most `seconds`."""
    outcome = Outcome()
    begun, used = time.perf_counter(), time.process_time()

    async def everybody() -> None:
        await asyncio.gather(*(_user(port, requests, outcome, begun + seconds) for requests in users))

    asyncio.run(everybody())
    outcome.seconds = time.perf_counter() - begun
    outcome.processor_share = (time.process_time() - used) / outcome.seconds
    return outcome
