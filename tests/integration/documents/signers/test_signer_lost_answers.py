"""Signers that misbehave, each speaking the protocol until it does not: sure or in doubt?"""

import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loket.documents.signers import wire
from loket.documents.signers.base import SignerInDoubt, SignerLocked, SignerUnavailable
from loket.documents.signers.client import LocalSigner

SESSION = "sesi-yang-tidak-dapat-ditebak"
Behaviour = Callable[[socket.socket], None]


@pytest.fixture
def pretend(socket_path: Path) -> Iterator[Callable[[Behaviour], LocalSigner]]:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    threads = []

    def start(behave: Behaviour) -> LocalSigner:
        listener.bind(str(socket_path))
        listener.listen(1)

        def attend() -> None:
            connection, _ = listener.accept()
            with connection:
                behave(connection)

        threads.append(threading.Thread(target=attend, daemon=True))
        threads[-1].start()
        return LocalSigner(socket_path, timeout=1.0)

    yield start
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()
    listener.close()


def whole_request(connection: socket.socket) -> None:
    header, _ = wire.receive(connection, deadline=wire.deadline_in(5))
    assert header["op"] in ("sign", "unlock", "status")


def closes(connection: socket.socket) -> None:
    whole_request(connection)


def stays_silent(connection: socket.socket) -> None:
    whole_request(connection)
    time.sleep(1.5)


def stops_midway(connection: socket.socket) -> None:
    whole_request(connection)
    connection.sendall(struct.pack(">II", 17, 5000) + b'{"result":"done"}' + b"%PDF")


def drips(connection: socket.socket) -> None:
    whole_request(connection)
    for byte in struct.pack(">II", 17, 5000) + b'{"result":"done"}':
        try:
            connection.sendall(bytes((byte,)))
        except OSError:
            return  # the client lost its patience, as it should
        time.sleep(0.2)


def answers_nonsense(connection: socket.socket) -> None:
    whole_request(connection)
    connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n<html>")


def answers_an_unknown_error(connection: socket.socket) -> None:
    whole_request(connection)
    wire.send(connection, {"error": "SomethingNew"}, deadline=wire.deadline_in(5))


def answers_done_without_a_file(connection: socket.socket) -> None:
    whole_request(connection)
    wire.send(connection, {"result": "done"}, deadline=wire.deadline_in(5))


def announces_too_much(connection: socket.socket) -> None:
    whole_request(connection)
    connection.sendall(struct.pack(">II", 17, 2**31) + b'{"result":"done"}')


@pytest.mark.parametrize(
    "behaviour",
    [
        closes,
        stays_silent,
        stops_midway,
        drips,
        answers_nonsense,
        answers_an_unknown_error,
        answers_done_without_a_file,
        announces_too_much,
    ],
)
def test_in_doubt_once_the_request_was_sent(pretend, sign, behaviour: Behaviour):
    client = pretend(behaviour)
    began = time.monotonic()
    with pytest.raises(SignerInDoubt, match="mungkin sudah ditandatangani"):
        sign(client)
    assert time.monotonic() - began < 1.4


def closes_at_once(connection: socket.socket) -> None:
    connection.recv(10)


def test_not_signed_where_the_request_did_not_arrive_whole(pretend, sign, pdf: bytes):
    client = pretend(closes_at_once)
    with pytest.raises(SignerUnavailable, match="belum ditandatangani"):
        sign(client, pdf=pdf + bytes(4_000_000))  # more than the kernel keeps for a reader that is gone


def test_not_signed_where_nobody_listens(socket_path: Path, sign):
    with pytest.raises(SignerUnavailable, match="belum ditandatangani"):
        sign(LocalSigner(socket_path))
    status = LocalSigner(socket_path).status("kadis")
    assert (status.ok, status.reason) == (False, "Layanan tanda tangan tidak dapat dihubungi.")


@pytest.mark.parametrize("behaviour", [closes, answers_nonsense])
def test_a_lost_answer_to_an_unlock_is_no_doubt(pretend, behaviour: Behaviour):
    with pytest.raises(SignerUnavailable):
        pretend(behaviour).unlock("kadis", SESSION, "kata sandi TTE yang panjang")


def test_the_errors_of_the_process_arrive_as_themselves(pretend, sign):
    def locked(connection: socket.socket) -> None:
        whole_request(connection)
        wire.send(connection, {"error": "SignerLocked", "message": ""}, deadline=wire.deadline_in(5))

    with pytest.raises(SignerLocked, match="Masukkan frasa sandi"):
        sign(pretend(locked))


def test_killed_between_request_and_answer(socket_path: Path, sign):
    """A process that has read the whole request and is then killed, as the kernel does without memory."""
    code = """
import os, socket, sys
from loket.documents.signers import wire
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1])
listener.listen(1)
print("ready", flush=True)
connection, _ = listener.accept()
wire.receive(connection, deadline=wire.deadline_in(10))
os.kill(os.getpid(), 9)
"""
    process = subprocess.Popen([sys.executable, "-c", code, str(socket_path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    with pytest.raises(SignerInDoubt):
        sign(LocalSigner(socket_path))
    assert process.wait(timeout=10) == -9
    process.stdout.close()


def test_a_signing_time_without_a_zone_is_a_mistake(socket_path: Path, pdf: bytes):
    moment = datetime.now(UTC).replace(tzinfo=None)
    client = LocalSigner(socket_path)
    with pytest.raises(ValueError, match="zone"):
        client.sign("kadis", SESSION, pdf, field_name="T", reason="", location="", signing_time=moment)
