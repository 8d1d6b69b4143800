"""Loket's own PostgreSQL, with real servers: they are made, killed, restarted and removed here."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from loket.config import embedded
from loket.config.embedded import EmbeddedPostgresError, places

REPO = Path(__file__).resolve().parents[2]
MEMORY = Path("/dev/shm")  # noqa: S108 - parent of mkdtemp
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the cluster to another user")

START = """
import pathlib, sys
from loket.config import embedded
data_dir, embedded.places.OUTSIDE = map(pathlib.Path, sys.argv[1:])
print(embedded.start(data_dir, fast=True).started_here)
"""


@pytest.fixture(scope="module", autouse=True)
def ground() -> Iterator[Path]:
    """Holds all that is made here, also what would be in /var/lib/loket. A disk takes long over initdb."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**30
    parent = MEMORY if roomy and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC else places.SHORT
    path = Path(tempfile.mkdtemp(prefix="lk-", dir=parent))
    path.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "OUTSIDE", path / "lib")
        yield path
    shutil.rmtree(path)


@pytest.fixture
def place(ground: Path) -> Path:
    """A directory of this test that every user can enter (pytest's own tmp_path is closed to others)."""
    path = Path(tempfile.mkdtemp(dir=ground))
    path.chmod(0o755)
    return path


@pytest.fixture
def outside(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A /var/lib/loket of this test alone."""
    monkeypatch.setattr(places, "OUTSIDE", place / "lib")
    return place / "lib"


@pytest.fixture
def data_dir(place: Path) -> Iterator[Path]:
    """A data directory without a cluster."""
    yield place / "var"
    embedded.destroy(place / "var")


@pytest.fixture
def closed_dir(place: Path, outside: Path) -> Iterator[Path]:
    """One below a directory that only we can enter."""
    (place / "closed").mkdir(mode=0o700)
    yield place / "closed" / "var"
    embedded.destroy(place / "closed" / "var")


@pytest.fixture(scope="module")
def made(ground: Path) -> Iterator[Path]:
    """A data directory with a durable cluster, for several tests; each may leave it running or stopped."""
    yield embedded.start(ground / "made").data_dir
    embedded.destroy(ground / "made")


@pytest.fixture(scope="module")
def closed_made(ground: Path) -> Iterator[Path]:
    """The same below a directory that only we can enter, so that root's cluster is outside."""
    (ground / "closed").mkdir(mode=0o700)
    yield embedded.start(ground / "closed" / "var", fast=True).data_dir
    embedded.destroy(ground / "closed" / "var")


@contextlib.contextmanager
def changed(path: Path, text: str) -> Iterator[None]:
    """Lets a file of a shared cluster have another content for a while."""
    kept = path.read_text()
    path.write_text(text)
    try:
        yield
    finally:
        path.write_text(kept)


def ask(cluster: embedded.Cluster, sql: str) -> object:
    """The single value that `sql` gives."""
    with psycopg.connect(cluster.url, connect_timeout=5) as connection:
        return connection.execute(sql).fetchall()[0][0]


def write(cluster: embedded.Cluster, word: str) -> None:
    with psycopg.connect(cluster.url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])


def postmaster(cluster: embedded.Cluster) -> int:
    return int((cluster.directory / "data" / "postmaster.pid").read_text().split()[0])


def start_elsewhere(data_dir: Path) -> subprocess.Popen[str]:
    """Another Loket process that starts the cluster and ends, leaving it running."""
    command = (sys.executable, "-c", START, data_dir, places.OUTSIDE)
    return subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE, text=True)


def test_the_data_outlive_join_stop_and_restart(made: Path) -> None:
    embedded.stop(made)
    first = embedded.start(made)
    assert (first.started_here, embedded.status(made)) == (True, "running")
    write(first, "Siti")

    joined = embedded.start(made)
    assert (joined.started_here, joined.url) == (False, first.url)
    with start_elsewhere(made) as other:
        assert other.communicate(timeout=30)[0].strip() == "False"

    assert embedded.stop(joined) is True
    assert embedded.status(made) == "stopped"
    assert embedded.stop(made) is False
    again = embedded.start(made, fast=True)
    assert again.started_here
    assert ask(again, "SELECT word FROM kept") == "Siti"
    assert ask(again, "SHOW fsync") == "on", "a flag must not take the durability of existing data away"


