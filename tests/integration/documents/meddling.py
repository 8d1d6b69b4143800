"""Somebody between Loket and the real signer, who loses or changes the answers to `sign`."""

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from django.db import connections

from loket.documents.signers import wire


class Meddler:
    """Passes every request on; `answer` decides what comes back of a signed file (None: nothing at all).

    `signed` are the files that the real signer made, whatever became of them; `header` may change a request.
    """

    def __init__(self, path: Path, signer: Path) -> None:
        self._signer = str(signer)
        self.signed: list[bytes] = []
        self.answer: Callable[[bytes], bytes | None] = lambda signed: signed
        self.header: Callable[[wire.Header], wire.Header] = lambda header: header
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(16)
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def lose(self) -> None:
        """From now on no answer to `sign` comes back."""
        self.answer = lambda _: None

    def be_honest(self) -> None:
        self.answer = lambda signed: signed

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._threads.append(threading.Thread(target=self._attend, args=(connection,), daemon=True))
                self._threads[-1].start()

    def _attend(self, connection: socket.socket) -> None:
        deadline = wire.deadline_in(20)
        with connection, contextlib.suppress(OSError, wire.ProtocolError):
            header, body = wire.receive(connection, deadline=deadline)
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as signer:
                signer.connect(self._signer)
                wire.send(signer, self.header(header), body, deadline=deadline)
                answer, content = wire.receive(signer, deadline=deadline, largest_body=wire.LARGEST_ANSWER)
            back: bytes | None = bytes(content)
            if header["op"] == "sign" and content:
                self.signed.append(bytes(content))
                try:
                    back = self.answer(bytes(content))
                finally:
                    connections.close_all()
            if back is not None:
                wire.send(connection, answer, back, deadline=deadline)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=20)
            assert not thread.is_alive()
