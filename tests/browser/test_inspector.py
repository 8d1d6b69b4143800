"""The inspection finds what it is there for: a page with faults of every kind."""

import pytest
from playwright.sync_api import Browser

from tests.browser.inspector import Inspector

pytestmark = pytest.mark.browser
FAULTY = """<!doctype html><html><head><title>Ada</title></head><body>
<p style="color:#aaa">terlalu pucat</p><img src="data:,"><input name="x" style="height:20px">
<div style="width:900px">terlalu lebar</div><script>console.error('rusak')</script></body></html>"""


def test_a_faulty_page_is_found(browser: Browser) -> None:
    page = browser.new_page()
    inspector = Inspector(page, public=True)
    page.set_content(FAULTY)
    inspector.look("kesalahan")
    page.close()
    found = "\n".join(inspector.problems)
    for fault in (
        "color-contrast",
        "html-has-lang",
        "image-alt",
        "label:",
        "lower than 48 px: INPUT",
        "rusak",
    ):
        assert fault in found
    assert "900 px wide" in found or "px wide on a screen of 320" in found
    assert "an error whose title is 'Ada'" in found
