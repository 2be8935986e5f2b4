"""Call back a mail that was just sent, correct it, and send it again."""

from datetime import timedelta
from typing import ClassVar

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Account, DraftKind, MailDraft, Markup, Outgoing
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.mail.services.writing import SEND
from gristmill.apps.mail.tasks.correspondence import (
    Party,
    copy_of,
    draw_owner,
    facts_json,
    newest_ids,
    others,
    place,
    staff,
)
from gristmill.apps.mail.tasks.facts import Fact, says
from gristmill.apps.mail.tasks.letters import letters
from gristmill.apps.mail.tasks.mail_page import HOST
from gristmill.apps.mail.tasks.matters import Matter, draw_fact, draw_matter
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.mail.tasks.writing import Wanted, mail_verdict, none_sent, with_terms, with_wanted
from gristmill.apps.mail.tasks.writing_moves import Form, refrain, send_as_asked
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import deletes, trap, updates
from gristmill.verifiers.visits import opened, unchanged

UNDO_S, LEAST_LEFT_S = 600, 510
IMPOSSIBLE = 17  # per cent
WORDINGS = {
    "train": (
        'I have just sent {reader} the mail "{subject}" with a mistake: it says {old}, but {new} is right. '
        "Call it back, correct it, and send it again. {reader} must not get two mails.",
        'The mail "{subject}" that I sent to {reader} a moment ago is wrong. Take it back before it leaves, '
        "put {new} where it says {old}, and send it; under no circumstances a second mail.",
        'Undo the sending of my mail "{subject}" to {reader}. It has to say {new} instead of {old}. Then '
        "send it, so that {reader} gets the right one only.",
        'My mail "{subject}" to {reader} should not go out with {old} in it. Stop it, change that to {new}, '
        "and send it again. No second mail if it is too late.",
    ),
    "test": (
        'Stop the mail "{subject}" to {reader}, which I have sent too early: {old} has to become {new}. Send '
        "it when that is done. {reader} must never have both.",
        'I want my last mail ("{subject}", to {reader}) back from the outbox, with {new} for {old}, and then '
        "on its way. Only one mail may reach {reader}.",
        '{reader} is to get "{subject}" with {new} in it; what I sent a minute ago says {old}. Retrieve it, '
        "mend it and send it, but do not write another one if it has left.",
    ),
}


