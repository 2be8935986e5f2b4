"""Names that are alike where stories need it, and addresses that never are."""

import pytest
from numpy.random import default_rng

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.stories.company import positions, rename, renamed
from gristmill.apps.world.people import mailbox
from gristmill.errors import PluginError

ROLES = dict(enumerate(positions(), start=1))


def crowded() -> dict[int, tuple[str, str]]:
    """Names of which many differ in one part alone, so that most changes would make two people one."""
    names = {number: ("ABCDEFGH"[number % 8] + "nn", f"Ash{'x' * (number // 8)}") for number in ROLES}
    assert len({mailbox(*name) for name in names.values()}) == len(names)
    return names


@pytest.mark.parametrize("seed", range(20))
def test_names_that_are_made_alike_leave_every_address_unique(seed: int) -> None:
    names = crowded()
    engineers = [number for number, place in ROLES.items() if place[1] == "engineer"]
    for number in engineers[:2]:
        names[number] = "Zoe" + "o" * number, "Oak"  # so that some changes are possible at all
    installers = [number for number, place in ROLES.items() if place[1] == "installer"]
    names[installers[0]] = "Quinn", "Elm"
    managers = [number for number, place in ROLES.items() if place[1] == "product manager"]
    names[managers[1]] = "Kit", "Birch"
    rename(ROLES, names, Sampler(default_rng(seed)))
    assert len({mailbox(*name) for name in names.values()}) == len(names)
    clerks = [names[number][1] for number, place in ROLES.items() if place[1] == "payables clerk"]
    assert {names[number][1] for number in installers} & set(clerks)
    given = [names[number][0] for number in engineers]
    assert len(set(given)) < len(given)


def test_a_name_that_nobody_can_bear_is_refused_by_name() -> None:
    names = {1: ("Ada", "Park"), 2: ("Ben", "Park"), 3: ("Ada", "Moss")}
    with pytest.raises(PluginError, match="Nobody of \\[2\\] can be called Ada"):
        renamed(names, [2], given="Ada")
