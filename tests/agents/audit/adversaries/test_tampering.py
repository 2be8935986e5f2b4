"""Which addresses the tamperer opens."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from gristmill.agents.audit.adversaries.tampering import other_rows


def scene(*visited: str, seed: int) -> Any:
    solution = SimpleNamespace(visited=frozenset(visited))
    return SimpleNamespace(rng=lambda name: np.random.default_rng(seed), solution=solution)


def test_a_page_that_the_oracle_opened_with_a_query_is_not_another_rows() -> None:
    tried = [
        address
        for seed in range(40)
        for address in other_rows(
            scene("http://mail.test/threads/7", "http://mail.test/threads/8?q=x", seed=seed)
        )
    ]
    assert "http://mail.test/threads/6" in tried
    assert not {"http://mail.test/threads/7", "http://mail.test/threads/8"} & set(tried)
