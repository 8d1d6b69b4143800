"""The one script of the doors, and the content policy of the page that has it.

It is inlined like the style sheet and allowed by its hash; every other page still forbids any script.
"""

import base64
import hashlib
from pathlib import Path

from django.http import HttpResponse

from loket.web.middleware import POLICY

COPY = (Path(__file__).parent / "copy.js").read_text(encoding="utf-8").strip()
_HASH = base64.b64encode(hashlib.sha256(COPY.encode()).digest()).decode()


def with_copying(response: HttpResponse) -> HttpResponse:
    """The answer with a policy that lets the copying script run, and no other."""
    response.headers["Content-Security-Policy"] = f"{POLICY}; script-src 'sha256-{_HASH}'"
    return response
