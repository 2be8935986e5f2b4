"""What families that end with a mail ask of it: whom it goes to, what it answers, what it says."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from gristmill.apps.base import Json, Task
from gristmill.apps.mail.tasks.facts import Fact, FactKind, says
from gristmill.apps.mail.tasks.letters import Letter, letters, sending_changes
from gristmill.apps.mail.tasks.matters import TOPICS
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import Allowance, check, nothing_else_changed, trap

Groups = list[list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """The terms of one mail.

    Attributes:
        to, cc, bcc: for each recipient the addresses that reach them, any of which will do.
        takes_any_field: whether `to` and `cc` may be mixed.
        answers: message id of the mail that it has to answer or forward; empty for any.
        facts, banned: facts that its writer must tell, and must not.
        includes: text that must be in it word by word, such as what is forwarded.
        quotes: whether facts may stand in what it quotes.
        scheduled_for: when it has to be sent, as rows store times; empty for at once.
        newest: the highest ids of mails and drafts at the start.
    """

    account_id: int
    to: Groups
    cc: Groups = field(default_factory=list)
    bcc: Groups = field(default_factory=list)
    takes_any_field: bool = False
    answers: str = ""
    subject: str = ""
    facts: list[list[str]] = field(default_factory=list)
    banned: list[list[str]] = field(default_factory=list)
    includes: str = ""
    quotes: bool = False
    file_ids: list[int] = field(default_factory=list)
    scheduled_for: str = ""
    newest: list[int] = field(default_factory=lambda: [0, 0])

    @classmethod
    def of(cls, task: Task) -> "Wanted":
        """From a task's terms."""
        terms: Any = task.terms["mail"]
        return cls(**{each.name: terms[each.name] for each in fields(cls)})

    def to_json(self) -> dict[str, Json]:
        """As a part of a task's terms."""
        return asdict(self)


def with_wanted(task: Task, **changes: Any) -> Task:
    """A task with some terms of its mail changed."""
    return replace(task, terms={**task.terms, "mail": replace(Wanted.of(task), **changes).to_json()})


def mail_verdict(
    wanted: Wanted,
    evidence: Evidence,
    *more: Check,
    also: Sequence[Allowance] = (),
    replaces: int | None = None,
) -> Verdict:
    """Check that one mail was sent, as it is wanted, and that nothing else changed.

    `also` are changes that the task permits besides; `replaces` is a draft of the start that it may be.
    """
    found = letters(evidence, wanted.account_id)
    return verdict(
        check("one mail sent", len(found) == 1, f"mails sent: {len(found)}"),
        *letter_checks(wanted, found),
        no_draft_left(evidence),
        *more,
        nothing_else_changed(evidence, *sending_changes(evidence, wanted.account_id, found, replaces), *also),
    )


def none_sent(evidence: Evidence, account_id: int) -> Check:
    """Check that nothing was sent."""
    found = letters(evidence, account_id)
    addresses = sorted(email for each in found for email in each.everybody)
    return trap("nothing was sent", not found, ", ".join(addresses))


def no_draft_left(evidence: Evidence) -> Check:
    """Check that no draft is left that does not wait to be sent."""
    new = evidence.diff.inserted("mail_draft")
    left = [each.key for each in new if evidence.after.get("mail_outgoing", *each.key) is None]
    return trap("no draft left", not left, f"drafts: {len(left)}")


def is_right(wanted: Wanted, letter: Letter) -> bool:
    """Whether a mail is as it is wanted."""
    return all(each.passed for each in letter_checks(wanted, [letter]))


