"""`gristmill serve`: what its options come to."""

import sys

import pytest
from click.testing import CliRunner

from gristmill.adapters.serving import Serving
from gristmill.cli import main
from gristmill.cli.serve import port_of, serve, serving_of, token_of
from gristmill.errors import InvalidOptionError


def serving(*arguments: str, protocol: str = "openenv") -> Serving:
    context = serve.make_context("serve", [*arguments, "Shop-AddToCart-v0"])
    context.params.pop("protocol")
    return serving_of(context.params.pop("task_ids"), protocol, context.params)


def test_options_of_the_environment_are_those_of_gymnasium_make() -> None:
    made = serving("--engine", "dom", "--split", "test", "--size", "small")
    assert made.env_options["engine"] == "dom"
    assert (made.env_options["split"], made.env_options["size"]) == ("test", "small")
    assert "wordings" not in made.env_options  # None: as the split


def test_a_server_listens_on_this_machine_alone_and_asks_for_a_random_token() -> None:
    first, second = serving(), serving()
    assert first.host == "127.0.0.1"
    assert first.token
    assert first.token != second.token


@pytest.mark.parametrize(
    ("protocol", "port", "http_port", "expected"),
    [
        ("mcp", None, None, None),
        ("mcp", None, 0, 0),
        ("mcp", 81, None, 81),
        ("openenv", None, None, 8000),
        ("openenv", 0, None, 0),
    ],
)
def test_mcp_goes_over_stdin_unless_a_port_is_named(
    protocol: str, port: int | None, http_port: int | None, expected: int | None
) -> None:
    assert port_of(protocol, port, http_port) == expected


def test_without_a_token_only_a_loopback_address_is_served() -> None:
    assert token_of("127.0.0.1", None, no_token=True) is None
    with pytest.raises(InvalidOptionError, match="others can reach"):
        token_of("0.0.0.0", None, no_token=True)


def test_a_token_and_none_exclude_each_other() -> None:
    with pytest.raises(InvalidOptionError, match="leave one out"):
        token_of("127.0.0.1", "secret", no_token=True)


def test_a_protocol_has_to_be_named() -> None:
    result = CliRunner().invoke(main, ["serve", "Shop-AddToCart-v0"])
    assert result.exit_code == 2
    assert "--openenv, --mcp" in result.stderr


@pytest.mark.parametrize(("protocol", "package"), [("mcp", "mcp_types"), ("openenv", "fastmcp")])
def test_without_its_extra_a_protocol_names_it(
    protocol: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"gristmill.adapters.{protocol}_server", raising=False)
    result = CliRunner().invoke(main, ["serve", f"--{protocol}", "Shop-AddToCart-v0"])
    assert result.exit_code == 1
    assert f"pip install 'gristmill[{protocol}]'" in result.stderr
