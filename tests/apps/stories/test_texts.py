"""The texts of mail and chat are as varied as people's, and agree with the ledger: the gates are frozen."""

import sys
from pathlib import Path

import pytest

from gristmill.apps.world.choice import WorldSize

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))

import texts

pytestmark = pytest.mark.slow


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("seed", "other"), [(1, 3), (2, 4)])
def test_every_gate_is_passed(seed: int, other: int) -> None:
    told = texts.script(seed, WorldSize.STANDARD)
    gates = [*texts.diversity(told, texts.script(other, WorldSize.STANDARD)), *texts.coherence(told)]
    assert len(gates) == 13
    assert [str(gate) for gate in gates if not gate.passed] == []


def test_a_world_holds_as_many_mails_and_messages_as_it_should() -> None:
    told = texts.script(1, WorldSize.STANDARD)
    assert len(told.mails) >= 250
    assert sum(act.parent is None for act in told.mails) >= 120
    assert len(told.channels) >= 12
    assert len(told.posts) >= 1500
