"""The settings file that `loket init` writes: every setting with its meaning, values only where needed."""

import textwrap
from collections.abc import Mapping

HEAD = """\
Settings of this Loket, written by `loket init`. One NAME=value on a line; a line that begins with # is not
read. After a change: sudo systemctl restart loket; sudo -u loket loket doctor. Meanings: docs/settings.md.
This file holds passwords: only Loket's own user may read it."""
# (name, meaning); a name without a value is written as a comment.
SECTIONS: list[tuple[str, list[tuple[str, str]]]] = [
    (
        "Where things are",
        [
            (
                "DATA_DIR",
                "Everything that must be kept: files, keys, anchors, and Loket's own database.",
            ),
            ("DATABASE_URL", "Address of a PostgreSQL 15 or newer. Not set: Loket's own, in DATA_DIR."),
            (
                "LOKET_FILE_KEYS_DIR",
                "The keys of the stored files. Not set: DATA_DIR/keys/files. Lost keys, lost files.",
            ),
            (
                "ANCHORS_DIR",
                "Where issued numbers are written outside the database; several with a colon between them, "
                "best one on another disk. Not set: DATA_DIR/anchors.",
            ),
            ("STANDARDS_DIR", "The standards of the offices. Not set: those that came with the program."),
            ("PORT", "Port on this machine where the proxy finds Loket. Not set: 8000."),
        ],
    ),
    (
        "How it runs",
        [
            ("LOKET_MODE", "production: no demo people, pages or mailbox; HTTPS demanded."),
            ("LOKET_OFFICES", "Codes of the offices that work here, separated by commas."),
            ("LOKET_HOSTS", "Host names under which people open Loket, separated by commas."),
            (
                "LOKET_BASE_URL",
                "Address in mails and in the QR of every document. Keep it once documents are issued.",
            ),
            (
                "LOKET_TRUSTED_PROXIES",
                "Addresses of the proxies that end TLS, whose X-Forwarded-For is believed.",
            ),
            (
                "LOKET_SECRET_KEY",
                "Not set: kept in DATA_DIR/keys/secret.key. Another one makes keys and sessions useless.",
            ),
            (
                "LOKET_LOG_LEVEL",
                "DEBUG, INFO, WARNING or ERROR. Not set: WARNING. Read with journalctl -u loket.",
            ),
        ],
    ),
    (
        "Sessions and limits",
        [
            (
                "LOKET_STAFF_IDLE_MINUTES",
                "A session of staff ends after this long without a request. Not set: 15.",
            ),
            ("LOKET_CITIZEN_IDLE_MINUTES", "The same for citizens. Not set: 60."),
            ("LOKET_STAFF_LONGEST_HOURS", "It ends after this long however busy. Not set: 12."),
            ("LOKET_CITIZEN_LONGEST_HOURS", "The same for citizens. Not set: 72."),
            ("LOKET_STAFF_CHANGE_DAYS", "A request about an account waits this long. Not set: 7."),
            (
                "LOKET_PAPER_DAYS",
                "How many days after the receipt on paper a case may still be entered. Not set: 14.",
            ),
        ],
    ),
    (
        "Mail",
        [
            ("LOKET_SMTP_HOST", "Mail server of the office."),
            ("LOKET_SMTP_PORT", "Its port. Not set: 25."),
            ("LOKET_SMTP_USER", "For servers that ask."),
            ("LOKET_SMTP_PASSWORD", "For servers that ask."),
            ("LOKET_SMTP_STARTTLS", "1: TLS demanded. 0: no TLS. Not set: 1."),
            ("LOKET_MAIL_FROM", "Sender of all mails."),
        ],
    ),
    (
        "Signatures",
        [
            ("LOKET_SIGNER", "The signer by name. Not set: local, whose documents say SPECIMEN."),
            ("LOKET_SIGNER_SOCKET", "Where the signer process listens. Not set: DATA_DIR/run/signer.sock."),
            (
                "LOKET_SIAK_ROOTS",
                "Files (PEM, several with a colon between them) of the certificates that the signatures of"
                " documents from SIAK lead to. Not set: such documents are not accepted.",
            ),
        ],
    ),
]
NAMES = frozenset(name for _, entries in SECTIONS for name, _ in entries)


def settings_text(values: Mapping[str, str]) -> str:
    """The whole file. Raises ValueError for a name that it does not explain, or a value of two lines."""
    if unknown := sorted(set(values) - NAMES):
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    if any("\n" in value or "\r" in value for value in values.values()):
        raise ValueError("a value may not have a line break")
    lines = _comment(HEAD)
    for title, entries in SECTIONS:
        lines += ["", f"# --- {title} ---"]
        for name, meaning in entries:
            value = values.get(name, "")
            lines += ["", *_comment(meaning), f"{name}={value}" if value else f"#{name}="]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, 100)]
