"""Whose mailbox an address leads to: accounts, their aliases, and mailing lists."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Account, MailAddress, MailingList, MailingListMember
from gristmill.apps.mail.services.addresses import domain_of, normal


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Where an address leads: to accounts, to nobody here (`is_foreign`), or nowhere."""

    email: str
    account_ids: tuple[int, ...]
    is_list: bool = False
    is_foreign: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether the address is under a domain of this world, but nobody's."""
        return not self.account_ids and not self.is_foreign and not self.is_list


def routes(db: Session, emails: Iterable[str]) -> list[Route]:
    """The routes of some addresses, in their order, each once. Two or three queries."""
    asked = list(dict.fromkeys(map(normal, emails)))
    own = owners(db, asked)
    lists = members(db, [email for email in asked if email not in own])
    rest = [email for email in asked if email not in own and email not in lists]
    home = domains(db) if rest else frozenset()
    return [
        Route(email=email, account_ids=(own[email],)) if email in own
        else Route(email=email, account_ids=lists[email], is_list=True) if email in lists
        else Route(email=email, account_ids=(), is_foreign=domain_of(email) not in home)
        for email in asked
    ]  # fmt: skip


def owners(db: Session, emails: Collection[str]) -> dict[str, int]:
    """The account ids of those addresses that are somebody's."""
    statement = select(MailAddress.email, MailAddress.account_id).where(MailAddress.email.in_(emails))
    return dict(iter(db.execute(statement)))


def members(db: Session, emails: Collection[str]) -> dict[str, tuple[int, ...]]:
    """The members' account ids of those addresses that are lists."""
    statement = (
        select(MailingList.email, MailingListMember.account_id)
        .outerjoin(MailingListMember, MailingListMember.list_id == MailingList.id)
        .where(MailingList.email.in_(emails))
        .order_by(MailingListMember.account_id)
    )
    found: dict[str, tuple[int, ...]] = {}
    for email, account_id in db.execute(statement):
        found[email] = (*found.get(email, ()), *((account_id,) if account_id else ()))
    return found


def domains(db: Session) -> frozenset[str]:
    """The domains of this world's mailboxes and lists."""
    known = [*db.scalars(select(MailAddress.email)), *db.scalars(select(MailingList.email))]
    return frozenset(map(domain_of, known))


def own_emails(account: Account) -> list[str]:
    """All addresses of an account, its primary one first."""
    ordered = sorted(account.addresses, key=lambda each: (not each.is_primary, each.id))
    return [each.email for each in ordered]
