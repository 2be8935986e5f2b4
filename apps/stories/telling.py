"""What a story can do: ask for orders, choose words, and write mails, posts, channels, files and facts."""

import re
import zlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from numpy.random import SeedSequence, default_rng

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.stories.acts import (
    Absence,
    Address,
    AnswerRule,
    ChangeAct,
    ChannelAct,
    EventAct,
    Fact,
    FileAct,
    MailAct,
    PostAct,
)
from gristmill.apps.stories.company import DOMAIN, SITES, Staff
from gristmill.apps.stories.times import moment
from gristmill.apps.stories.voices import LOWERCASE, VOICES, in_voice
from gristmill.apps.world.chronicle import CouponFact, GoodsRequest, OrderRequest, ReviewRequest, chronicle
from gristmill.errors import PluginError

if TYPE_CHECKING:
    from gristmill.apps.stories.storybook import Shared, Story

Variant = str | tuple[Collection[int], str]


class Telling:
    """What a story can do. Random choices come from the story's own stream."""

    def __init__(self, shared: "Shared", story: "Story") -> None:
        self._shared, self.story = shared, story
        self.cast, self.world = shared.cast, shared.world
        self.start = self.world.now
        self.sampler = Sampler(
            default_rng(SeedSequence([shared.seed, zlib.crc32(f"story {story.key}".encode())]))
        )
        self.between, self.pick, self.some = self.sampler.between, self.sampler.pick, self.sampler.some
        self.chance = self.sampler.chance
        self._count = 0

    # People and times
    @property
    def desk(self) -> Staff:
        """The person that the world is built around."""
        return self.cast.desk

    def one(self, role: str, site: str | None = None) -> Staff:
        """The person with this role, by preference the one that the world is built around."""
        return self.cast.one(role, site)

    def all(self, role: str, site: str | None = None) -> list[Staff]:
        """Everybody with this role."""
        return self.cast.all(role, site)

    def heads(self) -> list[Staff]:
        """The Directors and the heads of teams."""
        directors = self.cast.team("Directors")
        return directors + [each for each in self.cast.staff() if each.role.startswith("head of ")]

    def newcomer(self) -> Staff:
        """The product manager who began on the day before the world's start."""
        known = self.one("product manager")
        return next(each for each in self.all("product manager") if each.id != known.id)

    def outsider(self, name: str, email: str) -> Address:
        """Somebody who is not of the company."""
        return Address(name=name, email=email)

    def at(self, text: str) -> datetime:
        """The time that a story means; see `times.moment`."""
        return moment(self.start, text)

    def during(self, person: Staff, at: str) -> datetime:
        """The time of that day that is nearest to a time and within the person's office hours."""
        site = next(site for site in SITES if site.key == person.site)
        time, shift = self.at(at), timedelta(hours=site.offset_h)
        day = f"{time:%Y-%m-%d}"
        opens, closes = (
            datetime.fromisoformat(f"{day} {clock}") - shift for clock in (site.opens, site.closes)
        )
        minutes = timedelta(minutes=time.minute % 10)
        return min(max(time, opens + minutes), closes - minutes)

    def away(self, person: Staff, since: str, until: str) -> None:
        """Let somebody be away: what other stories would have them write in that time is left out.

        Call it before the `yield`.
        """
        self._shared.absences.append(
            Absence(person_id=person.id, since=self.at(since), until=self.at(until), story=self.story.key)
        )

    def present(self, site: str | None = None) -> list[Staff]:
        """Those of the company, or of a site, who are at work around the world's start."""
        day = timedelta(days=1)
        gone = {
            each.person_id
            for each in self._shared.absences
            if each.since < self.start + day and each.until > self.start - day
        }
        return [each for each in self.cast.staff(site) if each.id not in gone]

    def _is_told(self, act: MailAct | PostAct | ChangeAct, author_id: int | None, app: str) -> bool:
        """Whether an act is told.

        Not what the person at the centre would do after the start, not what people write who are away, and
        not what answers or changes such an act.
        """
        parent = act.post if isinstance(act, ChangeAct) else act.parent
        is_draft = isinstance(act, MailAct) and act.folder is not None
        is_own = author_id == self.desk.id and act.at > self.start and not is_draft
        is_away = not getattr(act, "is_automatic", False) and any(
            each.person_id == author_id and each.since < act.at < each.until and each.story != self.story.key
            for each in self._shared.absences
        )
        if is_own or is_away or parent in self._shared.dropped:
            self._shared.dropped.append(act)
            return False
        return self.has(app)

    def has(self, app: str) -> bool:
        """Whether this world has an app."""
        return app in self.world.handlers.apps

    # Orders
    def order(self, key: str, buyer: Staff, at: str, *wants: tuple[str, int], **terms: Any) -> OrderRequest:
        """Ask for an order of product kinds with quantities; terms as in `OrderRequest`.

        `same_as`, `goods` and `unlike` name other requests of this story by their short keys.

        Call it before the `yield`; `placed` is None until then, and in worlds without a shop.
        """
        name = f"{self.story.key}.{key}"
        for term in ("same_as", "goods"):  # they name requests of this story
            if terms.get(term):
                terms[term] = f"{self.story.key}.{terms[term]}"
        terms["unlike"] = tuple(f"{self.story.key}.{other}" for other in terms.get("unlike", ()))
        request = OrderRequest(key=name, person_id=buyer.id, at=self.at(at), wants=wants, **terms)
        if self.has("shop"):
            self._shared.orders[name] = request
        return request

    def goods(self, key: str, kind: str, **terms: Any) -> GoodsRequest:
        """Ask for a product to speak of; terms as in `GoodsRequest`. Call it before the `yield`."""
        name = f"{self.story.key}.{key}"
        terms["unlike"] = tuple(f"{self.story.key}.{other}" for other in terms.get("unlike", ()))
        request = GoodsRequest(key=name, kind=kind, **terms)
        if self.has("shop"):
            self._shared.goods[name] = request
        return request

    def review(self, goods: GoodsRequest, author: Staff, at: str, stars: int, title: str, body: str) -> None:
        """Let somebody review such a product in the shop. Call it before the `yield`."""
        chronicle(self.world.db).reviews.append(
            ReviewRequest(
                goods=goods.key, person_id=author.id, stars=stars, title=title, body=body,
                written_on=self.at(at).date(),
            )
        )  # fmt: skip

    @property
    def coupons(self) -> list[CouponFact]:
        """The shop's coupons; none before the `yield`."""
        return chronicle(self.world.db).coupons

    # Words
    def words(
        self, act: str, variants: Sequence[Variant], *, by: Staff | None = None, **facts: object
    ) -> str:
        """One of the variants with the facts filled in; no variant is used twice in a world.

        Variants that begin in lower case are for those who write so, who turn others into lower case.

        Args:
            act: names the act in errors.
            variants: at least five texts, or pairs of voice numbers and text.
            by: whose voice must fit.
            facts: values of the slots.

        Raises:
            PluginError: all fitting variants have been used.
        """
        used = self._shared.used
        fits = [v for v in variants if by is None or suits(v, by.voice)]
        texts = [v if isinstance(v, str) else v[1] for v in fits or variants]
        left = [text for text in dict.fromkeys(texts) if text not in used]
        if not left:
            raise PluginError(f"The story {self.story.key!r} has no unused words left for {act!r}.")
        own = [text for each in fits if (text := is_own(each)) and text in left] if by else []
        chosen = self.pick(own if own and self.chance(60) else left)
        used.add(chosen)
        return (in_voice(chosen, by.voice) if by else chosen).format(**facts)

    def fact(
        self, key: str, value: object, *, since: str | None = None, until: str | None = None,
        knows: Collection[int] | None = None,
    ) -> str:  # fmt: skip
        """Enter a fact into the ledger that tests and tasks read, and return it as text."""
        text = str(value)
        self._shared.script.facts.append(
            Fact(
                story=self.story.key, key=key, value=text, since=self.at(since) if since else datetime.min,
                until=self.at(until) if until else None, knows=frozenset(knows) if knows is not None else None,
            )
        )  # fmt: skip
        return text

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
        if self._is_told(act, act.sender.person_id, "mail"):
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
            act.greeting = self.pick(voice.greetings).format(given=given, family=family).replace(" ,", ",")
            act.closing = self.pick(voice.closings).format(
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

    def members(self, channel: str) -> list[Staff]:
        """The members of a channel, whether or not the world has a chat."""
        members = self._shared.channels[channel].members
        return [each for each in self.cast.people.values() if members is None or each.id in members]

    def post(self, channel: str | None, author: Staff, at: str | datetime, text: str, **more: Any) -> PostAct:
        """Post in a channel (or, with `people`, in a conversation). `more` are fields of `PostAct`."""
        act = PostAct(
            key=self._key(more.pop("key", None)), channel=channel, author_id=author.id, at=self._time(at),
            text=text, **more,
        )  # fmt: skip
        if self._is_told(act, author.id, "chat"):
            self._shared.script.posts.append(act)
        return act

    def dm(
        self, author: Staff, people: Sequence[Staff], at: str | datetime, text: str, **more: Any
    ) -> PostAct:
        """Write to one or more people directly."""
        members = tuple(sorted({author.id, *(each.id for each in people)}))
        return self.post(None, author, at, text, people=members, **more)

    def thread(self, parent: PostAct, author: Staff, at: str | datetime, text: str, **more: Any) -> PostAct:
        """Answer a post in its thread."""
        return self.post(parent.channel, author, at, text, parent=parent, people=parent.people, **more)

    def later(self, kind: str, person: Staff, at: str, **more: Any) -> ChangeAct:
        """Change a post or membership after the world's start; see `ChangeAct`."""
        act = ChangeAct(at=self.at(at), kind=kind, person_id=person.id, **more)
        if self._is_told(act, person.id, "chat"):
            self._shared.script.changes.append(act)
        return act

    def event(self, at: str, kind: str, payload: Mapping[str, Any], *, held: bool = False) -> EventAct:
        """Let an app do something after the world's start, such as `shop.change_price`.

        The event is left out of worlds in which no app handles its kind.
        """
        act = EventAct(at=self.at(at), kind=kind, payload=payload, held=held)
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


def address_of(person: Staff | Address, *, private: bool = False) -> Address:
    """The address that somebody writes from or is written to."""
    if isinstance(person, Address):
        return person
    email = person.private_email if private else person.email
    return Address(name=person.name, email=email, person_id=person.id)


def suits(variant: Variant, voice: int) -> bool:
    """Whether a voice would say it so."""
    if isinstance(variant, str):
        return not variant[:1].islower() or voice in LOWERCASE
    return voice in variant[0]


def is_own(variant: Variant) -> str:
    """The text of a variant that only some voices would say; empty if any would."""
    if isinstance(variant, str):
        return variant if variant[:1].islower() else ""
    return variant[1]


def reply_subject(parent: MailAct | None, *, is_forward: bool = False) -> str:
    """The subject of an answer: the parent's with one `Re:` or `Fwd:`."""
    if parent is None:
        return ""
    base = re.sub(r"^((Re|Fwd): )+", "", parent.subject)
    return f"{'Fwd' if is_forward else 'Re'}: {base}"


def depth_of(act: MailAct) -> int:
    """How many mails come before this one in its thread."""
    depth, parent = 0, act.parent
    while parent is not None:
        depth, parent = depth + 1, parent.parent
    return depth


def quoted(text: str, how: str) -> str:
    """What of a parent's text is quoted: nothing, its last sentence, or all of it."""
    if how == "none":
        return ""
    if how == "whole":
        return text
    return re.split(r"(?<=[.?!])\s+", text.strip())[-1]


def media_type(name: str) -> str:
    """The media type of a file by its ending.

    Raises:
        PluginError: the ending is unknown.
    """
    ending = name.rpartition(".")[2].lower()
    if ending not in MEDIA_TYPES:
        raise PluginError(f"Unknown kind of file: {name!r}. Known: {', '.join(MEDIA_TYPES)}.")
    return MEDIA_TYPES[ending]


MEDIA_TYPES: Mapping[str, str] = {
    "txt": "text/plain", "csv": "text/csv", "md": "text/markdown", "svg": "image/svg+xml", "png": "image/png",
}  # fmt: skip
