"""The opened keys of the signer process, in memory only, and the count of wrong passphrases.

Both are lost when the process ends: then every signer is asked for the passphrase again.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from loket.documents.signers import local
from loket.documents.signers.base import SignerBlocked, SignerLocked
from loket.documents.signers.pades import PadesSigner

LONGEST_UNLOCK_MINUTES = 15
TRIES = 5
TRY_WINDOW_SECONDS = 15 * 60


def seconds_passed() -> float:
    """Seconds that only ever go forward, also while the machine sleeps; changing its clock has no effect."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True)
class _Opened:
    signer: PadesSigner
    until: float


class Vault:
    """Opened keys by session and signer; every method may be called from several threads."""

    def __init__(
        self, keys_dir: Path, *, unlock_minutes: float, elapsed: Callable[[], float] = seconds_passed
    ) -> None:
        """Raises ValueError for a time that is not within 15 minutes."""
        if not 0 < unlock_minutes <= LONGEST_UNLOCK_MINUTES:
            raise ValueError(f"a session may last up to {LONGEST_UNLOCK_MINUTES} minutes")
        self._keys_dir = keys_dir
        self._seconds = unlock_minutes * 60
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._opened: dict[tuple[str, str], _Opened] = {}
        self._tries: dict[str, list[float]] = {}
        # Each derivation takes 64 MB: many people unlocking at once must not exhaust a small server.
        self._deriving = threading.Semaphore(2)

    def unlock(self, signer_id: str, session: str, passphrase: bytearray) -> None:
        """Open the key of `signer_id` for `session`.

        The time runs from here, not from the last use. Raises NoSignerKey, SignerBlocked, WrongPassphrase.
        """
        local.signer_certificate(self._keys_dir, signer_id)  # no counting for signers that do not exist
        self._count_try(signer_id)
        with self._deriving:
            certificate, key = local.open_signer_key(self._keys_dir, signer_id, passphrase)
        opened = _Opened(PadesSigner(certificate, key), self._elapsed() + self._seconds)
        with self._lock:
            self._tries.pop(signer_id, None)
            self._opened[session, signer_id] = opened

    def opened(self, signer_id: str, session: str) -> PadesSigner:
        """The key that `session` opened. Raises SignerLocked where it did not, or too long ago."""
        self.drop_expired()
        with self._lock:
            opened = self._opened.get((session, signer_id))
        if opened is None:
            raise SignerLocked
        return opened.signer

    def lock(self, session: str) -> None:
        """Drop every key that `session` opened."""
        with self._lock:
            self._opened = {key: value for key, value in self._opened.items() if key[0] != session}

    def drop_expired(self) -> None:
        """Drop the keys whose time is over; the library overwrites a key's memory when it frees it."""
        with self._lock:
            now = self._elapsed()
            self._opened = {key: value for key, value in self._opened.items() if now < value.until}

    def drop_all(self) -> None:
        """Drop every key."""
        with self._lock:
            self._opened.clear()

    def _count_try(self, signer_id: str) -> None:
        """Count a try before it is made, so that parallel tries cannot pass the limit together."""
        with self._lock:
            now = self._elapsed()
            recent = [made for made in self._tries.get(signer_id, ()) if now - made < TRY_WINDOW_SECONDS]
            if len(recent) >= TRIES:
                raise SignerBlocked
            self._tries[signer_id] = [*recent, now]
