"""Tests that really commit: several connections at once, each in a thread of its own."""

import contextvars
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from loket.core.errors import LoketError

# Two test processes share a server with 60 connections.
MOST_CONNECTIONS = 16

# `emptying_allowed` first: what is set up first is torn down last, after the tables are emptied.
committed = pytest.mark.usefixtures("emptying_allowed", "transactional_db")


def together(calls: Sequence[Callable[[], object]]) -> list[Any]:
    """What each call returned, or the LoketError it raised; all run at the same time.

    The threads see the caller's clock. Every other exception ends the test.
    """
    workers = min(len(calls), MOST_CONNECTIONS)
    start = threading.Barrier(workers)
    with ThreadPoolExecutor(workers, initializer=start.wait) as pool:
        futures = [pool.submit(contextvars.copy_context().run, _alone, call) for call in calls]
        return [future.result() for future in futures]


def _alone(call: Callable[[], object]) -> object:
    try:
        return call()
    except LoketError as error:
        return error
    finally:
        connection.close()
