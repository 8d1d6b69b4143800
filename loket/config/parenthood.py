"""Children that end with their parent, so that no web or worker outlives the supervisor."""

import ctypes
import os
import signal

SUPERVISED = "LOKET_SUPERVISED"
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask Linux to send this process SIGTERM when its parent ends; does nothing elsewhere."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    except (OSError, AttributeError):
        return


def die_with_parent_if_supervised() -> None:
    """The same for the workers that the web server starts itself, where `loket run` started that server."""
    if os.environ.get(SUPERVISED):
        die_with_parent()
