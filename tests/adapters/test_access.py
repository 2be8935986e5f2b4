"""Only those with the token get in, and no page of another origin."""

import pytest

from gristmill.adapters.access import AccessGuard, is_loopback


async def app(scope: object, receive: object, send: object) -> None:
    """Never called: only refusals are looked at."""


def refusal(
    path: str = "/ws", *, token: str | None = "secret", loopback_only: bool = True, **headers: str
) -> int:
    guard = AccessGuard(app, token=token, loopback_only=loopback_only)
    refused = guard.refusal(path, {"host": "127.0.0.1:8000", **headers})
    return refused[0] if refused else 0


def test_the_token_opens() -> None:
    assert refusal(authorization="Bearer secret") == 0
    assert refusal(authorization="bearer  secret") == 0


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "secret", "Basic secret", "Bearer sécret"])
def test_anything_else_does_not(given: str) -> None:
    assert refusal(authorization=given) == 401


def test_without_a_token_programs_of_this_machine_get_in() -> None:
    assert refusal(token=None) == 0
    assert refusal(token=None, origin="http://localhost:6274") == 0


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_pages_of_other_origins_do_not_even_with_the_token(origin: str) -> None:
    assert refusal(authorization="Bearer secret", origin=origin) == 403
    assert refusal(authorization="Bearer secret", origin=origin, loopback_only=False) == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "", "127.0.0.1.evil.example"])
def test_a_rebound_name_does_not_reach_a_loopback_server(host: str) -> None:
    assert refusal(token=None, host=host) == 403


def test_a_server_for_other_machines_has_any_name() -> None:
    assert refusal(host="bench.internal:8000", loopback_only=False, authorization="Bearer secret") == 0


def test_whether_it_is_up_may_be_asked_without_the_token() -> None:
    assert refusal("/health") == 0


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("10.0.0.1", False)],
)
def test_loopback_addresses(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