def test_a_new_cluster_is_durable_and_private(made: Path) -> None:
    cluster = embedded.start(made)
    words = """
        fsync=on full_page_writes=on synchronous_commit=on data_checksums=on listen_addresses= TimeZone=UTC
        server_encoding=UTF8 shared_buffers=256MB max_connections=60 is_superuser=off
    """.split()
    expected = dict(word.split("=") for word in words)
    assert {name: ask(cluster, f"SHOW {name}") for name in expected} == expected
    assert ask(cluster, "SELECT lower('DÉSA')") == "désa"
    assert stat.S_IMODE((cluster.directory / "run").stat().st_mode) == 0o700
    assert os.getsid(postmaster(cluster)) != os.getsid(0), "Ctrl-C would reach the server"

    table = "CREATE TABLE resident (nik text PRIMARY KEY)"
    twice = "INSERT INTO resident VALUES ('6471010101909001'), ('6471010101909001')"
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(cluster, f"{table}; {twice}")
    embedded.stop(cluster)
    logs = "".join(path.read_text() for path in (cluster.directory / "data" / "log").iterdir())
    assert "duplicate key" in logs
    assert "6471010101909001" not in logs


def test_two_first_starts_at_once_make_one_cluster(data_dir: Path) -> None:
    assert embedded.status(data_dir) == "absent"
    assert embedded.stop(data_dir) is False
    with start_elsewhere(data_dir) as one, start_elsewhere(data_dir) as two:
        answers = [process.communicate(timeout=30)[0].strip() for process in (one, two)]
    assert sorted(answers) == ["False", "True"]


@as_root
def test_root_keeps_the_cluster_outside_a_closed_directory(closed_dir: Path, outside: Path) -> None:
    before = [(path, path.stat().st_mode, path.stat().st_uid) for path in closed_dir.parents]
    said: list[str] = []
    first = embedded.start(closed_dir, progress=said.append, fast=True)
    assert first.directory.parent == outside
    assert any(str(first.directory) in line for line in said)
    owner = first.directory.stat().st_uid
    assert pwd.getpwuid(owner).pw_name in places.UNPRIVILEGED
    assert Path(f"/proc/{postmaster(first)}").stat().st_uid == owner
    assert [(path, path.stat().st_mode, path.stat().st_uid) for path in closed_dir.parents] == before
    write(first, "old")
    assert embedded.start(closed_dir).directory == first.directory

    embedded.stop(first)
    kept = closed_dir.rename(closed_dir.with_name("kept"))
    second = embedded.start(closed_dir, fast=True)
    assert second.directory != first.directory
    assert ask(second, "SELECT to_regclass('kept')") is None

    moved = embedded.start(kept)
    assert ask(moved, "SELECT word FROM kept") == "old"
    embedded.destroy(kept)
    assert not first.directory.exists()
    embedded.destroy(closed_dir)
    assert list(outside.glob("cluster-*")) == []


@as_root
def test_a_copied_data_directory_does_not_share_the_database(closed_made: Path, place: Path) -> None:
    embedded.start(closed_made)
    copy = shutil.copytree(closed_made, place / "copy")
    for use in (embedded.start, embedded.destroy):
        with pytest.raises(EmbeddedPostgresError, match="is a copy of"):
            use(copy)
    assert embedded.status(closed_made) == "running"


