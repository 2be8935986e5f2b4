"""Answer the question in a mail with a fact that stands in somebody else's mails."""

from numpy.random import Generator

from gristmill.apps.base import Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.tasks.correspondence import (
    copy_of,
    draw_owner,
    facts_json,
    newest_ids,
    others,
    staff,
)
from gristmill.apps.mail.tasks.enquiries import (
    ENQUIRIES,
    OPEN,
    draw_ending,
    place_question,
    place_source,
)
from gristmill.apps.mail.tasks.facts import Fact
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.mail.tasks.writing import Wanted, mail_verdict, none_sent, with_terms, with_wanted
from gristmill.apps.mail.tasks.writing_moves import Form, refrain, send_as_asked
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        '{asker} has asked me something in the mail "{subject}". The mails of {source} about "{about}" '
        "should have the answer. Reply to {asker} with it, and to nobody else. If they say that it is not "
        "known, send nothing.",
        'Reply to the mail "{subject}" from {asker} alone, and tell what they want to know: {source} has '
        'written to me about it under "{about}". Do not write if it is still open.',
        '{asker} waits for an answer to the question in "{subject}". Look it up in what {source} wrote to me '
        '("{about}") and answer that mail, only to {asker}; leave it if there is no answer so far.',
        'In the mail "{subject}", {asker} wants to know something that I have from {source} (see "{about}"). '
        "Answer {asker} alone with what holds now. Should it be undecided, send no mail.",
    ),
    "test": (
        'Please answer the question that {asker} put to me in "{subject}", by a reply to {asker} only. '
        '{source} has sent me what you need, about "{about}". No reply if nobody knows it yet.',
        'Take the current answer from the mails of {source} on "{about}", and send it to {asker} in reply '
        'to "{subject}", where they asked for it; to no one besides. Without an answer, write nothing.',
        '{asker} asked: see "{subject}". {source} knows: see "{about}". Reply to {asker} alone with the '
        "answer, or not at all if {source} has none.",
    ),
}
COPIES = (
    "Send {name} a copy of the answer, please.",
    "{name} should get a copy of it, too.",
    "I want {name} to be in copy.",
)


@TASKS.add("Mail-Reply-v0", tags=("writing", "reading"), max_steps=55, axes=("brief", "news"))
class Reply(TaskFamily):
    """Answer the question in a mail with a fact that stands elsewhere, as it is by now."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In two thirds somebody else was asked, too, and has answered last."""
        sampler = Sampler(rng)
        people = staff(world)
        owner = draw_owner(world, sampler, people)
        asker, source, other = sampler.some(others(people, owner), 3)
        asked, ending = sampler.pick(ENQUIRIES), draw_ending(sampler)
        found = place_source(world, sampler, asked, source, owner, ending)
        mail = place_question(world, sampler, asked, asker, owner, other if sampler.chance(66) else None)
        entry = copy_of(world, owner.id, mail)
        is_known = ending != OPEN
        wanted = Wanted(
            account_id=owner.id, to=[asker.group] if is_known else [], answers=mail.message_id,
            facts=facts_json(found.fact), banned=facts_json(found.old) if found.old else [],
            newest=newest_ids(world),
        )  # fmt: skip
        goal = sampler.pick(WORDINGS[wordings]).format(
            asker=asker.name, source=source.name, subject=asked.subject, about=asked.source
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "mail": wanted.to_json(), "box": box_state(world.db, owner.id), "is_known": is_known,
                "entry_id": entry.id, "thread_id": entry.thread_id, "subject": asked.subject,
                "source_thread": found.newest_thread, "source_subject": found.newest_subject, "cc": "",
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Somebody else is to get a copy."""
        sampler, taken = Sampler(rng), Wanted.of(task)
        known = {email for group in taken.to for email in group}
        free = [e for e in staff(world) if e.id != taken.account_id and known.isdisjoint(e.emails)]
        reader = sampler.pick(free)
        changed = with_wanted(task, cc=[reader.group] if taken.to else [])
        sentence = sampler.pick(COPIES).format(name=reader.name)
        return with_terms(changed, cc=str(reader.mailbox)), sentence

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one answer to the mail that asked; for none if there is nothing to answer."""
        wanted = Wanted.of(task)
        if task.terms["is_known"]:
            return mail_verdict(wanted, evidence)
        reason = opened(evidence, rf"mail\.test/threads/{task.terms['source_thread']}(/print)?(\?.*)?")
        return verdict(none_sent(evidence, wanted.account_id), reason, unchanged(evidence))

    def oracle(self, view: View) -> str:
        """Read what holds now, then answer."""
        wanted, terms = Wanted.of(view.task), view.task.terms
        path, words = f"/threads/{terms['source_thread']}", str(terms["source_subject"])
        if not terms["is_known"]:
            return refrain(view, wanted, path, words)
        page = MailPage(view)
        if not page.has_opened(path):
            return page.to_thread(int(str(terms["source_thread"])), words) or f"goto {HOST}{path}"
        form = Form(
            kind="reply", thread_id=int(str(terms["thread_id"])), entry_id=int(str(terms["entry_id"])),
            words=str(terms["subject"]), to=wanted.to[0][0], cc=str(terms["cc"]),
            text=f"It is {Fact.of(wanted.facts[0])}.",
        )  # fmt: skip
        return send_as_asked(view, wanted, form)
