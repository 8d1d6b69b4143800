"""An invented office, and tables that may be emptied."""

import pytest

from loket.offices.models import Office
from tests.integration.offices.invented import make_office


@pytest.fixture
def office(db: None) -> Office:
    return make_office()
