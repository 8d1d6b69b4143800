"""The system's Chromium, a live server with the town of the journeys, and sessions in it.

Without a Chromium (environment CHROMIUM, or one of the usual names) these tests are skipped and say so.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from loket.offices.models import Account
from tests.browser.inspector import Inspector
from tests.journeys.fixtures import committed_handed as handed
from tests.journeys.fixtures import committed_neighbours as neighbours
from tests.journeys.fixtures import committed_regency as regency
from tests.journeys.fixtures import committed_town as town
from tests.journeys.fixtures import committed_travellers as travellers
from tests.journeys.fixtures import running_signer
from tests.journeys.visitor import Visitor

__all__ = ["handed", "neighbours", "regency", "running_signer", "town", "travellers"]
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
]
PHONE = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
WAIT_MILLISECONDS = 10_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file.

    No longer: as long as it runs, an event loop runs in the thread of all tests, and the signing library,
    which wants its own, would fail in others.
    """
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium found: set CHROMIUM or install one of " + ", ".join(NAMES))
    with sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error as error:
            pytest.skip(f"{path} does not start: {error.message.splitlines()[0]}")
        yield running
        running.close()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def place(request: pytest.FixtureRequest) -> object:
    """What the server serves: the town, or the other place that the test asks for."""
    wanted = {"handed", "regency", "neighbours", "travellers"} & set(request.fixturenames) or {"town"}
    return request.getfixturevalue(wanted.pop())


@pytest.fixture
def site(place: object, settings: Any) -> Iterator[str]:
    """The address of a server in a thread, which the documents' QR names too."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.daemon_threads = True
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    settings.BASE_URL = f"http://127.0.0.1:{server.server_port}"
    yield settings.BASE_URL
    server.shutdown()
    thread.join()
    server.server_close()


Open = Callable[..., Page]


@pytest.fixture
def screen(browser: Browser, site: str) -> Iterator[Open]:
    """Opens a page in a session of its own: of a phone, or of a desk; with JavaScript or without."""
    contexts: list[BrowserContext] = []

    def opened(kind: dict[str, Any], account: Account | None = None, *, scripts: bool = True) -> Page:
        context = browser.new_context(base_url=site, locale="id-ID", java_script_enabled=scripts, **kind)
        context.set_default_timeout(WAIT_MILLISECONDS)
        contexts.append(context)
        if account is not None:
            cookie = Visitor(account).client.cookies[django_settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def phone(screen: Open) -> Iterator[Callable[..., Inspector]]:
    """A phone whose every inspected state has to be without fault."""
    yield from _inspected(screen, PHONE, public=True)


@pytest.fixture
def desk(screen: Open) -> Iterator[Callable[..., Inspector]]:
    """An official's screen whose every inspected state has to be without fault."""
    yield from _inspected(screen, DESK, public=False)


def _inspected(screen: Open, kind: dict[str, Any], *, public: bool) -> Iterator[Callable[..., Inspector]]:
    inspectors: list[Inspector] = []

    def opened(account: Account | None = None) -> Inspector:
        inspectors.append(Inspector(screen(kind, account), public=public))
        return inspectors[-1]

    yield opened
    problems = [problem for inspector in inspectors for problem in inspector.problems]
    assert problems == []
