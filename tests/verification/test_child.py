"""The child that looks into files: what it cannot do, and that nothing of it stays."""

import contextlib
import io
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from loket.cases.actions.uploads import limits
from loket.core.inspection import __main__ as child
from loket.core.inspection import client
from loket.core.inspection.findings import Unacceptable
from tests.verification.corpus import pdfs, pictures
from tests.verification.corpus.table import TABLE

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def _own_child() -> Iterator[None]:
    client.stop()
    yield
    client.stop()


def in_a_fork(work: Callable[[], bytes]) -> tuple[int, bytes]:
    """What `work` says in a process that gave up everything, and how that process ended."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            ours.close()
            child.give_up_everything()
            theirs.sendall(work())
            code = 0
        finally:
            os._exit(code)
    theirs.close()
    said = ours.recv(1000)
    ours.close()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


def attempt(action: Callable[[], object]) -> Callable[[], bytes]:
    def run() -> bytes:
        try:
            action()
        except (OSError, MemoryError) as error:
            return type(error).__name__.encode()
        return b"done"

    return run


def test_it_opens_no_file_and_reaches_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "OPEN_FILES", 1000)  # so that it is not this limit that refuses
    run = partial(os.execv, "/bin/true", ["true"])
    (tmp_path / "secret").write_text("rahasia")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as caller:
        assert in_a_fork(attempt(lambda: (tmp_path / "secret").read_text())) == (0, b"PermissionError")
        assert in_a_fork(attempt(lambda: (tmp_path / "new").write_text("x"))) == (0, b"PermissionError")
        assert in_a_fork(attempt(lambda: os.listdir("/"))) == (0, b"PermissionError")
        assert in_a_fork(attempt(run)) == (0, b"PermissionError")
        assert in_a_fork(attempt(lambda: caller.connect(server.getsockname()))) == (0, b"PermissionError")
    assert in_a_fork(attempt(lambda: None)) == (0, b"done")


def test_it_has_little_memory_and_little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_a_fork(attempt(lambda: bytes(2 * child.MEMORY))) == (0, b"MemoryError")
    assert in_a_fork(attempt(lambda: bytes(child.MEMORY // 2))) == (0, b"done")
    limited = {
        kind: in_a_fork(lambda kind=kind: str(resource.getrlimit(kind)).encode())[1]
        for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_CPU)
    }
    assert list(limited.values()) == [b"(0, 0)", b"(0, 0)", b"(16, 16)", b"(10, 10)"]
    monkeypatch.setattr(child, "SECONDS", 1)
    begun = time.monotonic()
    assert in_a_fork(attempt(lambda: time.sleep(30))) == (-signal.SIGALRM, b"")
    assert in_a_fork(attempt(lambda: sum(iter(int, 1)))) in [
        (-signal.SIGALRM, b""),
        (-signal.SIGXCPU, b""),
        (-signal.SIGKILL, b""),
    ]
    assert time.monotonic() - begun < 8


def leader() -> int:
    """The process that waits for files; its forks have ended, the last one perhaps just now."""
    process = client._child._process
    assert process is not None
    wait_until(lambda: group_of(process.pid) == {process.pid})
    return process.pid


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def group_of(leader: int) -> set[int]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == leader and fields[0] != "Z":
            found.add(int(path.parent.name))
    return found


def test_a_killed_child_is_started_again() -> None:
    client.inspect(pictures.jpeg(), limits())
    first = leader()
    os.kill(first, signal.SIGKILL)
    assert client.inspect(pictures.jpeg(), limits()).served_type == "image/jpeg"
    assert leader() != first


def test_a_fork_killed_at_work_refuses_its_file_only() -> None:
    client.inspect(pictures.jpeg(), limits())
    present = leader()
    stop, outcomes = threading.Event(), []

    def hunt() -> None:
        while not stop.is_set():
            for pid in group_of(present) - {present}:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    hunter = threading.Thread(target=hunt)
    hunter.start()
    try:
        for _ in range(3):
            try:
                client.inspect(pdfs.stream_bomb(), limits())
            except Exception as error:
                outcomes.append(getattr(error, "reason", type(error).__name__))
    finally:
        stop.set()
        hunter.join()
    assert set(outcomes) <= {"too_heavy", "InspectionBusy"}
    assert len(outcomes) == 3
    assert client.inspect(pictures.jpeg(), limits()).served_type == "image/jpeg"
    assert leader() == present


def test_it_ends_with_its_parent() -> None:
    code = (
        "import os; from loket.core.inspection import client\n"
        "from loket.core.inspection.findings import Limits\n"
        f"client.inspect(bytes.fromhex('{pictures.jpeg().hex()}'), Limits(1 << 20, 10**6, 10**4, 5, 10**6))\n"
        "print(client._child._process.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    wait_until(lambda: group_of(int(done.stdout)) == set())


def test_nothing_of_ours_is_told_to_it() -> None:
    client.inspect(pictures.jpeg(), limits())
    environment = Path(f"/proc/{leader()}/environ").read_bytes()
    names = {line.partition(b"=")[0] for line in environment.split(b"\0") if line}
    assert names == {b"PYTHONPATH", b"PATH", b"LC_ALL", b"MALLOC_ARENA_MAX"}


def test_many_at_once() -> None:
    content, kinds = pictures.jpeg(400, 300), []
    threads = [
        threading.Thread(target=lambda: kinds.append(client.inspect(content, limits()).served_type))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds == ["image/jpeg"] * 12


# Changed files: 150 of them, the same ones in every run

SOUND = [
    entry for entry in TABLE if entry.served and len(entry.make()) < 20_000 and "name:" not in entry.name
]
SOUND += [entry for entry in TABLE if entry.refused in ("encrypted_pdf", "dynamic_form", "truncated_pdf")]


def mutated(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(changed))
        how = dice.randrange(5)
        if how == 0:
            changed[at] = dice.randrange(256)
        elif how == 1:
            del changed[at : at + dice.randint(1, 40)]
        elif how == 2:
            changed[at:at] = dice.randbytes(dice.randint(1, 40))
        elif how == 3:
            changed[at : at + 4] = dice.choice(
                [b"\xff\xff\xff\xff", b"\0\0\0\0", b"9999", b"\x7f\xff\xff\xff"]
            )
        else:
            start = dice.randrange(len(changed))
            changed[at:at] = changed[start : start + dice.randint(1, 200)]
        changed = changed or bytearray(b"\0")
    return bytes(changed)


def test_changed_files_are_refused_or_come_out_sound() -> None:
    dice, before = random.Random(20261120), set(os.listdir(tempfile.gettempdir()))
    outcomes = {"refused": 0, "taken": 0}
    for number in range(150):
        content = mutated(SOUND[number % len(SOUND)].make(), dice)
        try:
            finding = client.inspect(content, limits())
        except Unacceptable:
            outcomes["refused"] += 1
            continue
        # What is shown stands a second look, and has nothing left to take away.
        again = client.inspect(finding.served, limits())
        assert (again.media_type, again.removed) == (finding.served_type, ())
        outcomes["taken"] += 1
    assert min(outcomes.values()) > 20
    assert {name for name in set(os.listdir(tempfile.gettempdir())) - before if "upload" in name} == set()
    assert leader() > 0


def test_the_answer_of_the_child_is_not_believed_blindly() -> None:
    for answer in (b"", b"\0\0", b"\xff\xff\xff\xff{}", b"\0\0\0\x09{}"):
        with pytest.raises(Unacceptable, match="too_heavy"):
            client._finding(bytearray(answer))
    said = b'{"media_type": "text/html", "served_type": "text/html", "removed": [], "peak_bytes": 1}'
    with pytest.raises(Unacceptable, match="unknown"):
        client._finding(bytearray(len(said).to_bytes(4, "big") + said + b"<script>"))
    assert io.BytesIO(client.inspect(pictures.jpeg(), limits()).served).read(2) == b"\xff\xd8"
