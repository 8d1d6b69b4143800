"""Taking in the body of a request: never more of it in memory than may be kept, never any of it on disk."""

from collections.abc import Callable
from io import BytesIO
from typing import TypeVar

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from loket.core.errors import LoketError

View = TypeVar("View", bound=Callable[..., HttpResponse])


class TooMuchAtOnce(LoketError):
    """Terlalu banyak berkas sekaligus. Unggah sebagian dulu, lalu sisanya."""

    status = 413


def takes_files(view: View) -> View:
    """Mark a view as one that files are sent to; any other gets a body of text only."""
    view.takes_files = True  # type: ignore[attr-defined]  # read by `body_limit`
    return view


def body_limit(request: HttpRequest) -> int:
    """How many bytes a body sent to this address may have."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    files = getattr(view, "takes_files", False)
    return int(settings.REQUEST_MAX_BYTES if files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class _Dropped(InMemoryUploadedFile):
    """A file of which nothing was kept; its size is what was sent."""

    def read(self, *_: object) -> bytes:
        raise TooMuchAtOnce()


class InMemory(FileUploadHandler):
    """Keeps files in memory up to a limit for each and for all; lets the rest of the bytes go by.

    Django's own would put large ones into /tmp under a name, in plain, and leave them there after a crash.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._parts: list[bytes] = []
        self._kept, self._dropping = 0, False

    def new_file(self, *args: object, **more: object) -> None:
        """A file begins."""
        super().new_file(*args, **more)
        self._parts, self._dropping = [], False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Some more of it."""
        self._dropping = (
            self._dropping
            or start + len(raw_data) > settings.RECEIVED_FILE_BYTES
            or self._kept + len(raw_data) > settings.RECEIVED_BYTES
        )
        if self._dropping:
            self._kept -= sum(map(len, self._parts))
            self._parts = []
        else:
            self._parts.append(raw_data)
            self._kept += len(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        """A file ends."""
        kind = _Dropped if self._dropping else InMemoryUploadedFile
        content, self._parts = BytesIO(b"".join(self._parts)), []
        return kind(
            content,
            self.field_name,
            "berkas",  # the sender's name is of no use to us
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )
