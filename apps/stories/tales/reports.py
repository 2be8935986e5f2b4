"""Long mails: minutes, reports and letters to many."""

from datetime import datetime

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.pools import sections
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.telling import Telling

TOLD = 10  # of the pool, so that worlds differ


@story("reports", needs={"mail"}, rank=83)
def reports(s: Telling) -> Acts:
    """A few of the long mails of the last two months, each by who writes such mails."""
    yield
    for place, line in enumerate(s.some(sections("reports")["reports"], TOLD)):
        role, readers, subject, text = line.split(" | ", 3)
        author = s.one(*role.split("@"))
        s.mail(
            author,
            audience(s, readers),
            working_day(s, author, 3 + 5 * place),
            subject,
            text.replace(" // ", "\n\n"),
        )


def audience(s: Telling, name: str) -> list[Staff | Address]:
    """A mailing list, or everybody at a site; the person at the centre reads along."""
    listed: Staff | Address = s.list_of("all" if name == "port-ansley" else name)
    return [listed] if name in {"all", "port-ansley"} else [listed, s.desk]


def working_day(s: Telling, author: Staff, back: int) -> datetime:
    """A time in the author's office hours, about so many days ago."""
    for days in range(back, back + 4):
        at = s.during(author, f"-{days}d 12:{10 + days % 40}")
        if at.weekday() < 5:
            return at
    raise AssertionError("three days in a row are free at most")
