"""How far everybody has read: pointers into conversations and threads, and messages saved for later."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from gristmill.apps.chat.seed.conversations import Conversation
from gristmill.apps.chat.seed.messages import Rows, Written
from gristmill.apps.kit.sampling import Sampler

LAGS_H = (0, 0, 0, 0, 1, 3, 18, 18, 24, 45)
DESK_LAGS_H = (0, 0, 1, 3, 18, 24, 45, 70)
"""Hours since somebody last looked at a conversation; the person at the centre has been away for longer."""

Line = list[tuple[datetime, int, int]]
"""Time, id and author of messages, in order."""


class Reading:
    """Deals pointers: who has been away from what for how long."""

    def __init__(self, sampler: Sampler, written: Written, now: datetime, desk_id: int) -> None:
        self._sampler, self._written, self._now, self._desk_id = sampler, written, now, desk_id
        self._lines: dict[int, Line] = defaultdict(list)
        self._threads: dict[int, Line] = defaultdict(list)
        for row in written.messages:
            place: tuple[datetime, int, int] = (row["posted_at"], row["id"], row["author_id"])  # type: ignore[assignment]
            if row["root_id"] is None:
                self._lines[int(str(row["channel_id"]))].append(place)
            else:
                self._threads[int(str(row["root_id"]))].append(place)

    def channel_rows(self, conversations: Sequence[Conversation]) -> Rows:
        """A pointer for every member of every conversation."""
        rows: Rows = []
        for each in conversations:
            for person_id, joined in sorted(each.joined.items()):
                since = max(self._looked_at(person_id), joined)
                pointer = self._pointer(self._lines[each.id], person_id, since)
                rows.append({"channel_id": each.id, "person_id": person_id, **pointer})
        return rows

    def thread_rows(self) -> Rows:
        """A pointer for everybody who takes part in a thread, and for those whom it mentions."""
        named = defaultdict(set)
        roots = {int(str(row["id"])): row for row in self._written.messages}
        for mention in self._written.mentions:
            row = roots[int(str(mention["message_id"]))]
            named[int(str(row["root_id"] or row["id"]))].add(int(str(mention["person_id"])))
        rows: Rows = []
        for root_id, line in sorted(self._threads.items()):
            people = (
                {author for _, _, author in line} | named[root_id] | {int(str(roots[root_id]["author_id"]))}
            )
            for person_id in sorted(people):
                pointer = self._pointer(line, person_id, self._looked_at(person_id))
                rows.append({"root_id": root_id, "person_id": person_id, **pointer})
        return rows

    def saved_rows(self, conversations: Sequence[Conversation]) -> Rows:
        """A few messages that the person at the centre has saved for later."""
        desk_id = self._desk_id
        own = {each.id for each in conversations if desk_id in each.joined}
        alive = [
            row for row in self._written.messages
            if row["channel_id"] in own and row["author_id"] != desk_id and row["text"]
        ]  # fmt: skip
        chosen = sorted(self._sampler.some(alive, 4), key=lambda row: int(str(row["id"])))
        times = [datetime.fromisoformat(str(row["posted_at"])) + timedelta(minutes=9) for row in chosen]
        return [
            {"message_id": row["id"], "person_id": desk_id, "saved_at": min(at, self._now)}
            for row, at in zip(chosen, times, strict=True)
        ]

    def _looked_at(self, person_id: int) -> datetime:
        lag = self._sampler.pick(DESK_LAGS_H if person_id == self._desk_id else LAGS_H)
        return self._now - timedelta(hours=lag, minutes=self._sampler.between(0, 40) if lag else 0)

    def _pointer(self, line: Line, person_id: int, since: datetime) -> dict[str, int]:
        own = max((number for _, number, author in line if author == person_id), default=0)
        place = bisect_right(line, since, key=lambda each: each[0])
        mention_id = bisect_right(self._written.mention_times, since)
        return {"message_id": max(own, line[place - 1][1] if place else 0), "mention_id": mention_id}
