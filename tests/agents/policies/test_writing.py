"""Texts are written piece by piece: what is learned of them holds for names that were never met."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from gristmill.agents.policies.choices import action_of, choices_of  # noqa: E402 - needs torch
from gristmill.agents.policies.distribution import decide  # noqa: E402
from gristmill.agents.policies.features import Features, features_of  # noqa: E402
from gristmill.agents.policies.memory import Memory  # noqa: E402
from gristmill.agents.policies.network import PolicyConfig  # noqa: E402
from gristmill.agents.training.cloning import new_policy  # noqa: E402
from gristmill.agents.training.samples import Sample, imitation_loss  # noqa: E402

PAGE = '- searchbox "Search mail" [ref=e1]\n- button "Go" [ref=e2]\n- link "Inbox" [ref=e3]'
GIVEN = ["Ada", "Lena", "Omar", "Pia", "Rolf", "Tess", "Uma", "Vera", "Wim", "Zoe"]
FAMILY = ["Moss", "Lamb", "Reed", "Stone", "Hale", "Birch", "Frost", "Crane"]


def task(given: str, family: str) -> tuple[Features, str]:
    page: dict[str, Any] = {"url": "http://mail.test/", "title": "Mail", "error": "", "aria": PAGE}
    page["goal"] = f"Find the mails of {given} {family} in the inbox"
    return features_of(page, Memory()), f'fill e1 "from:{given.lower()}.{family.lower()} in:inbox"'


@pytest.mark.slow
def test_a_search_with_operators_is_learned_for_names_that_were_never_met() -> None:
    torch.set_num_threads(1)
    tasks = [task(given, family) for given in GIVEN for family in FAMILY]
    samples = [Sample(features, tuple(choices_of(features, action))) for features, action in tasks]
    policy, rng = new_policy(PolicyConfig(width=32, heads=2), 0), np.random.default_rng(0)
    adam = torch.optim.Adam(policy.parameters(), 3e-3)
    for _ in range(60):
        adam.zero_grad()
        imitation_loss(policy, [samples[i] for i in rng.integers(len(samples), size=8)], None).backward()
        adam.step()
    new = [task("Ines", "Quill"), task("Kurt", "Vane"), task("Nell", "Prior")]
    made = decide(policy.eval(), [features for features, _ in new], [None] * len(new))
    written = [action_of(features, each.choice) for (features, _), each in zip(new, made, strict=True)]
    assert written == [action for _, action in new]
