"""A rule for coming mails as a task asks for it, and what verifiers make of rules and of mails that came."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from gristmill.apps.base import Json, Task
from gristmill.apps.mail.models import Filter
from gristmill.apps.mail.services.filter_form import FilterEntry
from gristmill.apps.mail.services.filtering import OR, names_of, terms_of
from gristmill.snapshots.diff import Row, RowChange
from gristmill.verifiers.base import Evidence
from gristmill.verifiers.checks import Allowance

TABLE = "mail_filter"
COLUMN = {
    "skips_inbox": ("folder", "archive"), "stars": ("is_starred", 1), "marks_important": ("is_important", 1)
}  # fmt: skip
EFFECTS = ("skips_inbox", "marks_read", "stars", "marks_important", "deletes", "never_spam")
COMPARED = [each.name for each in fields(FilterEntry) if each.name not in ("joins", "is_last")]
STATE = ("folder", "is_starred", "is_important")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What is asked for: on which mails it acts, and what it does."""

    sender: str
    subject: str
    label: tuple[int, str]
    acts: tuple[str, ...]

    @classmethod
    def of(cls, task: Task) -> "Rule":
        """From a task's terms."""
        terms: Any = task.terms["rule"]
        return cls(**terms | {"label": tuple(terms["label"]), "acts": tuple(terms["acts"])})

    def to_json(self) -> Json:
        """As a part of a task's terms."""
        return {
            "sender": self.sender, "subject": self.subject, "label": list(self.label), "acts": list(self.acts)
        }  # fmt: skip

    @property
    def entry(self) -> FilterEntry:
        """As its form says it."""
        acts: Any = dict.fromkeys(self.acts, True)
        return FilterEntry(sender=self.sender, subject=self.subject, label_id=self.label[0], **acts)

    def state(self, *, matches: bool) -> dict[str, Json]:
        """What a mail is like after it has arrived."""
        plain: dict[str, Json] = {"folder": "inbox", "is_starred": 0, "is_important": 0, "labels": []}
        done = {COLUMN[each][0]: COLUMN[each][1] for each in self.acts} | {"labels": [self.label[0]]}
        return {**plain, **(done if matches else {})}  # type: ignore[dict-item]


def is_same(found: Filter, rule: Rule) -> bool:
    """Whether a rule is the one that is asked for, and on."""
    wanted = rule.entry
    return found.is_active and all(getattr(found, each) == getattr(wanted, each) for each in COMPARED)


def arrived(evidence: Evidence, account_id: int, key: str) -> dict[str, Json] | None:
    """What a mail is like after it has arrived; None as long as it has not."""
    mail = message(evidence, key)
    found = evidence.after.all("mail_entry", account_id=account_id, message_id=mail["id"]) if mail else []
    if not found:
        return None
    mine: Any = found[0]
    pairs: Any = evidence.after.all("mail_entry_label", entry_id=mine["id"])
    labels = sorted(row["label_id"] for row in pairs)
    return {name: mine[name] for name in STATE} | {"labels": labels}


def message(evidence: Evidence, key: str) -> Row | None:
    """The mail with a message id."""
    return next(iter(evidence.after.all("mail_message", message_id=key)), None)


def own_rules(evidence: Evidence, account_id: int) -> list[Row]:
    """The rules of an account."""
    return evidence.after.all(TABLE, account_id=account_id)


def done_by(rules: Sequence[Row], evidence: Evidence, key: str) -> set[object]:
    """What rules that are on would do with a mail that came; the id of the label is one of these."""
    mail = message(evidence, key)
    found = [row for row in rules if mail and row["is_active"] and matches(row, mail, evidence)]
    acts = {each for row in found for each in EFFECTS if row[each]}
    return {*acts, *(row["label_id"] for row in found if row["label_id"])}


def matches(rule: Row, mail: Row, evidence: Evidence) -> bool:
    """Whether a mail is one that a rule is for."""
    people = evidence.after.all("mail_recipient", message_id=mail["id"])
    to = [str(row["words"]) for row in people if row["kind"] != "bcc"]
    asked = [
        any(holds(str(mail["sender_words"]), names_of(each)) for each in parts(rule["sender"])),
        any(holds(text, names_of(each)) for each in parts(rule["recipient"]) for text in to),
        any(holds(str(mail["subject_words"]), terms_of(each)) for each in parts(rule["subject"])),
        any(holds(str(mail["words"]), terms_of(each)) for each in parts(rule["has_words"])),
        bool(mail["attachment_count"]),
    ]
    names = ("sender", "recipient", "subject", "has_words", "has_attachment")
    used = [is_met for name, is_met in zip(names, asked, strict=True) if rule[name]]
    return any(used) if rule["joins"] == "any" else all(used)


def parts(text: object) -> list[str]:
    """The alternatives that a condition names."""
    return OR.split(str(text)) if text else []


def holds(text: str, phrases: Sequence[Sequence[str]]) -> bool:
    """Whether a text of words has all of these phrases."""
    return bool(phrases) and all(f" {' '.join(words)} " in text for words in phrases)


def is_modest(row: Row, rule: Rule) -> bool:
    """Whether a rule does nothing but what is asked for, and leaves out nothing."""
    extra = [each for each in EFFECTS if row[each] and each not in rule.acts]
    is_sorting = row["forward_to"] or row["category"] or row["lacks_words"]
    return not extra and not is_sorting and row["label_id"] in (None, rule.label[0])


def are_modest(rows: Sequence[Row], rule: Rule) -> bool:
    """Whether rules do nothing but what is asked for, and none is there twice."""
    contents = {tuple(row[name] for name in row if name not in ("id", "position")) for row in rows}
    return len(contents) == len(rows) and all(is_modest(row, rule) for row in rows)


def rule_changes(account_id: int, rule: Rule, stale: int | None) -> Allowance:
    """Allow rules of an account that do no more than asked, and that one from before goes."""

    def fits(change: RowChange) -> bool:
        if change.table != TABLE:
            return False
        is_new = change.before is None or change.key == (stale,)
        row = change.after
        return is_new and (row is None or (row["account_id"] == account_id and is_modest(row, rule)))

    return Allowance(fits=fits)