def letter_checks(wanted: Wanted, found: Sequence[Letter]) -> tuple[Check, ...]:
    """The checks of a mail; if several were sent, of the last one, but for recipients."""
    letter = found[-1] if found else Letter()
    strangers = sorted(frozenset().union(*(each.everybody for each in found)) - addresses(wanted))
    return (
        *recipient_checks(wanted, letter),
        trap("nobody else gets it", not strangers, ", ".join(strangers)),
        *answer_checks(wanted, letter),
        *text_checks(wanted, letter),
        *topic_checks(wanted, letter),
        check("attachments", letter.file_ids == tuple(sorted(wanted.file_ids)), f"files: {letter.file_ids}"),
        when_check(wanted, letter),
        trap("no reminder set", not letter.has_reminder),
    )


def recipient_checks(wanted: Wanted, letter: Letter) -> Iterable[Check]:
    """Whether everybody is reached, in the fields that were asked for."""
    if wanted.takes_any_field:
        shown = letter.to | letter.cc
        yield check("recipients", reaches(shown, [*wanted.to, *wanted.cc]), ", ".join(sorted(shown)))
    else:
        yield check("to", reaches(letter.to, wanted.to), ", ".join(sorted(letter.to)) or "nobody")
        yield check("copies", reaches(letter.cc, wanted.cc), ", ".join(sorted(letter.cc)) or "nobody")
    yield check("hidden copies", reaches(letter.bcc, wanted.bcc), ", ".join(sorted(letter.bcc)) or "nobody")


def reaches(emails: Collection[str], groups: Groups) -> bool:
    """Whether these addresses are those of exactly these recipients."""
    known = {email for group in groups for email in group}
    return set(emails) <= known and all(not set(emails).isdisjoint(group) for group in groups)


def addresses(wanted: Wanted) -> frozenset[str]:
    """All addresses that the mail may go to."""
    return frozenset(email for group in (*wanted.to, *wanted.cc, *wanted.bcc) for email in group)


def answer_checks(wanted: Wanted, letter: Letter) -> Iterable[Check]:
    """Whether it answers the mail that it has to, and has the subject that was dictated."""
    if wanted.answers:
        right = letter.answers == wanted.answers
        yield trap("answers the right mail", right, letter.answers or "a mail of its own")
    if wanted.subject:
        same = folded(letter.subject) == folded(wanted.subject)
        yield check("subject", same, letter.subject or "no subject")


def text_checks(wanted: Wanted, letter: Letter) -> Iterable[Check]:
    """Whether it tells each fact, and none that it must not."""
    own = letter.body if wanted.quotes else letter.own_text
    text = own if wanted.answers and not wanted.quotes else f"{letter.subject}\n{own}"
    for fact in map(Fact.of, wanted.facts):
        yield check(f"says {fact}", says(text, fact), own.strip()[:80] or "no text")
    for fact in map(Fact.of, wanted.banned):
        yield trap(f"does not say {fact}", not says(text, fact))
    if wanted.includes:
        yield trap("holds the text as it was", folded(wanted.includes) in folded(letter.body))


def topic_checks(wanted: Wanted, letter: Letter) -> Iterable[Check]:
    """Where the facts are those of a matter: whether the mail names no other one."""
    stated = {value for _, value in wanted.facts}
    if stated.isdisjoint(TOPICS.values()):
        return
    text, strange = f"{letter.subject}\n{letter.own_text}", set(TOPICS.values()) - stated
    named = [each for each in sorted(strange) if says(text, Fact(FactKind.WORDS, each))]
    yield trap("about nothing else", not named, ", ".join(named))


def when_check(wanted: Wanted, letter: Letter) -> Check:
    """Whether it was sent at once, or is scheduled for the right time."""
    right = letter.scheduled_for == wanted.scheduled_for
    name = "scheduled for the right time" if wanted.scheduled_for else "sent at once"
    return trap(name, right, letter.scheduled_for or "at once")


def folded(text: str) -> str:
    """A text for comparison: blanks and case do not matter."""
    return " ".join(text.split()).casefold()


def with_terms(task: Task, **changed: Json) -> Task:
    """A task with some of its terms changed."""
    return replace(task, terms={**task.terms, **changed})
