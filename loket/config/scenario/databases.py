"""Databases that live as long as one run, on the server of the installation.

The database of the installation itself is only read. Which databases are still in use is known by advisory
locks, which end with the process that holds them: what a killed run left is dropped by the next one. Such
locks are seen within one database only, so each installation looks after its own, told apart by their names.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from loket.core.errors import LoketError

PREFIX = "loket_skenario_"
_LOCK_NAMESPACE = 0x5CE
_END_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
)
_HOLIDAYS = "SELECT office_id, day, name, kind, source FROM offices_holiday ORDER BY id"


class NoServer(LoketError):
    """Basis data tidak dapat dihubungi. Periksa DATABASE_URL dan apakah servernya berjalan."""


class MayNotCreate(LoketError):
    """Peran basis data ini tidak boleh membuat basis data sementara. Beri hak CREATEDB, atau jalankan tanpa
    DATABASE_URL pada direktori data lain."""


class Databases:
    """Temporary databases on one server: `loket_skenario_<installation>_<run>_<name>`."""

    def __init__(self, url: str, connection: "psycopg.Connection[Any]") -> None:
        """`url` and `connection` are those of the installation's own database."""
        self._url, self._connection = url, connection
        row = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        self._prefix = f"{PREFIX}{row[0] if row else 0}_"
        self.run = secrets.token_hex(6)
        self._made: list[str] = []
        self._number = 0

    def url(self, name: str) -> str:
        """The address of a database on this server."""
        return make_conninfo(self._url, dbname=name)

    def name(self, what: str) -> str:
        """A new name in this run."""
        self._number += 1
        return f"{self._prefix}{self.run}_{what}{self._number}"

    def create(self, name: str, template: str | None = None) -> None:
        """Make a database, empty or as a copy of one to which nobody is connected. Raises MayNotCreate."""
        self._made.append(name)
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        try:
            self._connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege as error:
            raise MayNotCreate() from error

    def drop(self, name: str) -> None:
        """Remove a database, also one to which connections of this role are still open."""
        # Not WITH (FORCE): that fails on an autovacuum worker, which a plain DROP sends away by itself.
        self._connection.execute(_END_CONNECTIONS, [name])
        self._connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        if name in self._made:
            self._made.remove(name)

    def drop_all(self) -> None:
        """Remove what this run made."""
        for name in list(self._made):
            self.drop(name)

    def drop_stale(self) -> list[str]:
        """Remove what killed runs left; returns the names."""
        found = self._connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self._prefix]
        ).fetchall()
        dropped = []
        for (name,) in found:
            run = name.removeprefix(self._prefix).partition("_")[0]
            if run != self.run and self._locked(run, keep=False):
                self.drop(name)
                dropped.append(name)
        return dropped

    def hold(self) -> None:
        """Mark the databases of this run as in use for as long as this process lives."""
        self._locked(self.run, keep=True)

    def _locked(self, run: str, *, keep: bool) -> bool:
        row = self._connection.execute(
            "SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_NAMESPACE, run]
        ).fetchone()
        got = bool(row and row[0])
        if got and not keep:
            self._connection.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK_NAMESPACE, run])
        return got

    def live_holidays(self) -> list[tuple[Any, ...]]:
        """The holidays of the installation's own database; none where it has no such table yet."""
        with self._connection.transaction():
            self._connection.execute("SET TRANSACTION READ ONLY")
            known = self._connection.execute("SELECT to_regclass('offices_holiday')").fetchone()
            if not known or known[0] is None:
                return []
            return self._connection.execute(_HOLIDAYS).fetchall()


@contextmanager
def on(url: str) -> Iterator[Databases]:
    """Temporary databases on the server of `url`; all are dropped at the end. Raises NoServer."""
    try:
        connection = psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError as error:
        raise NoServer(
            f"{' '.join((NoServer.__doc__ or '').split())} ({str(error).splitlines()[0]})"
        ) from error
    with connection:
        databases = Databases(url, connection)
        databases.hold()
        databases.drop_stale()
        try:
            yield databases
        finally:
            databases.drop_all()
