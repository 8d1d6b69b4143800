"""Keys that make a repeated request harmless."""

import uuid


def new_key() -> str:
    """A key for one form: the server answers a second arrival with the first result."""
    return uuid.uuid4().hex


def parse_key(text: str) -> uuid.UUID | None:
    """The key as a UUID, or None where the text is not one (the form was not made by us)."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
