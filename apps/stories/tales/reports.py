"""Long mails: minutes, reports and letters to many."""

from datetime import datetime

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.pools import sections
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.voices import LOWERCASE

TOLD = 13  # of the pool, so that worlds differ


@story("reports", needs={"mail"}, rank=83)
def reports(s: StoryWriter) -> Acts:
    """A few of the long mails of the last two months, each by somebody who writes whole sentences."""
    yield
    lines = [line.split(" | ", 3) for line in sections("reports")["reports"]]
    fluent = [line for line in lines if s.one(*line[0].split("@")).voice not in LOWERCASE]
    for place, (role, readers, subject, text) in enumerate(s.some(fluent, TOLD)):
        author = s.one(*role.split("@"))
        s.mail(
            author,
            audience(s, readers),
            working_day(s, author, 3 + 4 * place),
            subject,
            text.replace(" // ", "\n\n"),
        )


def audience(s: StoryWriter, name: str) -> list[Staff | Address]:
    """A mailing list, or everybody at a site; the person at the centre reads along."""
    listed: Staff | Address = s.list_of("all" if name == "port-ansley" else name)
    return [listed] if name in {"all", "port-ansley"} else [listed, s.desk]


def working_day(s: StoryWriter, author: Staff, back: int) -> datetime:
    """A time in the author's office hours, about so many days ago."""
    for days in range(back, back + 4):
        at = s.during(author, f"-{days}d 12:{10 + days % 40}")
        if at.weekday() < 5:
            return at
    raise AssertionError("three days in a row are free at most")
