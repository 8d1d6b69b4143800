"""Scenarios of the invented seed bank, in databases of their own on the tests' server."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from loket.cases.actions.events import EVENTS
from loket.cases.actions.products import BUILDERS
from loket.catalogue.loader import load, read_areas
from loket.config.scenario import databases, preparing, running
from loket.config.scenario.reading import Library, Planned, read_scenario
from loket.config.scenario.results import Result
from loket.documents import queries as documents
from tests.integration.cases.world import INVENTED_BUILDERS, STANDARDS, write_into_the_book
from tests.unit.scenario.bank import TEXT

Played = Callable[..., list[Result]]


def plans_of(directory: Path, texts: tuple[str, ...], standards: Path = STANDARDS) -> list[Planned]:
    library = Library.of(load(standards), read_areas(standards))
    plans = []
    for number, text in enumerate(texts, start=1):
        path = directory / f"coba-{number}.yaml"
        path.write_text(text)
        planned, found = read_scenario(path, library)
        assert found == []
        assert planned is not None
        plans.append(planned)
    return plans


@pytest.fixture(scope="session")
def temporary() -> Iterator[databases.Databases]:
    with databases.on(os.environ["DATABASE_URL"]) as found:
        yield found


@pytest.fixture(scope="session")
def template(
    temporary: databases.Databases, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A database in which the seed bank is published."""
    from django.conf import settings  # noqa: PLC0415 (read once for the session)

    name, before = temporary.name("asal"), settings.STANDARDS_DIR
    temporary.create(name)
    plans = plans_of(tmp_path_factory.mktemp("bank"), (TEXT,))
    settings.STANDARDS_DIR = STANDARDS
    with django_db_blocker.unblock(), preparing.working_on(name):
        preparing.prepare_template(plans, [])
    settings.STANDARDS_DIR = before
    return name


@pytest.fixture
def at_the_bank(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings that the command makes by the environment, and what the seed bank invents."""
    place = Path(tempfile.mkdtemp(prefix="loket-"))
    settings.STANDARDS_DIR = STANDARDS
    settings.SIGNER_SOCKET = str(place / "signer.sock")
    settings.SMTP_PORT = 9
    settings.SIAK_ROOTS = [place / "siak.pem"]
    monkeypatch.setitem(EVENTS, "birth", write_into_the_book)
    for kind, build in INVENTED_BUILDERS.items():
        monkeypatch.setitem(BUILDERS, kind, build)
    for cache in (documents.template, documents.signer):
        cache.cache_clear()
    yield
    for cache in (documents.template, documents.signer):
        cache.cache_clear()
    shutil.rmtree(place)


@pytest.fixture
def played(
    at_the_bank: None,
    temporary: databases.Databases,
    template: str,
    tmp_path: Path,
    django_db_blocker: Any,
) -> Played:
    """Runs scenarios given as text."""

    def play(*texts: str, out: Path | None = None) -> list[Result]:
        with django_db_blocker.unblock():
            return [*running.run_all(plans_of(tmp_path, texts), temporary, template, out)]

    return play
