"""Episodes of mail's families, played through mail's own services instead of its pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.apps.base import Task
from gristmill.apps.mail.models import Account, DraftFile, DraftKind, Entry, Label, Mail, MailDraft
from gristmill.apps.mail.services.actions import act
from gristmill.apps.mail.services.changes import Change
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.mail.services.sending import send
from gristmill.apps.world.world import World
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.runtime import default_runtime
from gristmill.errors import Unwinnable
from gristmill.plugins import installed
from gristmill.verifiers.base import Verdict

MOST_SEEDS = 60


class Desk:
    """An episode in which a test acts for the task's person."""

    def __init__(self, episode: Episode) -> None:
        self.episode, self.task, self.terms = episode, episode.task, episode.task.terms

    @property
    def wanted(self) -> Any:
        """The terms of the mail that is asked for."""
        return self.terms["mail"]

    @contextmanager
    def rows(self) -> Iterator[Session]:
        """The database; what is changed is committed."""
        with self.episode.session.orm_session() as db:
            yield db
            db.commit()

    def send(
        self, *, to: str, body: str, cc: str = "", bcc: str = "", subject: str = "Hello", answers: str = "",
        kind: DraftKind = DraftKind.REPLY, files: tuple[int, ...] = (), at_once: bool = False,
    ) -> int:  # fmt: skip
        """Send a mail; unless `at_once` it waits as after the button "Send"."""
        draft_id = self.save(
            to=to, body=body, cc=cc, bcc=bcc, subject=subject, answers=answers, kind=kind, files=files
        )
        with self.rows() as db:
            world = World(db)
            due = world.now + timedelta(seconds=0 if at_once else 120)
            send(world, db.get_one(MailDraft, draft_id), due)
        return draft_id

    def save(
        self, *, to: str, body: str, cc: str = "", bcc: str = "", subject: str = "Hello", answers: str = "",
        kind: DraftKind = DraftKind.REPLY, files: tuple[int, ...] = (),
    ) -> int:  # fmt: skip
        """Save a draft."""
        with self.rows() as db:
            world = World(db)
            account = db.scalars(select(Account).where(Account.person_id == self.task.person_id)).one()
            parent = db.scalar(select(Mail).where(Mail.message_id == answers)) if answers else None
            draft = MailDraft(
                id=new_id(world, MailDraft), account_id=account.id, parent=parent,
                kind=str(kind if parent else DraftKind.NEW), thread_id=None, subject=subject, body=body,
                sender_email=account.addresses[0].email, to=to, cc=cc, bcc=bcc, markup="plain",
                signature_id=None, remind_after_days=None, updated_at=world.now,
            )  # fmt: skip
            draft.files = [DraftFile(id=new_id(world, DraftFile), file_id=each) for each in files]
            db.add(draft)
            db.flush()
            return draft.id

    def wait(self, steps: int = 6) -> None:
        """Let the world's clock tick."""
        for _ in range(steps):
            self.episode.tick()

    def open(self, *paths: str) -> None:
        """Have pages opened."""
        self.episode.session.visited.update(f"http://mail.test{path}" for path in paths)

    def star_something(self) -> None:
        """Change what nobody asked to change."""
        with self.rows() as db:
            own = select(Entry).join(Account).where(Account.person_id == self.task.person_id)
            entry = db.scalars(own.limit(1)).one()
            entry.is_starred = not entry.is_starred

    def judge(self, *, answer: str | None = None, gave_up: str | None = None) -> Verdict:
        return self.episode.judge(answer, gave_up=gave_up, is_over=True)

    def failed(self, **ending: str) -> set[str]:
        """The names of the checks that do not pass if the episode ends now."""
        return {check.name for check in self.judge(**ending).checks if not check.passed}


@pytest.fixture
def desk() -> Iterator[Callable[..., Desk]]:
    """Begins the first episode of a family whose task fits: `desk("Mail-Send-v0", fits)`."""
    opened: list[Episode] = []

    def begin(
        family_id: str, fits: Callable[[Task], bool] = lambda task: True, *, split: str = "train",
        first: int = 0, **options: str,
    ) -> Desk:  # fmt: skip
        family = installed().family(family_id).configured(**options)
        for seed in range(first, first + MOST_SEEDS):
            episode = Episode.draw(default_runtime(), family, seed=seed, split=split)
            opened.append(episode)
            if fits(episode.task):
                return Desk(episode)
        raise AssertionError(f"No task of {family_id} fits.")

    yield begin
    for episode in opened:
        episode.close()


@pytest.fixture
def replans() -> Iterator[Callable[..., list[bool]]]:
    """Whether the oracle succeeds after some random actions, for each of some seeds where it can."""
    envs: list[WebEnv] = []

    def play(family_id: str, *, seeds: range = range(2), actions: int = 8, **options: Any) -> list[bool]:
        env = WebEnv(family_id, engine="dom", **options)
        envs.append(env)
        played = [plays_on(env, seed, actions) for seed in seeds]
        assert any(played)
        return [each for each in played if each is not None]

    yield play
    for env in envs:
        env.close()


def plays_on(env: WebEnv, seed: int, actions: int) -> bool | None:
    """Take random actions, then let the oracle play to the end; None if it says that it cannot."""
    seen, info = env.reset(seed=seed)
    agent = RandomAgent()
    agent.begin(env, seed)
    for _ in range(actions):
        action = agent.act(seen)
        seen, _, over, cut, info = env.step("scroll down" if action == "done" else action)
        assert not over
        assert not cut
    for _ in range(3 * env.family.max_steps):
        try:
            seen, _, over, cut, info = env.step(env.oracle())
        except Unwinnable:
            return None
        if over or cut:
            return bool(info["success"])
    raise AssertionError("The oracle does not end the episode.")


@pytest.fixture
def act_on() -> Callable[..., None]:
    """Does to mails what a list's buttons do: `act_on(desk, "label", [entry ids], label=7)`."""

    def press(
        desk: Desk, name: str, entry_ids: list[int], *, label: int = 0, until: datetime | None = None
    ) -> None:
        with desk.rows() as db:
            entries = [db.get_one(Entry, each) for each in entry_ids]
            account_id, chosen = entries[0].account_id, db.get(Label, label) if label else None
            act(
                name,
                Change(world=World(db), account_id=account_id, entries=entries, label=chosen, until=until),
            )

    return press
