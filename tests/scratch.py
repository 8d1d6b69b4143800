"""A database of a test's own that can be destroyed, restored and killed; all in it is really committed."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

NAME = f"loket_scratch_{os.getpid()}"


def _administer(*statements: sql.Composed) -> None:
    address = make_conninfo(os.environ["DATABASE_URL"], dbname="postgres")
    with psycopg.connect(address, autocommit=True) as administrator:
        for statement in statements:
            administrator.execute(statement)


@dataclass
class Scratch:
    """The database and the directories beside it."""

    home: Path
    template: str

    @property
    def conninfo(self) -> str:
        return make_conninfo(os.environ["DATABASE_URL"], dbname=NAME)

    def drop(self) -> None:
        connection.close()
        _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))

    def create(self, template: str = "template1") -> None:
        """A new database; Django uses it from now on."""
        self.drop()
        names = sql.Identifier(NAME), sql.Identifier(template)
        _administer(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    def keep(self, name: str) -> None:
        """A copy of the database as it is now."""
        connection.close()
        names = sql.Identifier(f"{NAME}_{name}"), sql.Identifier(NAME)
        _administer(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    def forget(self, name: str) -> None:
        """Remove a copy."""
        _administer(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(f"{NAME}_{name}")))

    def kill(self, work: Callable[[], object]) -> None:
        """Do the work in a process of its own, which must kill itself on the way."""
        connection.close()
        child = os.fork()
        if child == 0:
            try:
                work()
            finally:
                os._exit(3)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.fixture
def scratch(db: None, _own_directories: None, tmp_path: Path) -> Iterator[Scratch]:
    """A database with our schema and nothing in it, in place of the tests' own."""
    own, found = connections["default"], connections.settings["default"]
    template = found["NAME"]
    own.close()  # nobody may be in a database that is copied; the transaction of `db` was empty
    place = Scratch(tmp_path, template)
    found["NAME"] = NAME
    connections["default"] = own.copy()
    connections["default"].settings_dict["NAME"] = NAME
    try:
        place.create(template)
        yield place
    finally:
        place.drop()
        found["NAME"] = template
        connections["default"] = own


def die() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)
