"""What a story has to work with: people, times, orders, goods and words."""

import zlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from numpy.random import SeedSequence, default_rng

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.stories.acts import Absence, Address, ChangeAct, Fact, MailAct, PostAct, Script
from gristmill.apps.stories.company import SITES, Staff
from gristmill.apps.stories.times import moment
from gristmill.apps.stories.voices import in_voice
from gristmill.apps.stories.writing import Variant, is_own, suits
from gristmill.apps.world.chronicle import (
    CouponFact,
    GoodsRequest,
    OrderRequest,
    RefundRequest,
    ReviewRequest,
    chronicle,
)
from gristmill.errors import PluginError

if TYPE_CHECKING:
    from gristmill.apps.stories.storybook import Shared, Story


class Scene:
    """What a story has to work with. Random choices come from the story's own stream."""

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

    @property
    def acts(self) -> Script:
        """What stories have written so far."""
        return self._shared.script

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
        return self.within(person, self.at(at))

    def within(self, person: Staff, time: datetime) -> datetime:
        """As `during`, for a time that was worked out."""
        site = next(site for site in SITES if site.key == person.site)
        shift = timedelta(hours=site.offset_h)
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

    def _is_written(self, act: MailAct | PostAct | ChangeAct, author_id: int | None, app: str) -> bool:
        """Whether an act is written.

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

    def refunded(
        self, order: OrderRequest, at: str, quantity: int, reason: str, **more: Any
    ) -> RefundRequest:
        """Let the shop have paid back pieces of an order's first line; `more` as in `RefundRequest`.

        Call it before the `yield`; write the letter with `firms.refund` after it.
        """
        opened = more.pop("opened", None)
        request = RefundRequest(
            order=order.key, at=self.at(at), quantity=quantity, reason=reason,
            opened_at=self.at(opened) if opened else None, **more,
        )  # fmt: skip
        if self.has("shop"):
            chronicle(self.world.db).refunds[order.key] = request
        return request

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
