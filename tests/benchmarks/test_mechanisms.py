"""Each mechanism is switched off alone, and measured in alternation with everything on."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from alternation import Turn, compared, runtime_without, without_lru_caches
from mechanisms import APPLIES_TO, CONTROL, PURE, SHARED_ROWS, WORKLOADS

from gristmill.caches import CACHES, CacheMode
from gristmill.envs.engines.dom import http_client
from gristmill.tuning import Tuning

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "mechanisms.py"


def test_every_cache_and_every_switch_is_measured_somewhere() -> None:
    switches = {*CACHES, *(field.name for field in fields(Tuning))}
    assert set(APPLIES_TO) == {*switches, PURE, CONTROL, SHARED_ROWS}
    assert all(workloads and set(workloads) <= set(WORKLOADS) for workloads in APPLIES_TO.values())


@pytest.mark.parametrize("name", [name for name in APPLIES_TO if name != PURE])
def test_a_mechanism_is_switched_off_alone(name: str) -> None:
    runtime = runtime_without(name)
    off = {cache for cache in CACHES if runtime.caches.mode_of(cache) is CacheMode.OFF}
    off |= {field.name for field in fields(Tuning) if not getattr(runtime.tuning, field.name)}
    runtime.close()
    assert off == set(name.split("+")) - {CONTROL}


def test_pure_functions_are_computed_each_time_only_while_they_are_switched_off() -> None:
    cached = http_client.short_resolved
    with without_lru_caches():
        assert http_client.short_resolved is http_client.resolved
    assert http_client.short_resolved is cached


def test_what_a_mechanism_gives_is_the_median_over_rounds_of_what_a_step_costs_more_without_it() -> None:
    on = [Turn(steps=10, cpu_s=1.0, wall_s=1.0)] * 3
    off = [Turn(steps=10, cpu_s=cpu_s, wall_s=2.0) for cpu_s in (1.1, 1.2, 9.0)]
    row = compared(on, off)
    assert (row["n"], row["on_cpu_ms"], row["off_cpu_ms"]) == (3, 100.0, 120.0)
    assert row["gives_percent"] == pytest.approx(20.0)
    assert row["wall_percent"] == pytest.approx(100.0)


@pytest.mark.sweep
def test_the_script_prints_what_a_mechanism_gives() -> None:
    command = [sys.executable, str(SCRIPT), "--only", "responses", "--workload", "dom same task"]
    done = subprocess.run([*command, "--rounds", "1"], capture_output=True, text=True, check=True)
    heading, *_, columns, row = done.stdout.splitlines()
    assert "commit" in heading
    assert columns.split() == ["mechanism", "workload", "with", "without", "gives", "quartiles", "wall", "n"]
    assert row.startswith("responses")
    assert row.split()[-1] == "1"
    gives = float(row.split("%")[0].split()[-1])
    assert gives > 50  # without it every page is rendered anew
