"""One thing that `loket doctor` looked at."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """What was looked at, whether it is well, what was seen, and what to do about it.

    `warning`: Loket works, but somebody should act; only what is not `ok` makes the exit code 1.
    """

    name: str
    ok: bool
    detail: str
    todo: str = ""
    warning: bool = False

    @property
    def level(self) -> str:
        """`ok`, `warn` or `fail`."""
        if not self.ok:
            return "fail"
        return "warn" if self.warning else "ok"

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "name": self.name,
            "ok": self.ok,
            "level": self.level,
            "detail": self.detail,
            "todo": self.todo,
        }


def well(name: str, detail: str) -> Check:
    """A check with nothing to do."""
    return Check(name, True, detail)


def failed(name: str, detail: str, todo: str) -> Check:
    """A check that must be mended."""
    return Check(name, False, detail, todo)


def warned(name: str, detail: str, todo: str) -> Check:
    """A check that somebody should look at."""
    return Check(name, True, detail, todo, warning=True)


def guarded(name: str, look: Callable[[], Check], todo: str) -> Check:
    """The check, or a failed one with `todo` where looking itself failed."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001 (a doctor reports what fails, whatever it is)
        return failed(name, f"{type(error).__name__}: {error}", todo)
