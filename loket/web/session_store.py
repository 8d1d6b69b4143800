"""Sessions in the database whose idle time begins anew with every visit, written at most once a minute.

A write for every page would be a second durable commit in each of them.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

RENEW_AFTER = timedelta(minutes=1)
# Asked by every page of somebody signed in.
_LOAD = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Knows when the loaded session would end."""

    ends_at: datetime | None = None

    def _get_session_from_db(self) -> Session | None:
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        data, self.ends_at = row
        return Session(session_key=self.session_key, session_data=data, expire_date=self.ends_at)

    def renew(self) -> None:
        """Let a session that was loaded end later again. It is saved when this last happened a minute ago."""
        if self.ends_at is None:
            return
        whole = timedelta(seconds=self.get_expiry_age())
        if self.ends_at - timezone.now() < whole - RENEW_AFTER:
            self.modified = True
