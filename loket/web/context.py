"""What every page has: the style sheet, who is signed in, and whether this is a demo."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest

CSS = (Path(__file__).parent / "style.css").read_text().strip()
CSS_HASH = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor of all templates."""
    return {
        "css": CSS,
        "actor": getattr(request, "actor", None),
        "demo": settings.DEMO,
        "path": request.path,
    }
