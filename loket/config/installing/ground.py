"""The part of `loket init` on the machine: folders, the settings file, units, becoming Loket's own user."""

import os
import pwd
import shutil
from pathlib import Path

from loket.config.installing.template import settings_text

UNITS_DIR = Path("/etc/systemd/system")
DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
# What an installation creates is for its user alone.
PRIVATE_DIR, PRIVATE_FILE = 0o700, 0o600


class InstallError(Exception):
    """What keeps `loket init` or `loket upgrade` from going on; a sentence for the operator."""


def user_entry(name: str) -> pwd.struct_passwd:
    """The system's entry of a user. Raises InstallError with the command that makes one."""
    try:
        return pwd.getpwnam(name)
    except KeyError as error:
        raise InstallError(
            f"The user {name!r} does not exist. Make it: "
            f"adduser --system --group --home /var/lib/loket --no-create-home {name}"
        ) from error


def own(path: Path, user: pwd.struct_passwd) -> None:
    """Give a path to the user, where that takes root and root is who runs."""
    if os.geteuid() == 0:
        os.chown(path, user.pw_uid, user.pw_gid)


def make_data_dir(path: Path, user: pwd.struct_passwd) -> bool:
    """Make the data directory, private to the user. Returns whether there was something to do.

    An existing one is only closed to others: what is in it may be another program's.
    """
    if path.is_dir():
        found = path.stat()
        if found.st_uid == user.pw_uid and not found.st_mode & 0o077:
            return False
        if found.st_uid not in (user.pw_uid, 0) or any(path.iterdir()):
            raise InstallError(f"{path} exists and is not the private folder of {user.pw_name}.")
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(PRIVATE_DIR)
    own(path, user)
    return True


def write_settings(path: Path, values: dict[str, str], user: pwd.struct_passwd) -> None:
    """Write a new settings file, whole or not at all. Raises InstallError where there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(settings_text(values))
            file.flush()
            os.fsync(file.fileno())
        own(new, user)
        os.link(new, path)  # unlike a rename it never replaces a file
    except FileExistsError as error:
        raise InstallError(f"{path} exists already.") from error
    finally:
        new.unlink(missing_ok=True)


def unit_files() -> list[Path]:
    """The systemd units that come with the program."""
    return sorted([*DEPLOY.glob("systemd/*.service"), *DEPLOY.glob("systemd/*.timer")])


def missing_units(target: Path = UNITS_DIR) -> list[Path]:
    """The units that are not in `target` yet; one that differs was changed by somebody and stays."""
    return [unit for unit in unit_files() if not (target / unit.name).exists()]


def install_units(target: Path = UNITS_DIR) -> list[str]:
    """Copy the missing units; returns their names. Raises InstallError where that is not allowed."""
    names = []
    for unit in missing_units(target):
        try:
            shutil.copyfile(unit, target / unit.name)
            (target / unit.name).chmod(0o644)
        except OSError as error:
            raise InstallError(f"{target}/{unit.name}: {error.strerror}. Run loket init as root.") from error
        names.append(unit.name)
    return names


def become(user: pwd.struct_passwd) -> None:
    """From here on run as this user, for good; nothing to do for whoever is that user already.

    Raises InstallError where another ordinary user runs.
    """
    if os.geteuid() == user.pw_uid:
        return
    if os.geteuid() != 0:
        raise InstallError(f"Run loket init as root or as {user.pw_name}.")
    os.initgroups(user.pw_name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    os.umask(0o077)
    os.environ.update(HOME=user.pw_dir, USER=user.pw_name, LOGNAME=user.pw_name)
    os.chdir("/")
