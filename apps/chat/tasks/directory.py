"""What the directory tells apart: people described by a part of their name and a fact about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from gristmill.apps.chat.services.people import Card, read_directory
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.models import Job
from gristmill.apps.world.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """Words that mean one person: a name that several have, and what only one of them is. 0: nobody."""

    words: str
    person_id: int


def everybody(world: World) -> list[Card]:
    """All members, by id."""
    return sorted(read_directory(world.db).cards.values(), key=lambda card: card.id)


def describe(world: World, sampler: Sampler, *, is_there: bool) -> Description:
    """Somebody who works here and has a namesake, or nobody: a name and a team or site that do not meet."""
    cards = everybody(world)
    found = [
        each
        for name in shared_names(cards)
        for each in (*by_team(cards, name), *by_site(cards, name))
        if (each.person_id != 0) == is_there
    ]
    return sampler.pick(found)


def shared_names(cards: Sequence[Card]) -> list[str]:
    """Given and family names of several people, at least one of whom is an employee, in order."""
    names = [name for card in cards for name in (card.given_name, card.family_name)]
    return sorted({name for name in names if names.count(name) > 1})


def by_team(cards: Sequence[Card], name: str) -> list[Description]:
    """A name with each team: those that mean one employee or nobody."""
    teams = sorted({card.team for card in cards if card.team})
    words = [(f"the {name} in the {team} team", namesakes(cards, name, team=team)) for team in teams]
    return [described(text, people) for text, people in words if is_clear(people)]


def by_site(cards: Sequence[Card], name: str) -> list[Description]:
    """A name with each site: those that mean one employee or nobody."""
    sites = sorted({card.site for card in cards})
    words = [(f"the {name} who works at {site}", namesakes(cards, name, site=site)) for site in sites]
    return [described(text, people) for text, people in words if is_clear(people)]


def namesakes(cards: Sequence[Card], name: str, *, team: str = "", site: str = "") -> list[Card]:
    """Who has a given or family name, in a team or at a site."""
    own = [card for card in cards if name in {card.given_name, card.family_name}]
    return [card for card in own if team in {"", card.team} and site in {"", card.site}]


def is_clear(people: Sequence[Card]) -> bool:
    """Whether a description means nobody, or one employee."""
    return not people or (len(people) == 1 and people[0].status == "staff")


def described(words: str, people: Sequence[Card]) -> Description:
    """A description with whom it means."""
    return Description(words=words, person_id=people[0].id if people else 0)


def close_account(world: World, person_id: int) -> None:
    """Let somebody leave the firm; their entry in the directory stays."""
    job = world.db.scalars(select(Job).where(Job.person_id == person_id)).one()
    job.status = "left"
    world.db.flush()