@TASKS.add(
    "Mail-UndoSend-v0", tags=("writing", "recovery"), max_steps=45, kind=TaskKind.RECOVER,
    axes=("brief", "news"),
)  # fmt: skip
class UndoSend(TaskFamily):
    """Call back a mail that was just sent, correct one fact, and send it again."""

    equivalent: ClassVar = {("mail_draft", "parent_id"): "it may be written as an answer to an earlier mail"}

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """It can be called back for some minutes; in some tasks it has left already."""
        sampler = Sampler(rng)
        people = staff(world)
        owner = draw_owner(world, sampler, people)
        reader, copied = sampler.some(others(people, owner), 2)
        right = draw_matter(world, sampler)
        slot = sampler.pick(sorted(right.slots))
        wrong, old = mistaken(world, sampler, right, slot)
        cc = [copied] if sampler.chance(40) else []
        is_possible = not sampler.chance(IMPOSSIBLE)
        world.db.get_one(Account, owner.id).settings.undo_s = UNDO_S
        draft_id = thread_id = 0
        if is_possible:
            draft_id = place_waiting(world, sampler, wrong, owner, reader, cc)
        else:
            thread_id = place_sent(world, sampler, wrong, owner, reader, cc)
        wanted = Wanted(
            account_id=owner.id, to=[reader.group] if is_possible else [], cc=[each.group for each in cc],
            subject=right.title, facts=facts_json(*right.facts), banned=facts_json(old),
            newest=newest_ids(world),
        )  # fmt: skip
        goal = sampler.pick(WORDINGS[wordings]).format(
            reader=reader.name, subject=right.title, old=old, new=Fact.of(right.slots[slot])
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id, ends_with=EndsWith.DONE if is_possible else EndsWith.GIVE_UP,
            terms={
                "mail": wanted.to_json(), "box": box_state(world.db, owner.id), "matter": right.to_json(),
                "draft_id": draft_id, "thread_id": thread_id, "to": str(reader.mailbox),
                "cc": str(cc[0].mailbox) if cc else "", "old": old.to_json(),
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another value of one fact."""
        matter, sentence = Matter.of(task).revised(world, Sampler(rng))
        banned = [
            each
            for each in (*Wanted.of(task).banned, *matter.superseded)
            if each not in matter.slots.values()
        ]
        changed = with_wanted(task, facts=facts_json(*matter.facts), banned=banned)
        return with_terms(changed, matter=matter.to_json()), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check that one mail is on its way, the corrected one; none if it was too late."""
        wanted, draft_id = Wanted.of(task), int(str(task.terms["draft_id"]))
        if not draft_id:
            place_of_it = rf"mail\.test/(scheduled|sent|threads/{task.terms['thread_id']}|search)(\?.*)?"
            looked = opened(evidence, place_of_it, name="it was looked for")
            return verdict(none_sent(evidence, wanted.account_id), looked, unchanged(evidence))
        old = Fact.of(task.terms["old"])  # type: ignore[arg-type]
        before, after = (rows.get("mail_outgoing", draft_id) for rows in (evidence.before, evidence.after))
        is_wrong = task.terms["old"] not in wanted.facts  # news may have made it right
        left = [each for each in letters(evidence, wanted.account_id) if is_wrong and says(each.body, old)]
        return mail_verdict(
            wanted, evidence, trap("the mail with the mistake was called back", before != after and not left),
            also=[
                updates("mail_draft", [draft_id]), deletes("mail_draft", [draft_id]),
                updates("mail_outgoing", [draft_id], ["due_at"]), deletes("mail_outgoing", [draft_id]),
            ],
            replaces=draft_id,
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Call it back, correct it, send it."""
        wanted, terms, matter = Wanted.of(view.task), view.task.terms, Matter.of(view.task)
        draft_id = int(str(terms["draft_id"]))
        if not draft_id:
            return refrain(view, wanted, "/scheduled", reason="The mail has left already.")
        form = Form(
            draft_id=draft_id, to=str(terms["to"]), cc=str(terms["cc"]), subject=matter.title,
            text=matter.sentence,
        )  # fmt: skip
        action = send_as_asked(view, wanted, form)
        is_there = view.db.scalar(select(MailDraft.id).where(MailDraft.id == draft_id)) is not None
        if not is_there and f"/drafts/{draft_id}" in action:
            raise Unwinnable("The mail that was called back was discarded.")
        return action


def mistaken(world: World, sampler: Sampler, right: Matter, slot: str) -> tuple[Matter, Fact]:
    """The matter with a wrong value of one fact, and that value."""
    old = Fact.of(right.slots[slot])
    while old == Fact.of(right.slots[slot]):
        old = draw_fact(world, sampler, slot)
    slots = {**right.slots, slot: [old.kind.value, old.value]}
    return Matter(title=right.title, template=right.template, slots=slots, superseded=[]), old


def place_waiting(
    world: World, sampler: Sampler, matter: Matter, owner: Party, reader: Party, cc: list[Party]
) -> int:
    """Write a mail that was sent a moment ago and waits to leave; returns its draft's id."""
    due = world.now + timedelta(seconds=sampler.between(LEAST_LEFT_S // 30, UNDO_S // 30) * 30)
    draft = MailDraft(
        id=new_id(world, MailDraft), account_id=owner.id, kind=str(DraftKind.NEW), parent_id=None,
        thread_id=None, sender_email=owner.emails[0], to=str(reader.mailbox),
        cc=", ".join(str(each.mailbox) for each in cc), bcc="", subject=matter.title, body=matter.sentence,
        markup=str(Markup.PLAIN), signature_id=None, remind_after_days=None, updated_at=world.now, files=[],
        outgoing=Outgoing(due_at=due, is_scheduled=False),
    )  # fmt: skip
    world.db.add(draft)
    world.db.flush()
    world.schedule(SEND, due, {"draft_id": draft.id})
    return draft.id


def place_sent(
    world: World, sampler: Sampler, matter: Matter, owner: Party, reader: Party, cc: list[Party]
) -> int:
    """Write a mail that has left some minutes ago; returns its thread."""
    mailing = Mailing(
        sender=owner.mailbox, to=(reader.mailbox,), cc=tuple(each.mailbox for each in cc),
        subject=matter.title, body=matter.sentence,
    )  # fmt: skip
    at = world.now - timedelta(minutes=sampler.between(2, 20))
    mail = place(world, mailing, at, [reader.id, *(each.id for each in cc)])
    return copy_of(world, owner.id, mail).thread_id
