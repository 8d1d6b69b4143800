"""`loket demo`: one whole case through the real doors, in a throw-away installation."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import click

from loket.config import embedded
from loket.config.start import data_dir, say, setup

START_SECONDS = 60


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(base: str, server: subprocess.Popen[bytes]) -> None:
    import httpx

    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise click.ClickException(f"the server ended with code {server.returncode}")
        try:
            if httpx.get(f"{base}/v/").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise click.ClickException(f"the server did not answer within {START_SECONDS} s")


@click.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=None, help="Where to put the files."
)
def demo(out: Path | None) -> None:
    """Drive one case through a server of its own; leaves the signed PDFs and a timeline in var/demo/."""
    out = (out or data_dir() / "demo").resolve()
    data = out / "data"
    if data.exists():
        embedded.destroy(data)
        shutil.rmtree(data)
    data.mkdir(parents=True, mode=0o700)
    for old in [*out.glob("*.pdf"), *out.glob("timeline.txt")]:
        old.unlink()
    port, begun = _free_port(), time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DATA_DIR": str(data), "PORT": str(port), "LOKET_MODE": "demo", "LOKET_CONFIG": ""}
    command = [sys.executable, "-m", "loket", "run", "--quiet"]
    server = subprocess.Popen(command, env=environment)  # noqa: S603 (own program)
    try:
        base = f"http://127.0.0.1:{port}"
        _wait_for(base, server)
        _drive(base, data, out, environment)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)
    say(f"Done in {time.monotonic() - begun:.0f} s. Files are in {out}")


def _drive(base: str, data: Path, out: Path, environment: dict[str, str]) -> None:
    # The server started the cluster and stops it.
    os.environ.update(environment, DATABASE_URL=embedded.start(data).url)
    setup()
    from django.conf import settings

    from loket.config.demo import journey
    from loket.config.demo.timeline import timeline

    case_id, files = journey.run(
        base, out, say, password=settings.DEMO_PASSWORD, passphrase=settings.DEMO_PASSPHRASE
    )
    text = timeline(case_id, files)
    (out / "timeline.txt").write_text(text)
    click.echo(text)
