"""The settings: what can be chosen, and how a form of them is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from gristmill.apps.kit.forms import FormError, Rule, at_most, first_error, required, tidy
from gristmill.apps.mail.models import Account, Signature
from gristmill.apps.mail.services.field_rules import printable
from gristmill.apps.mail.services.folders import FOLDER_PAGES
from gristmill.apps.mail.services.texts import texts_of

Options = Sequence[tuple[str, str]]
NAME_RULES: Sequence[Rule] = (required("Enter a name."), at_most(100), printable)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A setting that is one of several values; `kind` turns the field's text into the column's value."""

    name: str
    title: str
    options: Options
    section: str
    is_number: bool = False
    is_flag: bool = False

    def value_of(self, text: str) -> object:
        """The column's value for a field's text."""
        if self.is_flag:
            return text == "yes"
        return int(text) if self.is_number else text

    def text_of(self, value: object) -> str:
        """The field's text for a column's value."""
        return ("yes" if value else "no") if self.is_flag else str(value)


def flag(name: str, title: str, section: str, yes: str = "Yes", no: str = "No") -> Choice:
    """A setting that is on or off."""
    return Choice(name=name, title=title, options=(("yes", yes), ("no", no)), section=section, is_flag=True)


LISTS, READING, WRITING, OTHER = "Lists", "Reading", "Writing", "Everything else"
START_PAGES = (
    *((key, FOLDER_PAGES[key].title) for key in ("inbox", "starred", "important", "all")),
    ("agenda", "Agenda"),
)
CHOICES = (
    Choice(name="density", title="Density", section=LISTS,
           options=(("comfortable", "Comfortable"), ("compact", "Compact"))),
    Choice(name="page_size", title="Threads on a page", section=LISTS, is_number=True,
           options=tuple((str(size), str(size)) for size in (10, 25, 50, 100))),
    flag("shows_snippets", "Beginning of the text", LISTS, "Show it", "Hide it"),
    flag("uses_categories", "Tabs of the inbox", LISTS, "Main, updates, offers, lists", "No tabs"),
    flag("newest_first", "Mails of a thread", READING, "Newest first", "Oldest first"),
    Choice(name="after_action", title="After archiving, deleting or moving a thread", section=READING,
           options=(("list", "Back to the list"), ("next", "On to the next thread"))),
    Choice(name="default_reply", title="First answer button", section=READING,
           options=(("reply", "Reply"), ("reply_all", "Reply all"))),
    flag("confirms_deletion", "Before mails are deleted for ever", READING, "Ask", "Do not ask"),
    Choice(name="undo_s", title="Time to undo sending", section=WRITING, is_number=True,
           options=(("0", "None"), ("30", "30 seconds"), ("60", "1 minute"), ("120", "2 minutes"),
                    ("300", "5 minutes"), ("600", "10 minutes"))),
    Choice(name="default_markup", title="Format of new mails", section=WRITING,
           options=(("plain", "Plain text"), ("rich", "Simple formatting"))),
    flag("adds_contacts", "People you write to", WRITING, "Add them to the contacts", "Do not add them"),
    Choice(name="start_page", title="Mail opens with", section=OTHER, options=START_PAGES),
    Choice(name="notifies", title="Announce new mails", section=OTHER,
           options=(("all", "All"), ("important", "Important ones"), ("none", "None"))),
    flag("uses_24_hours", "Times", OTHER, "14:05", "2:05 pm"),
    Choice(name="week_starts_on", title="Weeks start on", section=OTHER, is_number=True,
           options=(("0", "Monday"), ("6", "Sunday"))),
)  # fmt: skip
SECTIONS = [
    (section, [each for each in CHOICES if each.section == section])
    for section in (LISTS, READING, WRITING, OTHER)
]
SIGNATURES = {"new_signature_id": "Signature of new mails", "reply_signature_id": "Signature of answers"}


def values_of(account: Account) -> dict[str, str]:
    """The settings as their form has them."""
    settings = account.settings
    found = {choice.name: choice.text_of(getattr(settings, choice.name)) for choice in CHOICES}
    chosen = {name: str(getattr(settings, name) or "") for name in SIGNATURES}
    primary = next((each.email for each in account.addresses if each.is_primary), "")
    return found | chosen | {"name": account.name, "sender": primary}


def change_settings(db: Session, account: Account, form: Mapping[str, str]) -> None:
    """Store the settings of a form; a field that is missing stays as it is.

    Raises:
        FormError: a value is none of those that can be chosen, or the name is malformed.
    """
    values = values_of(account) | {key: form[key] for key in values_of(account) if key in form}
    values["name"] = tidy(values["name"])
    require_values(db, account, values)
    for choice in CHOICES:
        setattr(account.settings, choice.name, choice.value_of(values[choice.name]))
    for name in SIGNATURES:
        setattr(account.settings, name, int(values[name]) if values[name] else None)
    account.name = values["name"]
    for address in account.addresses:
        address.is_primary = address.email == values["sender"]
    db.flush()


def require_values(db: Session, account: Account, values: Mapping[str, str]) -> None:
    """Check the values of a form.

    Raises:
        FormError: see `change_settings`.
    """
    wrong = "Choose one of the values."
    signatures = {"", *(str(each.id) for each in texts_of(db, Signature, account.id))}
    errors = {
        choice.name: None if values[choice.name] in dict(choice.options) else wrong for choice in CHOICES
    }
    errors |= {name: None if values[name] in signatures else wrong for name in SIGNATURES}
    errors["name"] = first_error(values["name"], NAME_RULES)
    errors["sender"] = None if values["sender"] in {each.email for each in account.addresses} else wrong
    if found := {name: message for name, message in errors.items() if message}:
        raise FormError(found)
