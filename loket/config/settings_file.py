"""The settings file of an installation: lines `NAME=value`, read into the environment.

The environment goes before the file, so that one command can be tried with another value. Which file:
`LOKET_CONFIG` (set but empty: none), else `/etc/loket/loket.env` where it is there. Plain Python, because it
is read before anything else.
"""

import os
import re
from collections.abc import MutableMapping
from pathlib import Path

DEFAULT = Path("/etc/loket/loket.env")
VARIABLE = "LOKET_CONFIG"
_LINE = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")


class SettingsFileError(Exception):
    """The settings file is missing, may not be read, or has a line that is no setting."""


def parse(text: str, name: str = "settings file") -> dict[str, str]:
    """The settings in `text`. Empty lines and lines that begin with `#` are skipped.

    A value is what follows the first `=`, without surrounding space and one pair of quotes; nothing in it is
    expanded, and a `#` in it belongs to it. systemd reads such a file in the same way. Raises
    SettingsFileError with the number of a line that cannot be read or names a setting twice.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            raise SettingsFileError(f"{name}, line {number}: not of the form NAME=value.")
        key, value = match[1], match[2].strip()
        if key in found:
            raise SettingsFileError(f"{name}, line {number}: {key} is set twice.")
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        found[key] = value
    return found


def path(environment: MutableMapping[str, str] = os.environ) -> Path | None:
    """The settings file of this process, None where there is none."""
    chosen = environment.get(VARIABLE)
    if chosen is not None:
        return Path(chosen) if chosen else None
    return DEFAULT if DEFAULT.exists() else None


def read(file: Path) -> dict[str, str]:
    """The settings in a file. Raises SettingsFileError with a sentence that says what to do."""
    try:
        return parse(file.read_text(encoding="utf-8"), str(file))
    except FileNotFoundError as error:
        raise SettingsFileError(f"{file} (LOKET_CONFIG) does not exist.") from error
    except PermissionError as error:
        raise SettingsFileError(
            f"{file} may not be read by this user. Run the command as Loket's own user "
            "(sudo -u loket loket ...), or set LOKET_CONFIG to nothing to use no settings file."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsFileError(f"{file} cannot be read: {error}") from error


def apply(environment: MutableMapping[str, str] = os.environ) -> Path | None:
    """Add what the settings file says and the environment does not; returns the file that was read.

    Empty values count as not set. Raises SettingsFileError.
    """
    file = path(environment)
    if file is None:
        return None
    for name, value in read(file).items():
        if value:
            environment.setdefault(name, value)
    return file
