"""Sending a file to the upload page byte by byte, as no browser would."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client
from django.test.client import FakePayload

BOUNDARY = b"----perbatasan"


def body(content: bytes, filename: str = "berkas.jpg", declared: str = "image/jpeg", times: int = 1) -> bytes:
    """A form with one field of files."""
    name = filename.replace('"', "%22").encode()
    head = b'Content-Disposition: form-data; name="files"; filename="%s"' % name
    kind = b"Content-Type: " + declared.encode()
    part = b"\r\n".join([b"--" + BOUNDARY, head, kind, b"", content, b""])
    return part * times + b"--%s--\r\n" % BOUNDARY


@dataclass
class Endless:
    """A stream of as many bytes as anybody wants; counts what was taken."""

    taken: int = 0

    def read(self, size: int = 1 << 20) -> bytes:
        self.taken += size
        return bytes(size)

    readline = read


def send(client: Client, path: str, data: bytes | Endless, length: int | None = None) -> HttpResponse:
    """Post a body, with a length that need not be its own."""
    given = len(data) if isinstance(data, bytes) else 0
    stream = FakePayload(data) if isinstance(data, bytes) else data
    return client.generic(
        "POST",
        path,
        **{
            "wsgi.input": stream,
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY.decode()}",
            "CONTENT_LENGTH": str(given if length is None else length),
        },
    )
