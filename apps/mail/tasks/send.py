"""Write a mail with given facts to a named person."""

from typing import ClassVar

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Contact
from gristmill.apps.mail.tasks.correspondence import (
    Party,
    draw_owner,
    facts_json,
    newest_ids,
    others,
    staff,
)
from gristmill.apps.mail.tasks.mail_page import HOST
from gristmill.apps.mail.tasks.matters import Matter, draw_matter
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.mail.tasks.writing import Wanted, mail_verdict, none_sent, with_terms, with_wanted
from gristmill.apps.mail.tasks.writing_moves import Form, refrain, send_as_asked
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "Write a mail to {who}{copy}: {news}.",
        "Please let {who} know by mail{copy} that {news}.",
        "{who} has to be told by mail{copy}: {news}. Send that, to nobody else.",
        "Send {who} a mail{copy}. It has to say that {news}.",
    ),
    "test": (
        "Drop {who} a line{copy} to say that {news}.",
        "One mail to {who}{copy}, please, with this in it: {news}.",
        "By mail, inform {who}{copy} that {news}.",
    ),
}
DIRECTORY = r"mail\.test/(compose|contacts)(\?.*)?"
IMPOSSIBLE = 14  # per cent


@TASKS.add(
    "Mail-Send-v0", tags=("writing",), max_steps=45, level=Level.EASY, axes=("brief", "news")
)  # fmt: skip
class Send(TaskFamily):
    """Write a mail with given facts to a named person, some of whom have namesakes or do not exist."""

    equivalent: ClassVar = {("mail_draft", "parent_id"): "it may be written as an answer to an earlier mail"}

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A third go to somebody with a namesake, a third with a copy to somebody else."""
        sampler = Sampler(rng)
        people = staff(world)
        owner = draw_owner(world, sampler, people)
        reader = draw_reader(sampler, others(people, owner))
        copied = sampler.pick(others(people, owner, reader)) if sampler.chance(33) else None
        matter = draw_matter(world, sampler)
        is_possible = not sampler.chance(IMPOSSIBLE)
        who = reader.name if is_possible else nobody(world, sampler, people)
        wanted = Wanted(
            account_id=owner.id, to=[reader.group] if is_possible else [],
            cc=[copied.group] if copied else [], facts=facts_json(*matter.facts), newest=newest_ids(world),
        )  # fmt: skip
        copy = f" (with a copy to {copied.name})" if copied else ""
        goal = sampler.pick(WORDINGS[wordings]).format(who=who, copy=copy, news=matter.text)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal[0].upper() + goal[1:],
            start_url=f"{HOST}/", person_id=owner.id,
            ends_with=EndsWith.DONE if is_possible else EndsWith.GIVE_UP,
            terms={
                "mail": wanted.to_json(), "box": box_state(world.db, owner.id),
                "matter": matter.to_json(), "is_possible": is_possible,
                "to": str(reader.mailbox), "cc": str(copied.mailbox) if copied else "",
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another value of one fact."""
        matter, sentence = Matter.of(task).revised(world, Sampler(rng))
        changed = with_wanted(task, facts=facts_json(*matter.facts), banned=matter.superseded)
        return with_terms(changed, matter=matter.to_json()), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one mail to the person that tells the facts; for none if there is no such person."""
        wanted = Wanted.of(task)
        if task.terms["is_possible"]:
            return mail_verdict(wanted, evidence)
        reason = opened(evidence, DIRECTORY, name="the list of people was opened")
        return verdict(none_sent(evidence, wanted.account_id), reason, unchanged(evidence))

    def oracle(self, view: View) -> str:
        """Write and send; look through the people first if the name is nobody's."""
        wanted, terms, matter = Wanted.of(view.task), view.task.terms, Matter.of(view.task)
        if not terms["is_possible"]:
            return refrain(view, wanted, "/compose", reason="Nobody has this name.")
        form = Form(to=str(terms["to"]), cc=str(terms["cc"]), subject=matter.title, text=matter.sentence)
        return send_as_asked(view, wanted, form)


def draw_reader(sampler: Sampler, people: list[Party]) -> Party:
    """Somebody; in a third of the draws one of those who share a name."""
    twins = [each for each in people if any(each.is_namesake(other) for other in people)]
    return sampler.pick(twins) if twins and sampler.chance(33) else sampler.pick(people)


def nobody(world: World, sampler: Sampler, people: list[Party]) -> str:
    """The given name of one person and the family name of another: a name that nobody has."""
    taken = {each.name for each in people} | set(world.db.scalars(select(Contact.name).distinct()))
    while True:
        name = f"{sampler.pick(people).given_name} {sampler.pick(people).family_name}"
        if name not in taken and name not in {each.name for each in world.people}:
            return name
