"""Find a date, a sum or a number in somebody's mails, or in a file that came with them."""

from datetime import date

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.tasks.correspondence import draw_owner, newest_ids, others, staff
from gristmill.apps.mail.tasks.enquiries import (
    ENQUIRIES,
    OPEN,
    PLAIN,
    draw_ending,
    place_question,
    place_source,
)
from gristmill.apps.mail.tasks.facts import Fact, FactKind
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.mail.tasks.writing import Wanted
from gristmill.apps.mail.tasks.writing_moves import refrain, reply_with
from gristmill.apps.world.world import World
from gristmill.verifiers import answers
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

SENTENCES = {
    FactKind.DAY: answers.DAY,
    FactKind.MONEY: answers.MONEY,
    FactKind.NUMBER: answers.NUMBER,
}
WORDINGS = {
    "train": (
        '{question} {source} has written to me about it ("{about}"). {form}',
        'Look into the mails that I have from {source} about "{about}" and tell me: {question} {form}',
        '{source} knows, and I have it by mail ("{about}"): {question} I want to know what holds now. {form}',
        'My mails from {source} ("{about}") must have this somewhere. {question} {form}',
    ),
    "test": (
        'Please find out from what {source} sent me on "{about}": {question} {form}',
        '{question} It should be in the mails by {source}, "{about}". Only what holds now counts. {form}',
        'By the mails of {source} about "{about}": {question} {form}',
    ),
}


@TASKS.add(
    "Mail-FindFact-v0", tags=("reading", "answers"), max_steps=30, kind=TaskKind.ANSWER, axes=("brief",)
)
class FindFact(TaskFamily):
    """Find a date, a sum or a number in mails, of which the later may have corrected the earlier."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A third have the fact in a file; in some the last mail says that there is no answer."""
        sampler = Sampler(rng)
        people = staff(world)
        owner = draw_owner(world, sampler, people)
        source, asker, other = sampler.some(others(people, owner), 3)
        asked = sampler.pick([each for each in ENQUIRIES if each.kind in SENTENCES])
        ending, in_file = draw_ending(sampler), sampler.chance(33)
        found = place_source(world, sampler, asked, source, owner, ending, in_file=in_file and ending != OPEN)
        if sampler.chance(50):
            place_source(world, sampler, asked, other, owner, PLAIN)
        if sampler.chance(30):
            place_question(world, sampler, asked, asker, owner, None)
        goal = sampler.pick(WORDINGS[wordings]).format(
            question=asked.question, source=source.name, about=asked.source, form=SENTENCES[asked.kind]
        )
        wanted = Wanted(account_id=owner.id, to=[], newest=newest_ids(world))
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id, ends_with=EndsWith.GIVE_UP if ending == OPEN else EndsWith.ANSWER,
            terms={
                "fact": found.fact.to_json(), "old": found.old.to_json() if found.old else None,
                "thread_id": found.newest_thread, "file_id": found.file_id, "words": found.newest_subject,
                "mail": wanted.to_json(), "box": box_state(world.db, owner.id),
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the answer, that the page with the fact was opened, and that nothing changed."""
        visited = opened(evidence, rf"mail\.test{pages(task)}(\?.*)?")
        if task.ends_with is EndsWith.GIVE_UP:
            return verdict(visited, unchanged(evidence))
        old: list[str] | None = task.terms["old"]  # type: ignore[assignment]
        fresh = trap("not what was corrected", not (old and answered(evidence, Fact.of(old)).passed))
        fact = Fact.of(task.terms["fact"])  # type: ignore[arg-type]
        return verdict(answered(evidence, fact), fresh, visited, unchanged(evidence))

    def oracle(self, view: View) -> str:
        """Open the last mail, and its file; then answer."""
        terms, page = view.task.terms, MailPage(view)
        wanted, words = Wanted.of(view.task), str(terms["words"])
        path, file_path = f"/threads/{terms['thread_id']}", f"/files/{terms['file_id']}"
        if view.task.ends_with is EndsWith.GIVE_UP:
            return refrain(view, wanted, path, words, "It is not known yet.")
        if terms["file_id"] and not page.has_opened(file_path):
            return page.to_thread(int(str(terms["thread_id"])), words) or page.follow(file_path)
        return reply_with(view, wanted, path, words, spoken(Fact.of(terms["fact"])))  # type: ignore[arg-type]


def pages(task: Task) -> str:
    """The page that has the fact, as a regular expression."""
    file_id = task.terms["file_id"]
    return f"/files/{file_id}" if file_id else f"/threads/{task.terms['thread_id']}(/print)?"


def answered(evidence: Evidence, fact: Fact) -> Check:
    """Check that the answer is this fact."""
    if fact.kind is FactKind.DAY:
        return answers.answers_day(evidence, date.fromisoformat(fact.value))
    if fact.kind is FactKind.MONEY:
        return answers.answers_money(evidence, int(fact.value))
    return answers.answers_number(evidence, int(fact.value))


def spoken(fact: Fact) -> str:
    """A fact as an answer."""
    return f"{int(fact.value) / 100:.2f}" if fact.kind is FactKind.MONEY else fact.value
