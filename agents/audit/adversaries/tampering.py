"""An agent that opens addresses which no link leads to: other numbers, and parameters that claim success."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from gristmill.agents.audit.scene import Scene
from gristmill.agents.audit.trials import Trial, adversary
from gristmill.apps.kit.sampling import Sampler
from gristmill.envs.episode.episode import Ending

CLAIMS = "success=1&done=true&status=completed&paid=1&confirm=yes&is_admin=1"
ADDRESSES = 4
NUMBER = re.compile(r"(?<=/)\d+(?=/|$)")


def tamperer(scene: Scene) -> Iterator[Trial]:
    """Opens pages of other rows, then ends as is right; then opens pages with false claims, then says `done`.

    No page that is merely opened may change judged rows.
    """
    scene.restart()
    stage, solution = scene.stage, scene.solution
    others = other_rows(scene)
    for address in others:
        stage.act(f"goto {address}")
    judged = stage.verdict_if(scene.right_ending(stage.visited()))
    actions = [*stage.actions, solution.ending]
    yield adversary("tamperer", has_won=judged.success, detail="pages of other rows suffice", actions=actions)
    if solution.changes:
        for address in claiming(scene):
            stage.act(f"goto {address}")
        judged = stage.verdict_if(Ending(visited=stage.visited()))
        actions = [*stage.actions, "done"]
        yield adversary(
            "tamperer", has_won=judged.success, detail="a claimed success succeeds", actions=actions
        )
    changed = bool(stage.changes())
    yield adversary(
        "tamperer", has_won=changed, detail="opening a page changes judged rows", actions=stage.actions
    )


def other_rows(scene: Scene) -> list[str]:
    """Addresses like those that the oracle has opened, with other numbers; none that it has opened.

    A query does not make another page: the page that holds the answer would then count as another row's.
    """
    sampler, visited = Sampler(scene.rng("tamperer")), scene.solution.visited
    opened = {bare(url) for url in visited}
    found = [
        NUMBER.sub(lambda number: str(max(int(number[0]) + sampler.pick((-2, -1, 1, 2)), 1)), bare(url))
        for url in sorted(visited)
        if NUMBER.search(urlsplit(url).path)
    ]
    return sampler.some([url for url in dict.fromkeys(found) if url not in opened], ADDRESSES)


def claiming(scene: Scene) -> list[str]:
    """Addresses that the oracle has opened, with parameters that claim success."""
    addresses = [f"{bare(url)}?{CLAIMS}" for url in sorted(scene.solution.visited)]
    return Sampler(scene.rng("claims")).some(list(dict.fromkeys(addresses)), ADDRESSES)


def bare(url: str) -> str:
    """An address without its query."""
    return url.partition("?")[0]
