"""Answer a mail to everybody on it but one person."""

from numpy.random import Generator

from gristmill.apps.base import Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.services.addresses import joined
from gristmill.apps.mail.tasks.correspondence import (
    Party,
    copy_of,
    draw_owner,
    facts_json,
    newest_ids,
    others,
    staff,
)
from gristmill.apps.mail.tasks.letters import letters
from gristmill.apps.mail.tasks.mail_page import HOST
from gristmill.apps.mail.tasks.matters import Matter, draw_matter, place_ask
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.mail.tasks.writing import Wanted, mail_verdict, with_terms, with_wanted
from gristmill.apps.mail.tasks.writing_moves import Form, send_as_asked
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict
from gristmill.verifiers.checks import trap

WORDINGS = {
    "train": (
        'Reply to the mail "{subject}" from {asker}, to everybody on it except {absent}: {news}.',
        'Tell everybody on the mail "{subject}" ({asker} wrote it) that {news}. Do it by a reply, and leave '
        "{absent} out.",
        '{asker} has asked several of us in "{subject}". Answer that mail to all of them, but not to '
        "{absent}, and say that {news}.",
        'Answer all on the mail "{subject}" by {asker} that {news}. {absent} must not get the answer.',
    ),
    "test": (
        'Please reply to all in "{subject}", the mail from {asker}, with the exception of {absent}. Write '
        "that {news}.",
        'Everyone whom {asker} wrote to in "{subject}", and {asker}, should hear from me that {news}; '
        "everyone but {absent}. Use a reply.",
        'In reply to "{subject}" by {asker}, let the whole circle except {absent} know that {news}.',
    ),
}
ABSENCES = (
    "Leave {name} out, too.",
    "{name} does not need it either: write to the others only.",
    "Not to {name} either, please.",
)


@TASKS.add("Mail-ReplyAll-v0", tags=("writing",), max_steps=50, axes=("brief", "news"))
class ReplyAll(TaskFamily):
    """Answer a mail to everybody on it but one person."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Two or three besides the reader are addressed, two or three have got a copy."""
        sampler = Sampler(rng)
        people = staff(world)
        owner = draw_owner(world, sampler, people)
        counts = sampler.between(2, 3), sampler.between(2, 3)
        asker, *circle = sampler.some(others(people, owner), 1 + sum(counts))
        to, cc = circle[: counts[0]], circle[counts[0] :]
        absent, matter = sampler.pick(circle), draw_matter(world, sampler)
        mail = place_ask(world, sampler, matter, asker, sampler.shuffled([owner, *to]), cc)
        entry = copy_of(world, owner.id, mail)
        readers = others([asker, *circle], absent)
        wanted = Wanted(
            account_id=owner.id, to=[each.group for each in readers], takes_any_field=True,
            answers=mail.message_id, facts=facts_json(*matter.facts), newest=newest_ids(world),
        )  # fmt: skip
        addressed = [(each.kind, each.email) for each in mail.recipients]
        goal = sampler.pick(WORDINGS[wordings]).format(
            subject=mail.subject, asker=asker.name, absent=absent.name, news=matter.text
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "mail": wanted.to_json(), "box": box_state(world.db, owner.id), "matter": matter.to_json(),
                "absent": [list(absent.emails)], "own": list(owner.emails), "entry_id": entry.id,
                "thread_id": entry.thread_id, "asker": asker.emails[0],
                "addressed": [list(each) for each in addressed],
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Somebody else is to be left out, too."""
        sampler, wanted = Sampler(rng), Wanted.of(task)
        asker = task.terms["asker"]
        group = sampler.pick([each for each in wanted.to if asker not in each])
        changed = with_wanted(task, to=[each for each in wanted.to if each != group])
        absent: list[list[str]] = task.terms["absent"]  # type: ignore[assignment]
        name = next(each.name for each in staff(world) if each.group == group)
        sentence = sampler.pick(ABSENCES).format(name=name)
        return with_terms(changed, absent=[*absent, group]), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one answer to everybody but the person."""
        wanted = Wanted.of(task)
        found = letters(evidence, wanted.account_id)
        reached = frozenset[str]().union(*(each.everybody for each in found))
        absent: list[list[str]] = task.terms["absent"]  # type: ignore[assignment]
        own: list[str] = task.terms["own"]  # type: ignore[assignment]
        return mail_verdict(
            wanted, evidence,
            trap("whoever was to be left out does not get it", all(reached.isdisjoint(e) for e in absent)),
            trap("not to oneself", reached.isdisjoint(own)),
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Answer to all, and take out who is to be left out."""
        wanted, terms = Wanted.of(view.task), view.task.terms
        matter = Matter.of(view.task)
        people = {party.emails[0]: party for party in staff(World(view.db))}
        left = {email for group in wanted.to for email in group}
        addressed: list[list[str]] = terms["addressed"]  # type: ignore[assignment]
        found = [("to", str(terms["asker"])), *map(tuple, addressed)]
        to, cc = (of_kind(people, [e for k, e in found if k == kind and e in left]) for kind in ("to", "cc"))
        form = Form(
            kind="reply-all", thread_id=int(str(terms["thread_id"])), entry_id=int(str(terms["entry_id"])),
            words=matter.title, to=to, cc=cc, text=matter.sentence,
        )  # fmt: skip
        return send_as_asked(view, wanted, form)


def of_kind(people: dict[str, Party], emails: list[str]) -> str:
    """Recipients as a field holds them."""
    return joined(people[each].mailbox for each in emails)
