"""What `loket doctor` says where the mail server refuses."""

import smtplib
from typing import Any

import pytest

from loket.config.health import machine


def refusing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(smtplib, "SMTP", refuse)


def test_a_server_without_tls_is_told_with_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."))
    found = machine.mail()
    assert (found.ok, "LOKET_SMTP_STARTTLS=0" in found.todo) == (False, True)


def test_what_the_server_says_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, smtplib.SMTPAuthenticationError(535, b"user loket unknown"))
    assert machine.mail().detail.endswith(": SMTPAuthenticationError")
