"""Fill the gap in an unfinished draft, and send it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import DraftKind, MailDraft, Markup
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.mail.tasks.correspondence import (
    Party,
    copy_of,
    draw_owner,
    facts_json,
    newest_ids,
    others,
    past,
    place,
    staff,
)
from gristmill.apps.mail.tasks.enquiries import PREFACES
from gristmill.apps.mail.tasks.facts import Fact
from gristmill.apps.mail.tasks.letters import letters
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.matters import Matter, draw_matter
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.mail.tasks.writing import Wanted, mail_verdict, none_sent, with_terms, with_wanted
from gristmill.apps.mail.tasks.writing_moves import Form, refrain, send_as_asked
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, deletes, trap, updates
from gristmill.verifiers.visits import opened, unchanged

GAP = "[...]"
OPENING = "I promised to come back to you on this."
NOUNS = {"day": "date", "time": "time", "number": "number", "money": "amount", "code": "code"}
IMPOSSIBLE = 15  # per cent
WORDINGS = {
    "train": (
        'Finish my draft "{subject}" and send it: {gap}. Everything else in it stays as it is.',
        'My draft "{subject}" has a gap, marked {mark}. Fill it in ({gap}), change nothing else, and send '
        "the draft.",
        'There is an unfinished mail, "{subject}", among my drafts. Complete it at {mark} and send it to '
        "those whom it is addressed to; {gap}.",
        'Please complete the draft "{subject}" ({gap}) and send it off. Its recipients and the rest of the '
        "text are right.",
    ),
    "test": (
        'The draft "{subject}" only lacks one thing: {gap}. Put it in for {mark}, and send the draft so.',
        'Among my drafts, "{subject}" waits for one detail; {gap}. Add it and send the draft to all whom I '
        "put on it.",
        'Send my draft "{subject}" once the gap in it is closed: {gap}. Leave the rest.',
    ),
}


@TASKS.add("Mail-DraftFinish-v0", tags=("writing", "drafts"), max_steps=55, axes=("brief", "news"))
class DraftFinish(TaskFamily):
    """Fill the gap in an unfinished draft, and send it to all whom it is addressed to."""

    equivalent: ClassVar = {("mail_draft", "parent_id"): "it may be written as an answer to an earlier mail"}

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In four of ten the missing fact stands in a mail; in some tasks there is no such draft."""
        sampler = Sampler(rng)
        people = staff(world)
        owner = draw_owner(world, sampler, people)
        reader, copied, hidden, source, stranger = sampler.some(others(people, owner), 5)
        matter, is_possible = draw_matter(world, sampler), not sampler.chance(IMPOSSIBLE)
        gap = sampler.pick(sorted(matter.slots))
        cc, bcc = ([copied] if sampler.chance(50) else []), ([hidden] if sampler.chance(66) else [])
        letter = Unfinished(matter=matter, gap=gap, owner=owner, to=reader, cc=tuple(cc), bcc=tuple(bcc))
        other = draw_matter(world, sampler, without=matter.title)
        draft_id = place_draft(world, letter) if is_possible else 0
        if sampler.chance(60) or not is_possible:
            name = sorted(other.slots)[0]
            place_draft(world, Unfinished(matter=other, gap=name, owner=owner, to=stranger, cc=(), bcc=()))
        missing, thread_id = f"the missing {NOUNS[gap]} is {Fact.of(matter.slots[gap])}", 0
        if sampler.chance(40):
            thread_id = place_answer(world, sampler, letter, source)
            missing = f'the missing {NOUNS[gap]} stands in the mail "{matter.title}" from {source.name}'
        wanted = Wanted(
            account_id=owner.id, to=[reader.group] if is_possible else [], cc=[each.group for each in cc],
            bcc=[each.group for each in bcc], subject=matter.title, includes=OPENING,
            facts=facts_json(*matter.facts), newest=newest_ids(world),
        )  # fmt: skip
        goal = sampler.pick(WORDINGS[wordings]).format(subject=matter.title, gap=missing, mark=GAP)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id, ends_with=EndsWith.DONE if is_possible else EndsWith.GIVE_UP,
            terms={
                "mail": wanted.to_json(), "box": box_state(world.db, owner.id), "matter": matter.to_json(),
                "draft_id": draft_id, "thread_id": thread_id, "body": letter.body(None),
                "fields": [letter.field(each) for each in ((reader,), cc, bcc)],
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another value of one fact, be it the missing one or another."""
        matter, sentence = Matter.of(task).revised(world, Sampler(rng))
        changed = with_wanted(task, facts=facts_json(*matter.facts), banned=matter.superseded)
        body = str(task.terms["body"]).replace(Matter.of(task).sentence, matter.sentence)
        return with_terms(changed, matter=matter.to_json(), body=body), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check that the draft was sent as it was, with its gap filled; nothing if there is none."""
        wanted, draft_id = Wanted.of(task), int(str(task.terms["draft_id"]))
        if not draft_id:
            looked = opened(evidence, r"mail\.test/drafts(\?.*)?", name="the drafts were opened")
            return verdict(none_sent(evidence, wanted.account_id), looked, unchanged(evidence))
        is_held = evidence.after.get("mail_draft", draft_id) is not None
        waits = evidence.after.get("mail_outgoing", draft_id) is not None
        found = letters(evidence, wanted.account_id)
        return mail_verdict(
            wanted, evidence,
            check("the gap is filled", bool(found) and all(GAP not in each.body for each in found)),
            trap("the draft itself is gone", waits or not is_held),
            also=[updates("mail_draft", [draft_id]), deletes("mail_draft", [draft_id])], replaces=draft_id,
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Look the fact up if need be, then complete the draft and send it."""
        wanted, terms, page = Wanted.of(view.task), view.task.terms, MailPage(view)
        draft_id, thread_id = int(str(terms["draft_id"])), int(str(terms["thread_id"]))
        if not draft_id:
            return refrain(view, wanted, "/drafts", reason="There is no such draft.")
        if thread_id and not page.has_opened(f"/threads/{thread_id}"):
            return page.to_thread(thread_id, wanted.subject) or f"goto {HOST}/threads/{thread_id}"
        to, cc, bcc = map(str, terms["fields"])  # type: ignore[arg-type]
        form = Form(draft_id=draft_id, to=to, cc=cc, bcc=bcc, subject=wanted.subject, text=str(terms["body"]))
        action = send_as_asked(view, wanted, form)
        is_there = view.db.scalar(select(MailDraft.id).where(MailDraft.id == draft_id)) is not None
        if not is_there and f"/drafts/{draft_id}" in action:
            raise Unwinnable("The draft was discarded.")
        return action


@dataclass(frozen=True, kw_only=True, slots=True)
class Unfinished:
    """A mail with a gap where one fact is missing."""

    matter: Matter
    gap: str
    owner: Party
    to: Party
    cc: tuple[Party, ...]
    bcc: tuple[Party, ...]

    def body(self, gap: str | None) -> str:
        """Its text, with something in place of the missing fact, or complete."""
        values = {name: str(Fact.of(each)) for name, each in self.matter.slots.items()}
        text = self.matter.template.format(**values | ({self.gap: gap} if gap else {}))
        sentence = f"{text[0].upper()}{text[1:]}."
        return f"Hello {self.to.given_name},\n\n{OPENING} {sentence}\n\nBest wishes\n{self.owner.given_name}"

    @staticmethod
    def field(parties: "tuple[Party, ...] | list[Party]") -> str:
        """Recipients as a field holds them."""
        return ", ".join(str(each.mailbox) for each in parties)


def place_draft(world: World, letter: Unfinished) -> int:
    """Save a draft of yesterday; returns its id."""
    draft = MailDraft(
        id=new_id(world, MailDraft), account_id=letter.owner.id, kind=str(DraftKind.NEW), parent_id=None,
        thread_id=None, sender_email=letter.owner.emails[0], to=letter.field((letter.to,)),
        cc=letter.field(letter.cc), bcc=letter.field(letter.bcc), subject=letter.matter.title,
        body=letter.body(GAP), markup=str(Markup.PLAIN), signature_id=None, remind_after_days=None,
        updated_at=world.now - timedelta(days=1), files=[],
    )  # fmt: skip
    world.db.add(draft)
    world.db.flush()
    return draft.id


def place_answer(world: World, sampler: Sampler, letter: Unfinished, source: Party) -> int:
    """Write the mail that has the missing fact; returns its thread in the owner's mailbox."""
    fact, noun = Fact.of(letter.matter.slots[letter.gap]), NOUNS[letter.gap]
    body = f"{sampler.pick(PREFACES)}\n\nThe {noun} that you asked for is {fact}.\n\n{source.given_name}"
    mailing = Mailing(
        sender=source.mailbox, to=(letter.owner.mailbox,), subject=letter.matter.title, body=body
    )  # fmt: skip
    mail = place(world, mailing, past(world, sampler, days=1), [letter.owner.id])
    return copy_of(world, letter.owner.id, mail).thread_id
