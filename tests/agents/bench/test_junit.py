from xml.etree import ElementTree as ET

from gristmill.agents.bench import load_run
from gristmill.agents.bench.episodes import Fault
from gristmill.agents.bench.junit import junit_of

from .conftest import MakeEpisode, WriteRun


def test_a_failure_names_its_checks_and_a_fault_is_an_error_with_its_traceback(
    episode: MakeEpisode, write_run: WriteRun
) -> None:
    fault = Fault(message="The verifier failed: <x>", source="verifier", traceback="LookupError \x00\x1b[0m")
    folder = write_run(
        episode(0),
        episode(1, success=False, side_effects=("a & b",)),
        episode(2, success=None, fault=fault),
        episode(0, task="Mail-Send-v0"),
    )
    root = ET.fromstring(junit_of(load_run(folder)))
    assert [suite.get("name") for suite in root] == ["Mail-Send-v0", "Shop-AddToCart-v0"]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "1")
    passed, failed, broken = root[1]
    assert (len(passed), passed.get("classname"), passed.get("name")) == (0, "Shop-AddToCart-v0", "seed=0")
    assert failed[0].tag == "failure"
    assert failed[0].get("message") == "ended by done; failed: a lamp"
    assert "side effect: a & b" in (failed[0].text or "")
    assert (broken[0].tag, broken[0].get("type")) == ("error", "verifier")
    assert "LookupError" in (broken[0].text or "")