@as_root
def test_a_lost_or_foreign_cluster_is_an_error_and_not_an_empty_database(closed_made: Path) -> None:
    cluster = embedded.start(closed_made)
    embedded.stop(cluster)
    away = cluster.directory.rename(cluster.directory.with_name("away"))
    with pytest.raises(EmbeddedPostgresError, match="which is gone"):
        embedded.start(closed_made)
    away.rename(cluster.directory)

    memory = closed_made / "postgres.json"
    text = memory.read_text()
    foreign = json.dumps(json.loads(text) | {"cluster": "/etc"})
    with changed(memory, foreign), pytest.raises(EmbeddedPostgresError, match="names /etc"):
        embedded.destroy(closed_made)
    with changed(memory, text[:9]), pytest.raises(EmbeddedPostgresError, match="damaged"):
        embedded.start(closed_made)


@as_root
def test_programs_out_of_reach_are_copied_once(
    place: Path, data_dir: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = place / "closed-site"
    site.mkdir(mode=0o700)
    data_dir.mkdir()
    source = embedded.installation()
    previous = os.umask(0o077)  # as a careful administrator may have installed it
    try:
        for part in (f"{places.WHEEL}/{source.name}", f"{places.WHEEL}.libs"):
            shutil.copytree(source.parents[1] / part, site / part, ignore=lambda *_: ["include"])
        (site / places.WHEEL / "__init__.py").touch()
        monkeypatch.syspath_prepend(str(site))
        assert embedded.installation().is_relative_to(site)
        with ThreadPoolExecutor(2) as pool:
            copies = list(pool.map(places._copied, [embedded.installation()] * 2))
        cluster = embedded.start(data_dir, fast=True)
    finally:
        os.umask(previous)
    assert copies[0] == copies[1]
    assert [path.name.split("-")[0] for path in outside.iterdir()] == ["postgresql"]
    assert ask(cluster, "SELECT 1") == 1
    program = Path(f"/proc/{postmaster(cluster)}/exe").resolve()
    assert program.is_relative_to(outside)
    assert program.stat().st_uid == 0


@pytest.mark.parametrize("name", ["a" * 120, "kantor, 'pusat' & rekan"])
def test_a_path_unfit_for_a_socket_gets_a_short_one(place: Path, name: str) -> None:
    data_dir = place / name
    try:
        cluster = embedded.start(data_dir, fast=True)
        socket_dir = Path(json.loads((data_dir / "postgres.json").read_text())["socket_dir"])
        assert socket_dir.parent == places.SHORT
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
        write(cluster, "kept")

        shutil.rmtree(socket_dir)  # somebody cleans /tmp under a running server
        again = embedded.start(data_dir)
        assert again.url != cluster.url
        assert ask(again, "SELECT word FROM kept") == "kept"
    finally:
        embedded.destroy(data_dir)
    assert not any(path.exists() for path in (socket_dir, data_dir / "postgres"))


def test_a_copy_with_a_short_socket_path_meets_its_own_server(made: Path, place: Path) -> None:
    original, copy = place / ("a" * 120), place / ("b" * 120)
    embedded.stop(made)
    subprocess.run(["cp", "-a", made, original], check=True)
    try:
        embedded.stop(embedded.start(original))
        subprocess.run(["cp", "-a", original, copy], check=True)
        first = embedded.start(original)
        second = embedded.start(copy)
        assert second.started_here
        write(first, "original")
        write(second, "only in the copy")
        assert ask(first, "SELECT word FROM kept") == "original"
    finally:
        embedded.destroy(original)
        embedded.destroy(copy)


def test_a_killed_server_starts_again_though_its_pid_is_taken(made: Path) -> None:
    cluster = embedded.start(made)
    write(cluster, "kept")
    pid_file = cluster.directory / "data" / "postmaster.pid"
    os.kill(postmaster(cluster), signal.SIGKILL)
    again = embedded.start(made)
    assert again.started_here
    assert ask(again, "SELECT word FROM kept") == "kept"

    old_pid = postmaster(again)
    os.kill(old_pid, signal.SIGKILL)
    user = pid_file.stat().st_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=user) as stranger:
        for file in (pid_file, cluster.directory / "run" / ".s.PGSQL.5432.lock"):
            file.write_text(file.read_text().replace(str(old_pid), str(stranger.pid), 1))
        assert embedded.status(made) == "stopped"
        assert embedded.stop(made) is False
        third = embedded.start(made)
        assert stranger.poll() is None, "a process that is not ours was stopped"
        stranger.kill()
    assert ask(third, "SELECT word FROM kept") == "kept"


