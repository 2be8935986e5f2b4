"""Whom an answer goes to: the rules of replying as a table, subjects, quotes."""

import pytest

from gristmill.apps.mail.models import DraftKind
from gristmill.apps.mail.services.addresses import Mailbox, emails, joined
from gristmill.apps.mail.services.answering import Parent, addressees, subject_of

ME, ALIAS = "ada@wherrymoor.test", "ada@quillfold.test"
OWN = (ME, ALIAS)


def box(email: str) -> Mailbox:
    return Mailbox(email=email)


def parent(sender: str, to: str = ME, cc: str = "", reply_to: str = "") -> Parent:
    fields = {"to": to, "cc": cc}
    return Parent(
        sender=box(sender), reply_to=reply_to,
        **{name: tuple(map(box, text.split())) for name, text in fields.items()},
    )  # fmt: skip


HOB, BEN, CLEO, LIST = "hob@x.example", "ben@w.test", "cleo@w.test", "all@w.test"
CASES = [
    # parent, reply: to, reply to all: to, cc
    ("one to one", parent(HOB), HOB, HOB, ""),
    ("several", parent(HOB, f"{ME} {BEN}", CLEO), HOB, f"{HOB} {BEN}", CLEO),
    ("reply-to", parent(HOB, f"{ME} {BEN}", reply_to=CLEO), CLEO, f"{CLEO} {BEN}", ""),
    ("reply-to is the sender", parent(HOB, reply_to=HOB.upper()), HOB, HOB, ""),
    ("alias among To", parent(HOB, f"{ALIAS} {ME} {BEN}"), HOB, f"{HOB} {BEN}", ""),
    ("alias among Cc", parent(HOB, BEN, f"{ALIAS} {CLEO}"), HOB, f"{HOB} {BEN}", CLEO),
    ("own address in another case", parent(HOB, f"{ME.upper()} {BEN}"), HOB, f"{HOB} {BEN}", ""),
    ("twice in To", parent(HOB, f"{BEN} {BEN.upper()} {ME}"), HOB, f"{HOB} {BEN}", ""),
    ("in To and Cc", parent(HOB, f"{ME} {BEN}", f"{BEN} {HOB} {CLEO}"), HOB, f"{HOB} {BEN}", CLEO),
    ("hidden recipient", parent(HOB, BEN), HOB, f"{HOB} {BEN}", ""),
    ("only hidden recipients", parent(HOB, ""), HOB, HOB, ""),
    ("list", parent(HOB, LIST), HOB, f"{HOB} {LIST}", ""),
    ("list with reply-to", parent(HOB, LIST, reply_to=LIST), LIST, LIST, ""),
    ("own sent mail", parent(ME, f"{BEN} {CLEO}", HOB), f"{BEN} {CLEO}", f"{BEN} {CLEO}", HOB),
    ("own sent mail by an alias", parent(ALIAS, BEN, CLEO), BEN, BEN, CLEO),
    ("own sent mail, copy to oneself", parent(ME, f"{BEN} {ME}"), BEN, BEN, ""),
    ("own sent mail with Cc alone", parent(ME, "", CLEO), ME, "", CLEO),
    ("note to oneself", parent(ME, ME), ME, ME, ""),
    ("reply-to is oneself", parent(HOB, ME, reply_to=ME), HOB, HOB, ""),
]


@pytest.mark.parametrize(
    ("mail", "to", "to_all", "cc_all"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_recipients_of_answers(mail: Parent, to: str, to_all: str, cc_all: str) -> None:
    one, everybody = (addressees(kind, mail, OWN) for kind in (DraftKind.REPLY, DraftKind.REPLY_ALL))
    assert (" ".join(emails(one.to)).lower(), one.cc) == (to, ())
    assert " ".join(emails(everybody.to)).lower() == to_all
    assert " ".join(emails(everybody.cc)).lower() == cc_all


def test_a_forward_goes_to_nobody_yet() -> None:
    found = addressees(DraftKind.FORWARD, parent(HOB, f"{ME} {BEN}", CLEO), OWN)
    assert (found.to, found.cc) == ((), ())


@pytest.mark.parametrize(
    ("mail", "sender"),
    [
        (parent(HOB, ALIAS), ALIAS),
        (parent(HOB, f"{BEN} {ME}"), ME),
        (parent(HOB, LIST), ME),
        (parent(ALIAS), ALIAS),
    ],
)
def test_an_answer_comes_from_the_address_that_was_written_to(mail: Parent, sender: str) -> None:
    assert addressees(DraftKind.REPLY, mail, OWN).sender_email == sender


@pytest.mark.parametrize(
    ("kind", "subject", "answer"),
    [
        ("reply", "Tea", "Re: Tea"), ("reply", "Re: Tea", "Re: Tea"), ("reply_all", "RE:Tea", "RE:Tea"),
        ("reply", "Fwd: Tea", "Re: Fwd: Tea"), ("forward", "Re: Tea", "Fwd: Re: Tea"),
        ("forward", "Fw: Tea", "Fw: Tea"), ("reply", "", "Re: "), ("reply", "Regarding", "Re: Regarding"),
    ],
)  # fmt: skip
def test_subjects_have_one_prefix(kind: str, subject: str, answer: str) -> None:
    assert subject_of(kind, subject) == answer


def test_names_with_signs_stay_one_recipient() -> None:
    assert joined([Mailbox(name='Tanner, "Hob"', email=HOB)]) == f'"Tanner, \\"Hob\\"" <{HOB}>'
