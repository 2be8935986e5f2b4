"""Suites: named lists of episodes, shipped with Gristmill or written by users as TOML files."""

from importlib.resources import files
from pathlib import Path

from gristmill.errors import UnknownNameError
from gristmill.suites.schema import Part as Part
from gristmill.suites.schema import Suite as Suite
from gristmill.suites.schema import parse_suite, read_suite

BUILT_IN = ("smoke", "standard", "full")


def find_suite(name: str) -> Suite:
    """A built-in suite by name, or the one of a TOML file by its path.

    Raises:
        UnknownNameError: there is no such suite.
        InvalidOptionError: the file is wrong; the message names what.
    """
    if name in BUILT_IN:
        return parse_suite((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"), name=name)
    if name.endswith(".toml"):
        return read_suite(Path(name))
    raise UnknownNameError("suite", name, [*BUILT_IN, "a file FILE.toml"])
