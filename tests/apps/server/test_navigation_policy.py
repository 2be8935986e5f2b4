"""Pages of the session's apps come through; whatever else a tab asks for stays outside, with a reason."""

import pytest

from gristmill.apps.server.navigation_policy import MAX_BODY_BYTES, MAX_REDIRECTS, MAX_TAGS, NavigationPolicy

HTML = [("Content-Type", "text/html; charset=utf-8")]
Headers = list[tuple[str, str]]


class Tab:
    """A tab with a policy, which counts how often a navigation was blocked."""

    def __init__(self) -> None:
        self.policy = NavigationPolicy(["shop", "mail"])
        self.stayed = 0
        self.policy.on_navigation_blocked = self.stay

    def stay(self) -> None:
        self.stayed += 1

    def ask(
        self, status: int, headers: Headers, body: bytes = b"", *, accept: str = "text/html,*/*"
    ) -> str | None:
        """The reason for which an answer is kept back, or None if it is let through."""
        environ = {"HTTP_HOST": "shop.test", "PATH_INFO": "/here", "HTTP_ACCEPT": accept}
        admitted = self.policy.check(environ, status, headers, body)
        refusal = self.policy.pop_error()
        assert admitted == (refusal is None)
        return None if refusal is None else str(refusal)


@pytest.fixture
def tab() -> Tab:
    return Tab()


@pytest.mark.parametrize("kind", ["text/html", "TEXT/HTML ; charset=x", "text/plain", "application/json"])
@pytest.mark.parametrize("status", [200, 404, 422, 500])
def test_pages_come_through(tab: Tab, kind: str, status: int) -> None:
    assert tab.ask(status, [("content-type", kind)], b"<p>") is None
    assert tab.stayed == 0


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        (HTML, b"x" * (MAX_BODY_BYTES + 1), "larger than"),
        (HTML, b"<i>" * (MAX_TAGS + 1), "more than"),
        ([("Content-Type", "application/pdf")], b"", "of type application/pdf"),
        ([], b"", "of type unknown"),
        ([*HTML, ("Content-Disposition", "Attachment; filename=x")], b"", "to download"),
    ],
)
def test_what_no_tab_could_show_is_kept_back(tab: Tab, headers: Headers, body: bytes, reason: str) -> None:
    said = tab.ask(200, headers, body)
    assert said is not None
    assert reason in said
    assert "stayed on this one" in said
    assert tab.stayed == 1


@pytest.mark.parametrize(
    "target",
    [
        "/there",
        "http://shop.test/",
        "http://MAIL.test:80/x",
        "?q=1",
        "\\\\mail.test",
        "http:/x",
        "http://ma%69l.test",
    ],
)
def test_redirects_within_the_apps_are_followed(tab: Tab, target: str) -> None:
    assert tab.ask(303, [("Location", target)]) is None


@pytest.mark.parametrize(
    "target",
    [
        "http://elsewhere.test/",
        "https://shop.test/",
        "//example.com/x",
        "http://shop.test.example.com/",
        "/\\elsewhere.test/x",
        "/\t/elsewhere.test",
        "http:\\\\elsewhere.test",
        "http://shop.test:8080/",
        "http://[",
    ],
)
def test_redirects_to_elsewhere_are_not(tab: Tab, target: str) -> None:
    assert "outside the apps" in (tab.ask(302, [("Location", target)]) or "")


def test_redirects_in_circles_end(tab: Tab) -> None:
    said = [tab.ask(302, [("Location", "/here")]) for _ in range(MAX_REDIRECTS + 1)]
    assert said[:-1] == [None] * MAX_REDIRECTS
    assert "redirects more than" in (said[-1] or "")
    assert tab.ask(302, [("Location", "/here")]) is None


def test_redirects_before_a_page_do_not_count_for_the_next(tab: Tab) -> None:
    for _ in range(3):
        said = [tab.ask(302, [("Location", "/here")]) for _ in range(MAX_REDIRECTS)]
        assert said == [None] * MAX_REDIRECTS
        assert tab.ask(200, HTML) is None


def test_an_empty_answer_leaves_the_tab_where_it_is_without_a_reason(tab: Tab) -> None:
    assert tab.ask(204, []) is None
    assert tab.stayed == 1


def test_files_of_a_page_only_have_to_be_small_enough(tab: Tab) -> None:
    environ = {"HTTP_HOST": "shop.test", "PATH_INFO": "/x.css", "HTTP_ACCEPT": "text/css"}
    assert tab.policy.check(environ, 200, [("Content-Type", "font/woff2")], b"x" * MAX_BODY_BYTES)
    assert not tab.policy.check(environ, 200, HTML, b"x" * (MAX_BODY_BYTES + 1))
    assert tab.policy.pop_error() is None


def test_an_error_is_returned_once(tab: Tab) -> None:
    environ = {"HTTP_HOST": "shop.test", "PATH_INFO": "/", "HTTP_ACCEPT": "text/html"}
    tab.policy.check(environ, 200, [], b"")
    assert tab.policy.pop_error() is not None
    assert tab.policy.pop_error() is None
