"""Looks at a page's state as it stands: accessibility, reflow, targets, console, weight and requests."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Page, Request

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async (tags) => (await axe.run(document, {runOnly: {type: 'tag', values: tags}})).violations.map(
    rule => rule.id + ': ' + rule.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', '))"""
# What people press or type into is at least this high; links in the text are held to axe's 24 px.
SMALL = """() => [...document.querySelectorAll(
    'button:not(.link), .btn, select, textarea, .pick, ' +
    'input:not([type=hidden], [type=radio], [type=checkbox])')]
    .filter(el => el.checkVisibility() && el.getBoundingClientRect().height < 48)
    .map(el => el.tagName + ' ' + (el.id || el.textContent.trim()))"""
WIDTH = "() => document.documentElement.scrollWidth"
NARROW = 320
HEAVIEST_BYTES = 14 * 1024
MOST_REQUESTS = 5


class Inspector:
    """A page, and everything found wrong with the states it was inspected in."""

    def __init__(self, page: Page, *, public: bool) -> None:
        self.page, self.public = page, public
        self.problems: list[str] = []
        self.weights: dict[str, int] = {}
        self._requests: list[Request] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("request", self._seen)

    def _heard(self, message: ConsoleMessage) -> None:
        # A page that says 404 or 422 is meant to; the browser notes every such answer.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"{self.page.url}: {message.text}")

    def _seen(self, request: Request) -> None:
        if request.is_navigation_request() and request.redirected_from is None:
            self._requests = []
        self._requests.append(request)

    def open(self, path: str, name: str = "") -> "Inspector":
        """Go to a page, and inspect it where it has a name."""
        self.page.goto(path)
        return self.look(name) if name else self

    def press(self, text: str, name: str = "") -> "Inspector":
        """Press a button of the page's own content, and inspect where that leads."""
        self.page.locator("main").get_by_role("button", name=text).first.click()
        return self.look(name) if name else self

    def fill(self, values: dict[str, str]) -> "Inspector":
        """Type into the fields of the page by name."""
        fill(self.page, values)
        return self

    def look(self, name: str) -> "Inspector":
        """Inspect the page as it stands now."""
        page = self.page
        page.wait_for_load_state()
        found: list[str] = []
        page.evaluate(AXE)
        found += page.evaluate(RUN, TAGS)
        found += [f"lower than 48 px: {what}" for what in page.evaluate(SMALL)]
        if self.public:
            found += self._weigh(name)
        size: Any = page.viewport_size
        page.set_viewport_size({"width": NARROW, "height": size["height"]})
        if (width := page.evaluate(WIDTH)) > NARROW:
            found.append(f"{width} px wide on a screen of {NARROW}")
        page.set_viewport_size(size)
        if "kesalahan" in name and not page.title().startswith("Kesalahan:"):
            found.append(f"an error whose title is {page.title()!r}")
        self.problems += [f"{name} ({page.url}): {what}" for what in found]
        return self

    def says(self, text: str) -> bool:
        """Whether the page's own content holds a text."""
        return text in self.page.locator("main").inner_text()

    def _weigh(self, name: str) -> list[str]:
        pages = [request for request in self._requests if request.is_navigation_request()]
        bytes_sent = pages[-1].sizes()["responseBodySize"] if pages else 0
        self.weights[name] = bytes_sent
        found = []
        if bytes_sent > HEAVIEST_BYTES:
            found.append(f"{bytes_sent} bytes")
        sent = [request for request in self._requests if not request.url.startswith("data:")]
        if len(sent) > MOST_REQUESTS:
            found.append(f"{len(sent)} requests")
        return found


def fill(page: Page, values: dict[str, str]) -> None:
    """Type into the fields of a page by name, whatever their kind."""
    for name, value in values.items():
        field = page.locator(f'main [name="{name}"]').first
        kind = field.get_attribute("type")
        if kind == "radio":
            page.check(f'main [name="{name}"][value="{value}"]')
        elif page.locator(f'main select[name="{name}"]').count():
            field.select_option(value)
        else:
            field.fill(value)
