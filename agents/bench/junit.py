"""A run as JUnit XML, which CI systems show: a test suite for each family, a test case for each episode."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from gristmill.agents.bench.episodes import BenchEpisode
from gristmill.agents.bench.run import Run
from gristmill.agents.bench.summary import grouped, label

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_of(run: Run) -> bytes:
    """The run as JUnit XML. A fault is an `error` with its traceback, a lost episode a `failure`."""
    root = ET.Element("testsuites", name=f"gristmill bench: {run.settings.agent}")
    for family, episodes in grouped(run.episodes, "family").items():
        root.append(suite_of(family, episodes))
    add_numbers(root, run.episodes)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def suite_of(family: str, episodes: Sequence[BenchEpisode]) -> ET.Element:
    """The test suite of a family."""
    suite = ET.Element("testsuite", name=family)
    add_numbers(suite, episodes)
    for episode in episodes:
        suite.append(case_of(episode))
    return suite


def add_numbers(element: ET.Element, episodes: Sequence[BenchEpisode]) -> None:
    """Set the numbers of tests, failures and errors, and the seconds."""
    element.set("tests", str(len(episodes)))
    element.set("failures", str(sum(each.success is False for each in episodes)))
    element.set("errors", str(sum(each.success is None for each in episodes)))
    element.set("time", f"{sum(each.times.total_s for each in episodes):.3f}")


def case_of(episode: BenchEpisode) -> ET.Element:
    """The test case of an episode."""
    name = label(episode.key).partition(" ")[2]
    case = ET.Element("testcase", classname=episode.key.task, name=name, time=f"{episode.times.total_s:.3f}")
    if episode.fault is not None:
        fault = episode.fault
        error = ET.SubElement(case, "error", message=clean(fault.message), type=fault.source)
        error.text = clean(fault.traceback or fault.message)
    elif not episode.success:
        failure = ET.SubElement(case, "failure", message=clean(why(episode)), type=episode.ended_by)
        failure.text = clean(details(episode))
    return case


def why(episode: BenchEpisode) -> str:
    """In a few words why an episode was lost."""
    missed = [check.name for check in episode.checks if not check.passed]
    return f"ended by {episode.ended_by}; " + (f"failed: {', '.join(missed)}" if missed else "not finished")


def details(episode: BenchEpisode) -> str:
    """Goal, failed checks and side effects of an episode that was lost."""
    lines = [f"goal: {episode.goal}"]
    lines += [f"failed: {check.name}: {check.detail}" for check in episode.checks if not check.passed]
    lines += [f"side effect: {effect}" for effect in episode.side_effects]
    return "\n".join(lines)


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
