"""Canned texts and signatures: named texts of an account, unique by name."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gristmill.apps.kit.forms import FormError, Rule, at_most, first_error, required, tidy
from gristmill.apps.mail.models import CannedText, MailDraft, Settings, Signature
from gristmill.apps.mail.services.field_rules import printable
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.world.world import World

Named = CannedText | Signature
MOST_TEXTS = 50
NAME_RULES: Sequence[Rule] = (required("Enter a name."), at_most(60), printable)
BODY_RULES: Sequence[Rule] = (required("Enter a text."), at_most(5_000), printable)


def texts_of(db: Session, model: type[Named], account_id: int) -> Sequence[Named]:
    """An account's texts by name."""
    own = select(model).where(model.account_id == account_id)
    found: Sequence[Named] = db.scalars(own.order_by(model.name, model.id)).all()  # type: ignore[assignment]
    return found


def own_text(db: Session, model: type[Named], account_id: int, text_id: int) -> Named | None:
    """An account's text with this id."""
    text: Named | None = db.get(model, text_id)  # type: ignore[assignment]
    return text if text is not None and text.account_id == account_id else None


def write_text(
    world: World, model: type[Named], account_id: int, text: Named | None, form: Mapping[str, str]
) -> Named:
    """Create a text, or change one.

    Raises:
        FormError: a field is invalid, or the name is taken.
    """
    name, subject = tidy(form.get("name", "")), tidy(form.get("subject", ""))
    body = form.get("body", "").replace("\r\n", "\n").strip("\n ")
    others = [each for each in texts_of(world.db, model, account_id) if text is None or each.id != text.id]
    is_taken = name.casefold() in {each.name.casefold() for each in others}
    errors = {
        "name": first_error(name, NAME_RULES)
        or (f"There is one named {name!r} already." if is_taken else None),
        "subject": first_error(subject, (at_most(200), printable)),
        "body": first_error(body, BODY_RULES),
        "most": f"You have {MOST_TEXTS} already. Delete one first." if len(others) >= MOST_TEXTS else None,
    }
    if found := {key: message for key, message in errors.items() if message}:
        raise FormError(found)
    if text is None:
        text = model(id=new_id(world, model), account_id=account_id)
        world.db.add(text)
    with world.db.no_autoflush:
        fill(text, name, subject, body)
    world.db.flush()
    return text


def fill(text: Named, name: str, subject: str, body: str) -> None:
    """Set a text's columns."""
    text.name = name
    if isinstance(text, Signature):
        text.text = body
    else:
        text.subject, text.body = subject, body


def delete_text(db: Session, text: Named) -> None:
    """Delete a text; settings and drafts that use a signature then have none."""
    if isinstance(text, Signature):
        for column in (Settings.new_signature_id, Settings.reply_signature_id):
            db.execute(update(Settings).where(column == text.id).values({column: None}))
        db.execute(update(MailDraft).where(MailDraft.signature_id == text.id).values(signature_id=None))
        db.flush()
    db.delete(text)
    db.flush()
