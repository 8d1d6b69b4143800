"""Production refuses to start without its settings."""

from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from loket.config.preparation import DemoDatabase, prepare_schema
from loket.config.production import NotReady, gaps, require_ready
from loket.offices.models import Account
from tests.integration.offices.invented import make_account, make_office

COMPLETE = {
    "DEMO": False,
    "ALLOWED_HOSTS": ["loket.example"],
    "BASE_URL": "https://loket.example",
    "TRUSTED_PROXIES": {"127.0.0.1"},
    "SMTP_CHOSEN": True,
    "MAIL_FROM": "loket@contoh.example",
    "OFFICES": ("9911",),
    "SECRET_KEY": "k" * 50,
    "DATA_DIR": Path("/var/lib/loket"),
}


def found(**changes: Any) -> list[str]:
    """The settings that the gaps name."""
    with override_settings(**(COMPLETE | changes)):
        return [sentence.split()[0] for sentence in gaps()]


def test_nothing_is_missing_in_complete_settings() -> None:
    assert found() == []


def test_a_demo_needs_nothing() -> None:
    assert found(DEMO=True, ALLOWED_HOSTS=[], OFFICES=()) == []


@pytest.mark.parametrize(
    ("setting", "value", "names"),
    [
        ("ALLOWED_HOSTS", [], ["LOKET_HOSTS"]),
        ("ALLOWED_HOSTS", ["*"], ["LOKET_HOSTS", "LOKET_BASE_URL"]),
        ("BASE_URL", "http://loket.example", ["LOKET_BASE_URL"]),
        ("BASE_URL", "https://loket.example/desa", ["LOKET_BASE_URL"]),
        ("BASE_URL", "https://", ["LOKET_BASE_URL"]),
        ("BASE_URL", "https://lain.example", ["LOKET_BASE_URL"]),
        ("TRUSTED_PROXIES", set(), ["LOKET_TRUSTED_PROXIES"]),
        ("SMTP_CHOSEN", False, ["LOKET_SMTP_HOST"]),
        ("MAIL_FROM", "loket@localhost", ["LOKET_MAIL_FROM"]),
        ("MAIL_FROM", "", ["LOKET_MAIL_FROM"]),
        ("OFFICES", (), ["LOKET_OFFICES"]),
        ("SECRET_KEY", "k" * 49, ["LOKET_SECRET_KEY"]),
    ],
)
def test_each_gap(setting: str, value: Any, names: list[str]) -> None:
    assert found(**{setting: value}) == names


def test_data_inside_the_program_would_go_with_it(settings: Any) -> None:
    assert found(DATA_DIR=settings.ROOT / "var") == ["DATA_DIR"]


def test_one_start_tells_every_gap() -> None:
    changed = COMPLETE | {"OFFICES": (), "SMTP_CHOSEN": False}
    with override_settings(**changed), pytest.raises(NotReady) as refused:
        require_ready()
    first, *rest = str(refused.value).splitlines()
    assert first == "Loket cannot start in production:"
    assert [line.split()[0] for line in rest] == ["LOKET_SMTP_HOST", "LOKET_OFFICES"]


@pytest.mark.django_db
def test_a_demos_database_is_not_taken_over() -> None:
    account = make_account(make_office(), "ada@contoh.example")
    Account.objects.filter(pk=account.pk).update(is_demo=True)
    with override_settings(**COMPLETE), pytest.raises(DemoDatabase):
        prepare_schema(lambda _: None)
