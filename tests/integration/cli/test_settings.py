"""The settings of a production installation, and the key that an installation makes for itself."""

import json
import secrets
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import call_command

from loket.config import settings as module
from tests.integration.cli.conftest import start

SHOW = "import json; from loket.config import settings as s; print(json.dumps({names}))"


def production(**changes: str) -> dict[str, str]:
    return {
        "LOKET_MODE": "production",
        "LOKET_HOSTS": "loket.example",
        "LOKET_SECRET_KEY": secrets.token_urlsafe(64),
        "DATABASE_URL": "dbname=unused",
    } | changes


def deploy_check(**changes: str) -> tuple[int, str]:
    done = start("-m", "django", "check", "--deploy", "--fail-level", "WARNING", **production(**changes))
    return done.returncode, done.stdout + done.stderr


def test_production_settings_pass_djangos_checks() -> None:
    assert deploy_check() == (0, "System check identified no issues (0 silenced).\n")


def test_production_needs_its_host_names() -> None:
    code, output = deploy_check(LOKET_HOSTS="")
    assert (code, output.count("security.W020")) == (1, 1)


def test_no_change_of_a_model_lacks_its_migration(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("makemigrations", check=True, dry_run=True)
    assert capsys.readouterr().out == "No changes detected\n"


def show(*names: str, **environment: str) -> list[object]:
    """What the settings become in this environment."""
    source = SHOW.format(names="[" + ", ".join(f"s.{name}" for name in names) + "]")
    done = start("-c", source, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_hosts_may_be_written_with_spaces() -> None:
    environment = production(LOKET_HOSTS=" loket.example, dukcapil.example ,")
    assert show("ALLOWED_HOSTS", **environment) == [["loket.example", "dukcapil.example"]]


def test_only_a_demo_answers_to_loopback_names_and_without_tls() -> None:
    names = (
        "DEMO",
        "ALLOWED_HOSTS",
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE",
        "SMTP_STARTTLS",
        "DEBUG",
    )
    assert show(*names, **production()) == [False, ["loket.example"], True, True, True, False]
    demo = show(*names, **production(LOKET_MODE="demo"))
    assert demo == [True, ["loket.example", "127.0.0.1", "localhost", "[::1]"], False, False, False, False]


def test_an_unknown_mode_is_refused() -> None:
    done = start("-c", "import loket.config.settings", **production(LOKET_MODE="Production"))
    assert (done.returncode, done.stderr) == (
        1,
        "LOKET_MODE is 'Production'; it must be 'demo' or 'production'.\n",
    )


@pytest.fixture
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What makes or reads the key of a new data directory."""
    monkeypatch.delenv("LOKET_SECRET_KEY")
    monkeypatch.setattr(module, "DATA_DIR", tmp_path / "data")
    return module._secret_key


def test_the_key_is_made_once_and_is_private(own_key: Callable[[], str], tmp_path: Path) -> None:
    first = own_key()
    assert len(first) >= 64
    assert own_key() == first
    (path,) = (tmp_path / "data" / "keys").iterdir()
    assert (path.name, stat.S_IMODE(path.stat().st_mode)) == ("secret.key", 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_processes_that_start_at_once_share_one_key(own_key: Callable[[], str]) -> None:
    """Web, worker and signer may all be the first."""
    together = threading.Barrier(12)

    def first() -> str:
        together.wait()
        return own_key()

    with ThreadPoolExecutor(12) as pool:
        keys = {future.result() for future in [pool.submit(first) for _ in range(12)]}
    assert keys == {own_key()}
