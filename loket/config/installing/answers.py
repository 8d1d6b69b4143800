"""What `loket init` has to know, and what of it cannot be right."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

EMAIL = re.compile(r"[^@\s,;<>\"]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


@dataclass(frozen=True)
class Answers:
    """The answers for one installation; empty where nothing was said."""

    office: str = ""
    domain: str = ""
    admin_email: str = ""
    admin_name: str = ""
    second_email: str = ""
    second_name: str = ""
    smtp_host: str = ""
    smtp_port: str = ""
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: str = ""
    mail_from: str = ""
    data_dir: str = ""
    database_url: str = ""
    standards_dir: str = ""
    port: str = ""
    trusted_proxies: str = ""

    def settings(self) -> dict[str, str]:
        """The values of the settings file that these answers decide; only what was said."""
        wanted = {
            "DATA_DIR": self.data_dir,
            "DATABASE_URL": self.database_url,
            "STANDARDS_DIR": self.standards_dir,
            "PORT": self.port,
            "LOKET_MODE": "production",
            "LOKET_OFFICES": self.office,
            "LOKET_HOSTS": self.domain,
            "LOKET_BASE_URL": f"https://{self.domain}" if self.domain else "",
            "LOKET_TRUSTED_PROXIES": self.trusted_proxies,
            "LOKET_SMTP_HOST": self.smtp_host,
            "LOKET_SMTP_PORT": self.smtp_port,
            "LOKET_SMTP_USER": self.smtp_user,
            "LOKET_SMTP_PASSWORD": self.smtp_password,
            "LOKET_SMTP_STARTTLS": self.smtp_starttls,
            "LOKET_MAIL_FROM": self.mail_from,
        }
        return {name: value for name, value in wanted.items() if value}


def problems(answers: Answers) -> Iterator[str]:
    """What is missing or cannot be right before a settings file is written, one sentence each."""
    if not answers.office:
        yield "--office: the code of the office is missing, such as 2101."
    if not HOST.fullmatch(answers.domain):
        yield f"--domain: {answers.domain!r} is no host name; write it without https://, in small letters."
    if not answers.smtp_host:
        yield "--smtp-host: the mail server is missing; nobody could receive a code."
    if not EMAIL.fullmatch(answers.mail_from):
        yield f"--mail-from: {answers.mail_from!r} is no e-mail address."
    for option, number in (("--port", answers.port), ("--smtp-port", answers.smtp_port)):
        if number and not (number.isdigit() and 0 < int(number) < 65536):
            yield f"{option}: {number!r} is no port."
    if not Path(answers.data_dir).is_absolute():
        yield f"--data-dir: {answers.data_dir!r} must begin with /."
    if any("\n" in value or "\r" in value for value in answers.settings().values()):
        yield "A value may not have a line break."
    yield from people_problems(answers)


def people_problems(answers: Answers) -> Iterator[str]:
    """What is wrong with the administrators that were named; naming none is for the caller to judge."""
    pairs = [
        ("admin", answers.admin_email, answers.admin_name),
        ("second", answers.second_email, answers.second_name),
    ]
    for which, email, name in pairs:
        if (email or name) and not EMAIL.fullmatch(email):
            yield f"--{which}-email: {email!r} is no e-mail address."
        if (email or name) and not name.strip():
            yield f"--{which}-name: the name is missing."
    if answers.second_email and answers.second_email.lower() == answers.admin_email.lower():
        yield "--second-email: the second administrator must be another person."


def differences(existing: Mapping[str, str], answers: Answers, given: set[str]) -> Iterator[str]:
    """Where an answer `given` now is not what the settings file says; the file is never rewritten."""
    for name, value in answers.settings().items():
        if name in given and existing.get(name, "") != value:
            shown = "another value" if name in ("LOKET_SMTP_PASSWORD", "DATABASE_URL") else repr(value)
            yield f"{name} was given as {shown}, the file says otherwise; edit the file if it should change."
