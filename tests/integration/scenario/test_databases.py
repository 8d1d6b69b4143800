"""Temporary databases: made, dropped, taken away after a killed run, and never those of a living one."""

import os
import secrets
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from loket.config.scenario import databases
from loket.config.scenario.databases import MayNotCreate, NoServer

URL = os.environ["DATABASE_URL"]


def present() -> set[str]:
    with psycopg.connect(URL) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def test_they_end_with_the_run() -> None:
    with databases.on(URL) as temporary:
        first = temporary.name("a")
        temporary.create(first)
        copy = temporary.name("b")
        temporary.create(copy, first)
        assert {first, copy} <= present()
        temporary.drop(copy)
        assert copy not in present()
    assert first not in present()


def test_they_end_also_with_a_failure_and_with_somebody_connected() -> None:
    run = databases.on(URL)
    temporary = run.__enter__()
    made = temporary.name("a")
    temporary.create(made)
    with psycopg.connect(temporary.url(made)):
        assert run.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None) is False
    assert made not in present()


def test_a_killed_run_is_cleaned_up_and_a_living_one_is_not() -> None:
    with databases.on(URL) as living:
        name = living.name("a")
        living.create(name)
        stale = name.replace(living.run, "0123456789ab")
        living.create(stale)
        with databases.on(URL):
            assert stale not in present()
            assert name in present()


def test_those_of_another_installation_on_the_server_are_left_alone() -> None:
    with databases.on(URL) as living:
        installation = living.name("kantor")
        living.create(installation)
        mine = living.name("a")
        living.create(mine)
        with databases.on(living.url(installation)) as other:
            theirs = other.name("a")
            other.create(theirs)
            with databases.on(URL):
                assert {mine, theirs} <= present()


def test_the_holidays_of_an_installation_without_tables_are_none() -> None:
    with databases.on(URL) as temporary:
        empty = temporary.name("a")
        temporary.create(empty)
        with databases.on(temporary.url(empty)) as other:
            assert other.live_holidays() == []


def test_a_server_that_is_not_there_is_said_in_a_sentence() -> None:
    with pytest.raises(NoServer, match="Basis data tidak dapat dihubungi"):
        databases.on("postgresql://127.0.0.1:9/loket?connect_timeout=2").__enter__()


@pytest.fixture
def powerless() -> Iterator[str]:
    """The address for a role that may create nothing."""
    try:
        administrator = psycopg.connect(make_conninfo(URL, user="postgres"), autocommit=True)
    except psycopg.OperationalError:
        pytest.skip("the tests do not know the administrator of this server")
    name, password = f"loket_tes_{secrets.token_hex(4)}", secrets.token_hex(8)
    with administrator:
        administrator.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        yield make_conninfo(URL, user=name, password=password)
        administrator.execute(f"DROP ROLE {name}")


def test_a_role_that_may_not_create_databases_is_told_what_to_do(powerless: str) -> None:
    with databases.on(powerless) as temporary, pytest.raises(MayNotCreate, match="CREATEDB"):
        temporary.create(temporary.name("a"))
