"""Sessions in the database whose idle time begins anew with every visit, written at most once a minute.

A write for every page would be a second durable commit in each of them.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

RENEW_AFTER = timedelta(minutes=1)


class SessionStore(db.SessionStore):
    """Knows when the loaded session would end."""

    ends_at: datetime | None = None

    def _get_session_from_db(self) -> Session | None:
        found: Session | None = super()._get_session_from_db()
        self.ends_at = found.expire_date if found else None
        return found

    def renew(self) -> None:
        """Let a session that was loaded end later again. It is saved when this last happened a minute ago."""
        if self.ends_at is None:
            return
        whole = timedelta(seconds=self.get_expiry_age())
        if self.ends_at - timezone.now() < whole - RENEW_AFTER:
            self.modified = True