def test_an_interrupted_first_start_begins_anew(data_dir: Path) -> None:
    with start_elsewhere(data_dir) as first:
        deadline = time.monotonic() + 20
        while not list(data_dir.glob("postgres/*.partial/PG_VERSION")) and time.monotonic() < deadline:
            time.sleep(0.005)
        first.kill()
    assert embedded.status(data_dir) == "absent"
    assert ask(embedded.start(data_dir, fast=True), "SELECT 1") == 1


def test_failures_say_what_to_do(made: Path) -> None:
    pgdata = embedded.start(made).directory / "data"
    embedded.stop(made)
    older = pytest.raises(EmbeddedPostgresError, match=r"made by PostgreSQL 16.*pg_dump")
    with changed(pgdata / "PG_VERSION", "16\n"), older:
        embedded.start(made)
    broken = pytest.raises(EmbeddedPostgresError, match=r"(?s)did not start.*no_such_setting")
    settings = pgdata / "postgresql.conf"
    with changed(settings, f"{settings.read_text()}no_such_setting = 1\n"), broken:
        embedded.start(made)
    with pytest.raises(EmbeddedPostgresError, match="may not have"):
        embedded.start(made.with_name('a"b'))


def test_destroy_removes_the_cluster_and_leaves_the_rest(data_dir: Path) -> None:
    cluster = embedded.start(data_dir, fast=True)
    assert ask(cluster, "SHOW fsync") == "off"
    command = Path(f"/proc/{postmaster(cluster)}/cmdline")
    (data_dir / "files").mkdir()
    embedded.destroy(data_dir)
    assert [path.name for path in data_dir.iterdir()] == ["files"]
    assert not command.exists() or not command.read_bytes(), "the server still runs"  # empty: not yet reaped
    assert embedded.status(data_dir) == "absent"
    embedded.destroy(data_dir)
    embedded.destroy(data_dir / "never-made")


def run_as(user: pwd.struct_passwd, python: str, code: str) -> subprocess.CompletedProcess[str]:
    paths = f"PYTHONPATH={REPO}:{embedded.installation().parents[1]}"
    command = ("env", paths, "PYTHONDONTWRITEBYTECODE=1", python, "-c", code)
    return places.execute(*command, owner=(user.pw_uid, user.pw_gid))


def python_of(user: pwd.struct_passwd) -> str:
    """A Python that `user` may run and that finds Loket and the wheel."""
    check = "import sys, loket.config.embedded as e; e.installation(); sys.exit(sys.version_info < (3, 11))"
    for python in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        if run_as(user, python, check).returncode == 0:
            return python
    pytest.skip("the user nobody can read neither a Python 3.11 nor the packages")


USE = """
from pathlib import Path
from loket.config import embedded
data_dir = Path({!r})
cluster = embedded.start(data_dir, fast=True)
print(cluster.started_here, embedded.start(data_dir).started_here, embedded.status(data_dir))
print(cluster.directory == data_dir / "postgres", embedded.stop(cluster))
"""


@as_root
def test_an_ordinary_user_runs_it_himself_and_root_runs_it_as_him(data_dir: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python = python_of(nobody)
    data_dir.mkdir()
    os.chown(data_dir, nobody.pw_uid, nobody.pw_gid)
    done = run_as(nobody, python, USE.format(str(data_dir)))
    assert done.stdout.split() == ["True", "False", "running", "True", "True"], done.stderr

    cluster = embedded.start(data_dir)
    assert Path(f"/proc/{postmaster(cluster)}").stat().st_uid == nobody.pw_uid
    embedded.stop(cluster)
    os.chown(cluster.directory, 1, 1)
    refused = run_as(nobody, python, USE.format(str(data_dir)))
    assert "belongs to uid 1. Start Loket as that user." in refused.stderr
    os.chown(cluster.directory, nobody.pw_uid, nobody.pw_gid)
