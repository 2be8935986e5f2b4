"""Links lead to the same addresses in both engines."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "href",
    [
        "/echo/a/%2e%2e/b",
        "/echo/a/%2E/b",
        "/echo/a\\b\\..\\c",
        "/echo/a|b",
        "/echo/a^b`c{d}",
        "/echo?q='x'&r=[|]^`{}",
        "/echo?a=é#ü `",
        "/echo/é",
        "/echo/a%zz%4",
        "/echo/a?",
        "  /echo/x\t\ny ",
        "echo",
        "../echo/../echo/./z",
        "//html.test:80/echo",
        "HTTP://HTML.test/echo",
        "http:/echo",
        "http:echo",
        "\\\\html.test\\echo",
        "http://html。test/echo",
        "/echo/;p=1,2!$&'()*+~",
        "/echo/a b",
        "/echo/%41%2f",
        "//other.test/x",
    ],
)
def test_a_link_leads_to_the_same_address(on: Any, href: str) -> None:
    on.open(f'<a href="{href}">Go</a>')
    on.use("click", "link", "Go")


@pytest.mark.parametrize(
    "url", ["/echo/a/%2e%2e/b", "/echo\\a|b", "http:echo", "/echo/^`{}", "///html.test/echo"]
)
def test_goto_opens_the_same_address(on: Any, url: str) -> None:
    on.open("<p>x</p>")
    on.do(f"goto {url}")


def test_addresses_are_relative_to_the_base_of_the_page(both: Any) -> None:
    both.open('<base href="/echo/deep/"><a href="x">Go</a><form action="y"><button>Send</button></form>')
    assert both.use("click", "link", "Go")["url"] == "http://html.test/echo/deep/x"
    both.do("back")
    assert both.use("click", "button", "Send")["url"] == "http://html.test/echo/deep/y?"
