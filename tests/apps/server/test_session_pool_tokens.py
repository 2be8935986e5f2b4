"""A request tells its session by a header or among its languages."""

from typing import Any

from gristmill.apps.server.session_pool import LANGUAGE, TOKEN_KEY, accept_language_with, pop_token


def test_a_token_among_the_languages_is_taken_out_of_them() -> None:
    for ranked in ("", ";q=0.9"):
        environ: dict[str, Any] = {"HTTP_ACCEPT_LANGUAGE": accept_language_with("aB_9-c") + ranked}
        assert pop_token(environ) == "aB_9-c"
        assert environ == {"HTTP_ACCEPT_LANGUAGE": LANGUAGE}


def test_a_token_may_come_in_a_header_of_its_own() -> None:
    environ: dict[str, Any] = {"HTTP_ACCEPT_LANGUAGE": "fr,en;q=0.9", TOKEN_KEY: "abc"}
    assert pop_token(environ) == "abc"
    assert environ["HTTP_ACCEPT_LANGUAGE"] == "fr,en;q=0.9"


def test_most_requests_of_strangers_have_none() -> None:
    assert pop_token({}) is None
    assert pop_token({"HTTP_ACCEPT_LANGUAGE": "de"}) is None
