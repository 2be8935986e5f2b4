"""Tickets and news: the details of a task in a message, and a message that changes one of its terms.

Any family can carry both, since they need nothing but the goal's text. With `brief="ticket"` it is delivered
as a note before the episode begins, and the goal only names the note. With `news="midway"` another note
arrives some steps into the episode, with the sentence that the family's `revise` gives.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from numpy.random import Generator

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.notes import NoteCarrier
from gristmill.apps.task import Brief, News, Task
from gristmill.apps.task_family import TaskFamily, View
from gristmill.apps.world.models import Clock
from gristmill.apps.world.world import CLOCK_ROW, World

EARLIEST_STEP, LATEST_STEP = 3, 6  # of the news
WAIT_MINUTES = 30
SUBJECTS = (
    "To do",
    "Please do this",
    "For today",
    "One thing to do",
    "Reminder to myself",
    "Job for this morning",
)
CHANGES = ("A change", "One correction", "Changed my mind", "Small change", "Please note", "Update")
TICKETS: Mapping[str, tuple[str, ...]] = {
    "train": (
        "Do what I wrote down in {place}.",
        "Everything you need stands in {place}. Please see to it.",
        "Please handle {place}: what it asks for, and nothing else.",
        "There is a task for you in {place}. Carry it out.",
    ),
    "test": (
        "Find {place} and get done what it says.",
        "Look up {place}, then do exactly that.",
        "What I want is in {place}. Take care of it, please.",
    ),
}
NEWS: Mapping[str, tuple[str, ...]] = {
    "train": (
        "Wait for {place} before you finish: it changes one detail.",
        "One detail will change: {place} will say which. Wait for it.",
        "Before you end, {place} will arrive with one change. Follow it.",
        "Do not finish before {place} is there: it corrects one detail.",
    ),
    "test": (
        "Something will be different in the end: {place}, which is still to come, says what.",
        "Hold on until {place} has arrived, and go by what it changes.",
        "I will correct one detail in {place}; wait until you have it.",
    ),
}


def briefed(world: World, rng: Generator, family: TaskFamily, task: Task, carrier: NoteCarrier) -> Task:
    """Deliver a task's ticket and schedule its news, as the family's options ask; returns the changed task.

    The terms become those after the news, as the note always arrives.
    """
    briefing: dict[str, str] = {}
    sampler = Sampler(rng)
    goal = task.goal
    if family.news is News.MIDWAY:
        revised, sentence = family.revise(world, rng, task)
        subject = briefing["news"] = sampler.pick(CHANGES)
        due = world.now + timedelta(seconds=sampler.between(EARLIEST_STEP, LATEST_STEP) * tick_s(world))
        world.schedule(carrier.kind, due, note(task.person_id, subject, sentence))
        goal = f"{goal} {worded(sampler, NEWS, task, carrier, subject)}"
        task = replace(revised, goal=goal)
    if family.brief is Brief.TICKET:
        subject = briefing["ticket"] = sampler.pick(SUBJECTS)
        world.handlers.events[carrier.kind](world, note(task.person_id, subject, goal))
        task = replace(task, goal=worded(sampler, TICKETS, task, carrier, subject))
    return replace(task, brief=family.brief, news=family.news, briefing=dict(briefing))


def note(person_id: int, subject: str, text: str) -> dict[str, int | str]:
    """The payload of a note."""
    return {"person_id": person_id, "subject": subject, "text": text}


def worded(
    sampler: Sampler, wordings: Mapping[str, tuple[str, ...]], task: Task, carrier: NoteCarrier, subject: str
) -> str:
    """One of a task's wordings that names a note; begins with a capital letter."""
    text = sampler.pick(wordings[task.wordings]).format(place=carrier.place.format(subject=subject))
    return text[0].upper() + text[1:]


def tick_s(world: World) -> int:
    """How many seconds an agent's step takes in a world."""
    return world.db.get_one(Clock, CLOCK_ROW).tick_s


def reading_step(view: View, family: TaskFamily, carrier: NoteCarrier) -> str | None:
    """The oracle's next action towards reading the ticket and the news; None once both are read.

    Afterwards it returns to the first app of the task, if the notes are in another one.
    """
    person_id = view.task.person_id
    for subject in (view.task.briefing.get("ticket"), view.task.briefing.get("news")):
        if subject is None:
            continue
        is_read = carrier.is_read(view.db, person_id, str(subject))
        if is_read is None:
            return f"wait_for_news {WAIT_MINUTES}"
        if not is_read:
            return carrier.step(view, str(subject))
    is_elsewhere = app_of(view.url) not in type(family).apps
    return f"switch_app {app_of(view.task.start_url)}" if is_elsewhere else None


def app_of(url: str) -> str:
    """The app that serves a URL."""
    return (urlsplit(url).hostname or "").partition(".")[0]
