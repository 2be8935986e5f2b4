"""What a story can do: write mails, posts, channels and files, let things happen, and say who answers how."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gristmill.apps.stories.acts import (
    Address,
    AnswerRule,
    ChangeAct,
    ChannelAct,
    EventAct,
    FileAct,
    MailAct,
    PostAct,
)
from gristmill.apps.stories.company import DOMAIN, Staff
from gristmill.apps.stories.scene import Scene
from gristmill.apps.stories.voices import VOICES, habits
from gristmill.apps.stories.writing import address_of, depth_of, media_type, mentioning, quoted, reply_subject


class StoryWriter(Scene):
    """What a story can do with its scene."""

    # Mail
    def mail(
        self, sender: Staff | Address, to: Sequence[Staff | Address], at: str | datetime, subject: str,
        text: str, *, key: str | None = None, cc: Sequence[Staff | Address] = (),
        bcc: Sequence[Staff | Address] = (), bare: bool = False, **more: Any,
    ) -> MailAct:  # fmt: skip
        """Send a mail. Greeting and closing are the sender's, unless `bare` or the thread is three mails old.

        What the person at the centre would write after the start is left to whoever acts for them.
        `more` are fields of `MailAct`; a subject of "" takes the parent's. Mails with `held=True` arrive
        only in tasks that ask for news.
        """
        parent: MailAct | None = more.get("parent")
        act = MailAct(
            key=self._key(key), at=self._time(at), sender=address_of(sender, private=more.pop("private", False)),
            to=tuple(map(address_of, to)), cc=tuple(map(address_of, cc)), bcc=tuple(map(address_of, bcc)),
            subject=subject or reply_subject(parent, is_forward=bool(more.get("is_forward"))), text=text, **more,
        )  # fmt: skip
        lists = self._shared.script.lists
        act.list_address = act.list_address or next(
            (a.email for a in act.to + act.cc if a.email in lists), None
        )
        if isinstance(sender, Staff) and not bare and not act.is_automatic:
            self._dress(act, sender, to)
        if self._is_written(act, act.sender.person_id, "mail"):
            self._shared.script.mails.append(act)
        return act

    def reply(
        self, sender: Staff | Address, parent: MailAct, at: str | datetime, text: str, **more: Any
    ) -> MailAct:
        """Answer a mail; to its sender unless `to` says otherwise."""
        to = more.pop("to", (parent.sender,))
        return self.mail(sender, to, at, more.pop("subject", ""), text, parent=parent, **more)

    def mailing_list(self, name: str, title: str, members: Sequence[Staff]) -> Address:
        """Set up a mailing list of the company; `list_of` addresses it."""
        self._shared.script.lists[f"{name}@{DOMAIN}"] = tuple(each.id for each in members)
        self._shared.list_titles[name] = title
        return self.list_of(name)

    def list_of(self, name: str) -> Address:
        """The address of a mailing list, such as `all`."""
        return Address(name=self._shared.list_titles[name], email=f"{name}@{DOMAIN}")

    def labels(self, *names: str) -> None:
        """Labels that the person at the centre has, outer ones before inner ones (`Siskin/March`)."""
        self._shared.script.labels.extend(names)

    def contact(self, *people: Staff | Address) -> None:
        """Put people and firms into the contacts of the person at the centre, each once."""
        contacts = self._shared.script.contacts
        known = {each.email for each in contacts}
        contacts.extend(new for new in map(address_of, people) if new.email not in known)

    def _dress(self, act: MailAct, sender: Staff, to: Sequence[Staff | Address]) -> None:
        voice, depth = VOICES[sender.voice], depth_of(act)
        given, family = self._names_of(to[0]) if to else ("", "")
        if depth < 3:
            greeting = (
                self.pick(habits(voice.greetings, sender.id))
                .format(given=given, family=family)
                .replace(" ,", ",")
            )
            act.greeting = greeting[:1].upper() + greeting[1:]
            act.closing = self.pick(habits(voice.closings, sender.id)).format(
                given_own=sender.given,
                name=sender.name,
                role=sender.role[0].upper() + sender.role[1:],
                initial=sender.given[0],
                place="the van" if sender.team == "Field" else "my phone",
            )
        if act.parent is not None and not act.quote and not act.is_forward:
            act.quote = quoted(act.parent.text, voice.quotes)

    def _names_of(self, person: Staff | Address) -> tuple[str, str]:
        """How somebody is greeted: a list of many as everybody, a list of one as that person."""
        members = self._shared.script.lists.get(person.email, ()) if isinstance(person, Address) else ()
        if len(members) > 2:
            return "everybody", ""
        if members:
            person = self.cast.people[members[0]]
        if isinstance(person, Staff):
            return person.given, person.family
        return person.name.split(" ")[0], person.name.split(" ")[-1]

    # Chat
    def channel(
        self, name: str, creator: Staff, members: Sequence[Staff] | None, at: str, **more: Any
    ) -> ChannelAct:
        """Open a channel; `members` None means everybody. `more` are fields of `ChannelAct`.

        One that is opened again, such as by the story that it is about, is the later one.
        """
        act = ChannelAct(
            name=name, members=tuple(each.id for each in members) if members is not None else None,
            created_at=self.at(at), creator_id=creator.id, **more,
        )  # fmt: skip
        self._shared.channels[name] = act
        return act

    def opened(self, channel: str) -> datetime:
        """When a channel was opened."""
        return self._shared.channels[channel].created_at

    def topic(self, channel: str, text: str) -> None:
        """Give a channel another topic, whether or not the world has a chat."""
        self._shared.channels[channel].topic = text

    def members(self, channel: str) -> list[Staff]:
        """The members of a channel, whether or not the world has a chat."""
        members = self._shared.channels[channel].members
        return [each for each in self.cast.people.values() if members is None or each.id in members]

    def post(self, channel: str | None, author: Staff, at: str | datetime, text: str, **more: Any) -> PostAct:
        """Post in a channel (or, with `people`, in a conversation). `more` are fields of `PostAct`.

        What is said `to` somebody mentions them, if they are in the channel by then.
        """
        to: Staff | None = more.pop("to", None)
        if to is not None and to.id != author.id and self._is_in(channel, to, self._time(at)):
            text = mentioning(text, to, author.voice)
        act = PostAct(
            key=self._key(more.pop("key", None)), channel=channel, author_id=author.id, at=self._time(at),
            text=text, **more,
        )  # fmt: skip
        if self._is_written(act, author.id, "chat"):
            self._shared.script.posts.append(act)
            insort(self._shared.talks[channel or act.people], act.at)
        return act

    def is_quiet(self, place: str | tuple[int, ...], since: datetime, until: datetime) -> bool:
        """Whether nobody has been let write in a channel, or among some people, in a time."""
        times = self._shared.talks[place]
        return bisect_left(times, since) == bisect_right(times, until)

    def dm(
        self, author: Staff, people: Sequence[Staff], at: str | datetime, text: str, **more: Any
    ) -> PostAct:
        """Write to one or more people directly."""
        members = tuple(sorted({author.id, *(each.id for each in people)}))
        return self.post(None, author, at, text, people=members, **more)

    def thread(self, parent: PostAct, author: Staff, at: str | datetime, text: str, **more: Any) -> PostAct:
        """Answer a post in its thread."""
        return self.post(parent.channel, author, at, text, parent=parent, people=parent.people, **more)

    def _is_in(self, channel: str | None, person: Staff, at: datetime) -> bool:
        """Whether somebody is a member of a channel at a time."""
        act = self._shared.channels.get(channel or "")
        if act is None or (act.members is not None and person.id not in act.members):
            return False
        return act.joined.get(person.id, act.created_at) <= at

    def later(self, kind: str, person: Staff, at: str, **more: Any) -> ChangeAct:
        """Change a post or membership after the world's start; see `ChangeAct`."""
        act = ChangeAct(at=self.at(at), kind=kind, person_id=person.id, story=self.story.key, **more)
        if self._is_written(act, person.id, "chat"):
            self._shared.script.changes.append(act)
        return act

    def event(self, at: str, kind: str, payload: Mapping[str, Any], *, held: bool = False) -> EventAct:
        """Let an app do something after the world's start, such as `shop.change_price`.

        The event is left out of worlds in which no app handles its kind.
        """
        act = EventAct(at=self.at(at), kind=kind, payload=payload, held=held, story=self.story.key)
        self._shared.script.events.append(act)
        return act

    def answers(
        self, app: str, person: Staff | Address, text: str, *, minutes: int, **more: Any
    ) -> AnswerRule:
        """Say how somebody answers when they are written to; see `AnswerRule`."""
        person_id, email = (person.id, "") if isinstance(person, Staff) else (None, person.email)
        rule = AnswerRule(
            key=self._key(None), app=app, person_id=person_id, email=email, text=text,
            after_s=minutes * 60, **more,
        )  # fmt: skip
        if self.has(app):
            self._shared.script.rules.append(rule)
        return rule

    def file(self, name: str, content: str | bytes, owner: Staff | None, at: str) -> FileAct:
        """Write a file that mails and posts can carry. Text files are UTF-8."""
        data = content.encode() if isinstance(content, str) else content
        number = len(self._shared.files) + 1
        self._shared.files.append(
            {
                "id": number, "name": name, "media_type": media_type(name), "content": data,
                "owner_id": owner.id if owner else None, "created_at": self.at(at),
            }
        )  # fmt: skip
        return FileAct(id=number, name=name)

    def _key(self, key: str | None) -> str:
        self._count += 1
        return f"{self.story.key}.{key or self._count}"

    def _time(self, at: str | datetime) -> datetime:
        return at if isinstance(at, datetime) else self.at(at)
