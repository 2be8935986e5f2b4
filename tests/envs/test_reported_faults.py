"""A fault tells what failed, on which page, in which file and line."""

import json
import logging
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gristmill.envs.env import WebEnv
from gristmill.envs.episode.faults import reported
from gristmill.envs.episode.runtime import default_runtime
from gristmill.envs.vector.local import WebVectorEnv
from gristmill.errors import EngineFault, InfraError


def line_of(detail: InfraError) -> str:
    return Path(detail.file).read_text().splitlines()[detail.line - 1]


def test_a_view_that_raises_is_reported_with_address_file_and_line(
    bad_envs: Callable[[str], WebEnv], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "gristmill"):
        info = bad_envs("dom").step("goto /fail?shelf=3")[4]
    detail: InfraError = info["infra_error"]
    assert detail == "The app clone failed: LookupError: no shelf"
    assert (detail.kind, detail.url) == ("LookupError", "http://bad.test/fail?shelf=3")
    assert detail.file.endswith("tests/envs/conftest.py")
    assert 'raise LookupError("no shelf")' in line_of(detail)
    assert "in fail" in detail.traceback
    assert detail.traceback.rstrip().endswith("LookupError: no shelf")
    [record] = caplog.records
    assert "http://bad.test/fail?shelf=3" in record.getMessage()
    assert record.exc_info is not None


def test_a_verifier_that_raises_is_reported_with_its_line(bad_envs: Callable[[str], WebEnv]) -> None:
    detail: InfraError = bad_envs("dom").step('answer "raise"')[4]["infra_error"]
    assert (detail.kind, detail.url) == ("LookupError", "http://bad.test/")
    assert 'raise LookupError("no verdict")' in line_of(detail)
    assert detail.source == "verifier"
    assert detail.to_json()["source"] == "verifier"


def test_a_slot_that_cannot_be_reset_reports_it_too(bad_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    envs = WebVectorEnv("Bad-Pages-v0", num_envs=2, engine="dom")
    monkeypatch.setattr(default_runtime().dispatcher, "_response_cache", None)
    monkeypatch.setattr(bad_app, "start_page", bad_app.fail)
    _, infos = envs.reset(seed=7)
    details = infos["infra_error"].tolist()
    assert {detail.kind for detail in details} == {"LookupError"}
    assert all("no shelf" in line_of(detail) for detail in details)
    assert {detail.url for detail in details} == {"http://bad.test/"}
    assert infos["success"].tolist() == [None, None]
    assert infos["goal_reached"].dtype == np.object_
    envs.close()


def test_the_detail_survives_the_way_to_another_process_and_is_plain_json() -> None:
    try:
        raise EngineFault("The page is gone.")
    except EngineFault as fault:
        detail = reported(fault)
        sent = pickle.loads(pickle.dumps(fault))
    assert reported(sent) == detail == "The page is gone."
    assert vars(reported(sent)) == vars(detail)
    assert json.loads(json.dumps(detail.to_json()))["line"] == detail.line > 0
    assert pickle.loads(pickle.dumps(detail)).traceback == detail.traceback
