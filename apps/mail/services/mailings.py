"""A mail as its sender hands it over for delivery, also as the JSON payload of an event."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from gristmill.apps.mail.models import Mail, Markup, MessageKind
from gristmill.apps.mail.services.addresses import Mailbox


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailing:
    """What is to be delivered.

    Attributes:
        in_reply_to, references: message ids; see `answering`.
        message_id: given in advance by seeds; otherwise delivery makes one.
        reply_to: where answers go, if not to the sender.
        has_return_path: False for mails that a machine must never answer: bounces and vacation notices.
        list_email: the list that it came through, or empty.
        unsubscribes_from: the sender that readers can unsubscribe from, or empty.
        file_ids: files of the world.
        keeps_copy: whether the sender gets a copy in Sent.
    """

    sender: Mailbox
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    subject: str = ""
    body: str = ""
    markup: str = Markup.PLAIN
    kind: str = MessageKind.MAIL
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    message_id: str = ""
    reply_to: str = ""
    has_return_path: bool = True
    is_automatic: bool = False
    list_email: str = ""
    unsubscribes_from: str = ""
    file_ids: tuple[int, ...] = ()
    meeting_id: int | None = None
    meeting_method: str | None = None
    keeps_copy: bool = True

    @property
    def recipients(self) -> tuple[Mailbox, ...]:
        """All recipients, hidden ones included."""
        return (*self.to, *self.cc, *self.bcc)

    def answering(self, parent: Mail) -> Self:
        """This mail as an answer to (or a forward of) another one."""
        references = (*parent.references.split(), parent.message_id)
        return replace(self, in_reply_to=parent.message_id, references=references)

    def to_json(self) -> dict[str, Any]:
        """As a payload."""
        return asdict(self)

    @classmethod
    def from_json(cls, payload: Mapping[str, Any]) -> Self:
        """From a payload; entries that are no field are ignored."""
        values = {each.name: payload[each.name] for each in fields(cls) if each.name in payload}
        for name in ("to", "cc", "bcc"):
            values[name] = tuple(Mailbox(**each) for each in values.get(name, ()))
        for name in ("references", "file_ids"):
            values[name] = tuple(values.get(name, ()))
        values["sender"] = Mailbox(**values["sender"])
        return cls(**values)
