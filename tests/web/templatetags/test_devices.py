"""Browsers by the names people know them by."""

import pytest

from strandline.web.templatetags.devices import device

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/120.0 Safari/537.36", "Chrome, Linux"),
        (
            f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} Chrome/120.0 Mobile Safari/537.36 EdgA/120.0",
            "Edge, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.1; rv:120.0) Gecko/20100101 Firefox/120.0",
            "Firefox, Mac",
        ),
        ("curl/8.0", "A browser that gives no name"),
        ("", "A browser that gives no name"),
    ],
)
def test_device_names_the_browser_and_the_system(agent: str, name: str) -> None:
    assert device(agent) == name
