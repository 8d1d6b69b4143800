"""The process itself: started, stopped and killed as in production."""

import os
import resource
import signal
import socket
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from loket.documents.signers import local, wire
from loket.documents.signers.base import SignerLocked, SignerSetupError, SignerUnavailable, SigningRefused
from loket.documents.signers.client import LocalSigner
from loket.documents.signers.process import serve
from loket.documents.signers.validate import check_signed

PASSPHRASE = "kata sandi TTE yang panjang"
SESSION = "sesi-yang-tidak-dapat-ditebak"


def test_nothing_of_the_passphrase_is_left_behind(start, keys_dir: Path, socket_path: Path, sign):
    running = start()
    running.client.unlock("kadis", SESSION, PASSPHRASE)
    assert sign(running.client)
    with pytest.raises(SigningRefused):
        sign(running.client, pdf=b"bukan PDF")  # this is logged with its traceback
    output = running.end()
    assert b"signer failed on a request" in output
    files = [path for folder in (keys_dir, socket_path.parent) for path in folder.rglob("*")]
    for content in [output, *(path.read_bytes() for path in files if path.is_file())]:
        for secret in (PASSPHRASE, PASSPHRASE.split()[-1], SESSION):
            assert secret.encode() not in content


def test_a_restart_asks_for_the_passphrase_again(start, sign):
    first = start()
    first.client.unlock("kadis", SESSION, PASSPHRASE)
    assert sign(first.client)
    first.end(kill=True)
    with pytest.raises(SignerUnavailable):
        sign(first.client)
    second = start()  # in spite of the socket file that the killed one left
    with pytest.raises(SignerLocked):
        sign(second.client)


def test_it_finishes_what_is_under_way_when_told_to_stop(start, keys_dir: Path, pdf: bytes, sign):
    running = start()
    running.client.unlock("kadis", SESSION, PASSPHRASE)

    def signed(_: int) -> bytes | None:
        try:
            return sign(running.client)
        except SignerUnavailable:
            return None  # surely not signed; what must not happen here is a doubt

    with ThreadPoolExecutor(8) as pool:
        results = pool.map(signed, range(400))
        time.sleep(0.1)
        running.process.terminate()
        files = [file for file in results if file]
    assert running.process.wait(timeout=20) == 0
    assert 0 < len(files) < 400
    check_signed(files[-1], trust_roots=[local.ca_certificate(keys_dir)], expected_unsigned=pdf)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(start, socket_path: Path, number: int):
    running = start()
    running.process.send_signal(number)
    assert running.process.wait(timeout=10) == 0
    assert not socket_path.exists()


def test_only_its_own_user_can_reach_it(start, socket_path: Path):
    start()
    assert stat.S_IMODE(socket_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(socket_path.parent.stat().st_mode) == 0o700


def test_its_memory_is_kept_from_others(start):
    running = start()
    process = Path(f"/proc/{running.process.pid}")
    limits = resource.prlimit(running.process.pid, resource.RLIMIT_CORE)
    assert limits == (0, 0)
    # A process that may not be dumped belongs to root in /proc, whoever runs it.
    assert (process / "mem").stat().st_uid == 0
    if os.getuid() != 0:
        with pytest.raises(PermissionError):
            (process / "mem").open("rb")


def test_two_signers_on_one_socket(start, socket_path: Path, keys_dir: Path):
    running = start()
    with pytest.raises(SignerSetupError, match="sudah berjalan"):
        serve(socket_path, keys_dir, stop=threading.Event())
    assert running.client.reachable()


def test_a_socket_path_that_the_system_cannot_hold(tmp_path: Path, keys_dir: Path):
    path = tmp_path / ("d" * 110) / "signer.sock"
    with pytest.raises(SignerSetupError, match="107 bita"):
        serve(path, keys_dir)
    with pytest.raises(SignerUnavailable):
        LocalSigner(path).lock(SESSION)


def test_a_directory_that_others_can_enter_is_refused_and_not_changed(socket_path: Path, keys_dir: Path):
    open_to_all = socket_path.parent / "run"
    open_to_all.mkdir()
    open_to_all.chmod(0o755)
    with pytest.raises(SignerSetupError, match="0700"):
        serve(open_to_all / "signer.sock", keys_dir)
    assert stat.S_IMODE(open_to_all.stat().st_mode) == 0o755


def test_a_file_that_is_not_a_socket_is_not_deleted(socket_path: Path, keys_dir: Path):
    socket_path.write_text("berkas orang lain")
    with pytest.raises(SignerSetupError, match="bukan soket"):
        serve(socket_path, keys_dir)
    assert socket_path.read_text() == "berkas orang lain"


def test_a_session_never_lasts_longer_than_15_minutes(socket_path: Path, keys_dir: Path):
    with pytest.raises(ValueError, match="15 minutes"):
        serve(socket_path, keys_dir, unlock_minutes=16)


GARBAGE = {
    "nothing": b"",
    "another protocol": b"GET / HTTP/1.1\r\n\r\n",
    "huge lengths": b"\xff" * 100,
    "a list": b"\x00\x00\x00\x02\x00\x00\x00\x00[]",
    "no operation": b"\x00\x00\x00\x02\x00\x00\x00\x00{}",
    "no JSON": b"\x00\x00\x00\x05\x00\x00\x00\x00{'a'}",
    "fields missing": b'\x00\x00\x00\x0d\x00\x00\x00\x00{"op":"sign"}',
    "header too large": b"\x00\x00\x40\x01\x00\x00\x00\x00",
    "body too large": b"\x00\x00\x00\x02\x00\xc0\x00\x01{}",
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_harms_nobody_else(client, socket_path: Path, garbage: bytes):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.connect(str(socket_path))
        sock.sendall(garbage)
        sock.shutdown(socket.SHUT_WR)
        sock.settimeout(5)
        try:
            answer = sock.recv(4096)
        except ConnectionResetError:  # it hung up without reading all of it
            answer = b""
    assert b"done" not in answer
    assert client.reachable()


def test_a_file_of_many_megabytes(client, keys_dir: Path, pdf: bytes, sign):
    client.unlock("kadis", SESSION, PASSPHRASE)
    file, output = pikepdf.open(BytesIO(pdf)), BytesIO()
    file.Root.Large = pikepdf.Stream(file, os.urandom(wire.LARGEST_BODY - 100_000))
    file.save(output)
    large = output.getvalue()
    roots = [local.ca_certificate(keys_dir)]
    check_signed(sign(client, pdf=large), trust_roots=roots, expected_unsigned=large)
