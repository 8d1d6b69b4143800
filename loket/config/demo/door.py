"""A browser without a screen: opens pages, fills in their own forms, keeps cookies."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx


class DoorClosed(RuntimeError):
    """A page answered otherwise than the journey expects."""


@dataclass
class Form:
    """A form of a page: where it goes, and what it already holds."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag == "input" and self.forms and given.get("type") == "hidden":
            self.forms[-1].fields[given.get("name", "")] = given.get("value", "")


class Door:
    """One person's session at the HTTP doors."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, follow_redirects=True, timeout=30)

    def open(self, path: str) -> str:
        """The page at `path`. Raises DoorClosed unless it answers 200."""
        return self._expect(self.client.get(path), path)

    def fetch(self, path: str) -> bytes:
        """The file at `path`. Raises DoorClosed unless it answers 200."""
        response = self.client.get(path)
        self._expect(response, path)
        return response.content

    def send(self, path: str, data: dict[str, Any], *, form: str = "", files: Any = None) -> tuple[str, str]:
        """Fill in a form of the page at `path` and send it; gives the address and the page it leads to.

        `form` is part of the wanted form's action where the page has several. Raises DoorClosed.
        """
        parser = _Forms()
        parser.feed(self.open(path))
        wanted = [
            item
            for item in parser.forms
            if item.method == "post"
            and form in (item.action or path)
            and not item.action.endswith("/keluar/")
        ]
        if not wanted:
            raise DoorClosed(f"{path} has no form {form!r}")
        target = wanted[0].action or path
        response = self.client.post(
            target,
            data={**wanted[0].fields, **data},
            files=files,
            headers={"Referer": str(self.client.base_url)},
        )
        return str(response.url.path), self._expect(response, target)

    @staticmethod
    def _expect(response: httpx.Response, path: str) -> str:
        if response.status_code != httpx.codes.OK:
            text = response.text
            start = text.find("<h1>")
            raise DoorClosed(f"{path} answered {response.status_code}: {text[start : start + 300]}")
        return response.text
