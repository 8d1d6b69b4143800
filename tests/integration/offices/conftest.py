"""An invented office, and tables that may be emptied."""

import pytest

from loket.offices.models import Office
from tests.integration.offices.committed import emptying_allowed
from tests.integration.offices.invented import make_office

__all__ = ["emptying_allowed"]


@pytest.fixture
def office(db: None) -> Office:
    return make_office()
