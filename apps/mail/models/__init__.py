"""The tables of mail. Times come from the world's clock, addresses are stored in lower case.

A mail is written once (`Mail`, with recipients and attachments); each mailbox that it reaches has an `Entry`,
which holds all that one reader may change. Whether a reader has opened a mail is in `Unread`, which is
bookkeeping: pages that are opened may change it.
"""

from gristmill.apps.mail.models.accounts import (
    Account,
    AfterAction,
    AnswerRule,
    Density,
    MailAddress,
    MailingList,
    MailingListMember,
    Settings,
    Signature,
)
from gristmill.apps.mail.models.agenda import Answer, Guest, InvitationMethod, Meeting, MeetingSeries, Repeats
from gristmill.apps.mail.models.composing import Composition
from gristmill.apps.mail.models.contacts import Contact, ContactAddress, Group, GroupMember
from gristmill.apps.mail.models.mailbox import (
    Category,
    Entry,
    EntryLabel,
    Folder,
    Label,
    MailReminder,
    Thread,
    Undo,
    Unread,
)
from gristmill.apps.mail.models.messages import (
    Mail,
    MailFile,
    Markup,
    MessageKind,
    Recipient,
    RecipientKind,
)
from gristmill.apps.mail.models.rules import (
    BlockedSender,
    CannedText,
    Filter,
    Joins,
    Unsubscription,
    Vacation,
    VacationAnswer,
)
from gristmill.apps.mail.models.writing import DraftFile, DraftKind, MailDraft, Outgoing

__all__ = [
    "Account",
    "AfterAction",
    "Answer",
    "AnswerRule",
    "BlockedSender",
    "CannedText",
    "Category",
    "Composition",
    "Contact",
    "ContactAddress",
    "Density",
    "DraftFile",
    "DraftKind",
    "Entry",
    "EntryLabel",
    "Filter",
    "Folder",
    "Group",
    "GroupMember",
    "Guest",
    "InvitationMethod",
    "Joins",
    "Label",
    "Mail",
    "MailAddress",
    "MailDraft",
    "MailFile",
    "MailReminder",
    "MailingList",
    "MailingListMember",
    "Markup",
    "Meeting",
    "MeetingSeries",
    "MessageKind",
    "Outgoing",
    "Recipient",
    "RecipientKind",
    "Repeats",
    "Settings",
    "Signature",
    "Thread",
    "Undo",
    "Unread",
    "Unsubscription",
    "Vacation",
    "VacationAnswer",
]
