"""Requests: redirects, cookies, and limits on what an app may answer."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gristmill.envs.engines.dom.http_client import HttpRequest, redirected, resolve
from gristmill.errors import ActionError

Open = Callable[..., Any]


def test_a_redirect_is_followed_with_a_get(open_tab: Open) -> None:
    page = open_tab(
        '<form method="post" action="/save"><input name="a" value="1"><button>Save</button></form>'
    )
    page.headers["/save"], page.status["/save"] = [("Location", "/saved#here")], "303 See Other"
    page.use("click", "button", "Save")
    assert [ask[:2] for ask in page.asked[-2:]] == [("POST", "desk.test/save"), ("GET", "desk.test/saved")]
    assert page.tab.url == "http://desk.test/saved#here"


def test_some_redirects_keep_method_and_body(open_tab: Open) -> None:
    page = open_tab(
        '<form method="post" action="/save"><input name="a" value="1"><button>Save</button></form>'
    )
    page.headers["/save"], page.status["/save"] = [("Location", "/kept")], "307 Temporary Redirect"
    page.use("click", "button", "Save")
    assert page.asked[-1] == ("POST", "desk.test/kept", [("a", "1")])


def test_redirects_in_circles_are_refused(open_tab: Open) -> None:
    page = open_tab("<p>start</p>")
    page.headers["/round"], page.status["/round"] = [("Location", "/round")], "302 Found"
    with pytest.raises(ActionError, match="redirects more than 19 times"):
        page.do("goto /round")
    assert page.tab.url == "http://desk.test/"


def test_a_redirect_out_of_the_apps_is_refused(open_tab: Open) -> None:
    page = open_tab("<p>start</p>")
    page.headers["/out"], page.status["/out"] = [("Location", "http://elsewhere.example/")], "302 Found"
    with pytest.raises(ActionError, match=r"That leads to http://elsewhere\.example/"):
        page.do("goto /out")


def test_cookies_are_kept_for_their_app_until_they_end(open_tab: Open) -> None:
    page = open_tab("<p>start</p>")
    page.headers["/in"] = [("Set-Cookie", "who=ada; Path=/"), ("Set-Cookie", "seen=1")]
    page.headers["/out"] = [("Set-Cookie", "who=; Max-Age=0")]
    for path in ("/in", "/out", "/"):
        page.do(f"goto {path}")
    assert page.cookies[-2:] == ["who=ada; seen=1", "seen=1"]
    page.do("switch_app lamp")
    assert page.cookies[-1] == ""


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        ("pick=a b; Path=/", "seen=1; pick=a b"),
        ('pick="a, {b}"; HttpOnly', 'seen=1; pick="a, {b}"'),
        ("pick=x=y==", "seen=1; pick=x=y=="),
        ("pick:1=2", "seen=1; pick:1=2"),
        ("seen=; Max-Age=-1", ""),
        ("seen=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ""),
        ("seen=2; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "seen=2"),
        ("seen=2; Expires=Thu, 01 Oct 2099 19:70:00 GMT", "seen=2"),
    ],
)
def test_cookies_are_sent_back_as_they_stand(open_tab: Open, header: str, sent: str) -> None:
    page = open_tab("<p>start</p>")
    page.headers["/first"], page.headers["/then"] = [("Set-Cookie", "seen=1")], [("Set-Cookie", header)]
    for path in ("/first", "/then", "/"):
        page.do(f"goto {path}")
    assert page.cookies[-1] == sent


def test_a_file_is_no_page(open_tab: Open) -> None:
    page = open_tab("<p>start</p>")
    page.pages["/file"] = "data"
    answer = page.tab._dispatcher

    def as_zip(environ: dict[str, Any], start_response: Callable[..., object]) -> Any:
        return answer(
            environ, lambda status, _: start_response(status, [("Content-Type", "application/zip")])
        )

    page.tab._client._dispatcher = as_zip
    with pytest.raises(ActionError, match="a file of type application/zip"):
        page.do("goto /file")


@pytest.mark.parametrize(
    ("target", "full"),
    [
        ("/a b?c d#e f", "http://desk.test/a%20b?c%20d#e%20f"),
        ("?x=1", "http://desk.test/deep/page?x=1"),
        ("../up", "http://desk.test/up"),
        ("/é?ü=%20", "http://desk.test/%C3%A9?%C3%BC=%20"),
        ("http://DESK.test:80", "http://desk.test/"),
        (" /trimmed\n", "http://desk.test/trimmed"),
        ("mailto:a@b.test", "mailto:a@b.test"),
    ],
)
def test_addresses_are_spelled_as_browsers_do(target: str, full: str) -> None:
    assert resolve(target, "http://desk.test/deep/page?q=2") == full


def test_a_boosted_request_sees_no_fragment_of_a_redirect() -> None:
    plain = HttpRequest(url="http://shop.test/p/kettle", method="POST")
    boosted = replace(plain, is_boosted=True)
    assert (
        redirected(plain, 303, "http://shop.test/p/kettle#reviews").url == "http://shop.test/p/kettle#reviews"
    )
    assert redirected(boosted, 303, "http://shop.test/p/kettle#reviews").url == "http://shop.test/p/kettle"
