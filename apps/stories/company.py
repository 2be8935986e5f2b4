"""Wherrymoor, the company that a world's people work for: sites, teams, roles and reporting lines."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import insert, update

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.models import Job, Person, Site, Team
from gristmill.apps.world.people import EMAIL_DOMAIN, mailbox
from gristmill.apps.world.world import World
from gristmill.errors import PluginError

COMPANY, DOMAIN = "Wherrymoor", "wherrymoor.test"
VOICES = 12
LOUD_VOICES = (4, 12)  # never a head's


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteData:
    """A place of work. `offset_h` counts from the first site's clock, which is the world's."""

    key: str
    name: str
    zone: str
    offset_h: float
    opens: str
    closes: str
    mail_room: str = ""


SITES = (
    SiteData(
        key="PA", name="Port Ansley", zone="UTC-5", offset_h=0, opens="09:00", closes="17:30",
        mail_room="Cooperage House, 14 Harbor Street, Port Ansley 24117",
    ),
    SiteData(
        key="LV", name="Lake Verrin", zone="UTC-6", offset_h=-1, opens="08:00", closes="16:30",
        mail_room="The Boathouse, 3 Millrace Lane, Lake Verrin 35208",
    ),
    SiteData(
        key="HS", name="Halloway Springs", zone="UTC-8", offset_h=-3, opens="07:00", closes="15:30",
        mail_room="Suite 5, 220 Orchard Way, Halloway Springs 38941",
    ),
    SiteData(key="OS", name="Oud Skerry", zone="UTC+1", offset_h=6, opens="09:00", closes="17:30"),
    SiteData(key="AR", name="Ambry Reach", zone="UTC+5:30", offset_h=10.5, opens="12:00", closes="20:30"),
)  # fmt: skip

# Roles in the order in which people are dealt to them: (role, site). The first of a team heads it.
TEAMS: dict[str, tuple[tuple[str, str], ...]] = {
    "Directors": (("managing director", "PA"), ("chief of staff", "PA")),
    "Finance": (
        ("head of Finance", "PA"), ("controller", "PA"), ("payables clerk", "PA"), ("payables clerk", "PA"),
        ("receivables clerk", "PA"), ("expenses clerk", "PA"),
    ),
    "People": (
        ("head of People", "PA"), ("recruiter", "PA"), ("people partner", "PA"), ("payroll clerk", "PA"),
    ),
    "Office": (
        ("head of Office", "PA"), ("office manager", "PA"), ("office manager", "LV"), ("buyer", "PA"),
        ("buyer", "LV"), ("mail-room keeper", "PA"),
    ),
    "Workshop": (
        ("head of Workshop", "LV"), ("shift lead", "LV"), ("assembler", "LV"), ("assembler", "LV"),
        ("assembler", "LV"), ("calibrator", "LV"), ("calibrator", "LV"), ("safety officer", "LV"),
    ),
    "Field": (
        ("head of Field", "PA"), ("dispatcher", "PA"), ("installer", "PA"), ("installer", "LV"),
        ("installer", "LV"), ("installer", "LV"), ("installer", "LV"),
    ),
    "Platform": (
        ("head of Platform", "HS"), ("on-call lead", "HS"), ("engineer", "HS"), ("engineer", "HS"),
        ("engineer", "HS"), ("engineer", "AR"), ("data scientist", "AR"), ("data scientist", "AR"),
        ("designer", "HS"),
    ),
    "Sales": (
        ("head of Sales", "OS"), ("account manager", "OS"), ("account manager", "OS"),
        ("account manager", "OS"), ("tender writer", "OS"), ("sales analyst", "OS"),
    ),
    "Care": (
        ("head of Care", "PA"), ("adviser", "PA"), ("adviser", "PA"), ("adviser", "OS"),
        ("knowledge writer", "PA"),
    ),
    "Product": (("head of Product", "HS"), ("product manager", "HS"), ("product manager", "HS")),
}  # fmt: skip
# Guests and one who has left: (role, site, status, role of the sponsor or former head).
OTHERS = (
    ("technical writer", "HS", "guest", "head of Product"),
    ("fitter from Brassnock", "LV", "guest", "head of Workshop"),
    ("auditor", "PA", "guest", "head of Finance"),
    ("former account manager", "OS", "left", "head of Sales"),
)
REPORTS_TO = {"Workshop": "shift lead", "Field": "dispatcher", "Platform": "on-call lead"}
FORMER_SURNAMES = ("Aldermoor", "Thistlewood", "Pennyfather", "Garroway", "Winterbourne")


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """Somebody of the company, as stories speak of them. `place` counts those of one role and site."""

    id: int
    given: str
    family: str
    email: str
    private_email: str
    former_email: str | None
    phone: str
    role: str
    team: str | None
    site: str
    status: str
    manager_id: int | None
    voice: int

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"

    @property
    def handle(self) -> str:
        """What mentions them in the chat, with its `@`."""
        return f"@{self.email.partition('@')[0]}"


@dataclass(slots=True)
class Cast:
    """The people of a world's company. `desk` is the person that the world is built around."""

    people: dict[int, Staff]
    desk_id: int

    @property
    def desk(self) -> Staff:
        """Who is signed in at first, and whose mailbox is the fullest."""
        return self.people[self.desk_id]

    def all(self, role: str, site: str | None = None) -> list[Staff]:
        """Everybody with this role, in the order of their ids."""
        found = [each for each in self.people.values() if each.role == role]
        return [each for each in found if site in (None, each.site)]

    def one(self, role: str, site: str | None = None) -> Staff:
        """The person with this role; the one that the world is built around, if they have it.

        Raises:
            KeyError: nobody has it.
        """
        found = self.all(role, site)
        if not found:
            raise KeyError(f"Nobody at {site or 'any site'} is {role}.")
        return next((each for each in found if each.id == self.desk_id), found[0])

    def team(self, name: str) -> list[Staff]:
        """The members of a team, its head first."""
        return [each for each in self.people.values() if each.team == name and each.status == "staff"]

    def staff(self, site: str | None = None) -> list[Staff]:
        """Everybody who works for the company, at one site or all."""
        found = [each for each in self.people.values() if each.status == "staff"]
        return [each for each in found if site in (None, each.site)]


def hire(world: World, sampler: Sampler) -> Cast:
    """Give every person a job, write sites, teams and jobs, and draw the person at the centre.

    The world's people get work addresses; their previous ones stay as private aliases.
    """
    roles = list(positions())
    people = world.people[: len(roles)]
    dealt = dict(zip((each.id for each in sampler.shuffled(people)), roles, strict=True))
    names = {person.id: (person.given_name, person.family_name) for person in people}
    rename(dealt, names, sampler)
    ids: dict[str, list[int]] = {}
    for person_id, (_, role, _, _) in dealt.items():
        ids.setdefault(role, []).append(person_id)
    phones = {person.id: person.phone for person in people}
    surname_of = sampler.pick(ids["engineer"]), sampler.pick(FORMER_SURNAMES)
    cast: dict[int, Staff] = {}
    for person_id, (team, role, site, status) in dealt.items():
        given, family = names[person_id]
        box, old = mailbox(given, family), mailbox(given, surname_of[1])
        cast[person_id] = Staff(
            id=person_id, given=given, family=family, email=f"{box}@{DOMAIN}",
            private_email=f"{box}@{EMAIL_DOMAIN}", phone=phones[person_id], role=role, team=team, site=site,
            former_email=f"{old}@{DOMAIN}" if person_id == surname_of[0] else None, status=status,
            manager_id=manager_of(person_id, team, role, ids), voice=voice_of(role, sampler),
        )  # fmt: skip
    desk = sampler.pick([each for each in cast.values() if each.status == "staff"])
    write(world, cast)
    world.sign_in(desk.id)
    return Cast(people=cast, desk_id=desk.id)


def shared_hours(people: Collection[Staff]) -> tuple[int, int]:
    """From when to when all these people are in office, in minutes after midnight by the world's clock."""
    sites = [site for site in SITES if site.key in {each.site for each in people}]
    opens, closes = (
        [minutes_of(getattr(site, name)) - int(60 * site.offset_h) for site in sites]
        for name in ("opens", "closes")
    )
    return max(opens), min(closes)


def minutes_of(clock: str) -> int:
    """A time of day in minutes since midnight."""
    hour, minute = map(int, clock.split(":"))
    return 60 * hour + minute


def positions() -> Iterator[tuple[str | None, str, str, str]]:
    """Team, role, site and status of everybody, in dealing order."""
    for team, roles in TEAMS.items():
        for role, site in roles:
            yield team, role, site, "staff"
    for role, site, status, _ in OTHERS:
        yield None, role, site, status


def rename(
    dealt: dict[int, tuple[str | None, str, str, str]], names: dict[int, tuple[str, str]], sampler: Sampler
) -> None:
    """Make some names alike: two payables clerks and an installer, an adviser and a product manager, engineers."""
    by_role: dict[str, list[int]] = {}
    for person_id, (_, role, _, _) in dealt.items():
        by_role.setdefault(role, []).append(person_id)
    clerk, adviser = by_role["payables clerk"][0], sampler.pick(by_role["adviser"])
    engineers = sampler.shuffled(by_role["engineer"])
    renamed(names, sampler.shuffled(by_role["installer"]), family=names[clerk][1])
    renamed(names, sampler.shuffled(by_role["product manager"]), given=names[adviser][0])
    renamed(names, engineers[1:], given=names[engineers[0]][0])


def renamed(
    names: dict[int, tuple[str, str]],
    people: list[int],
    *,
    given: str | None = None,
    family: str | None = None,
) -> None:
    """Give the first of these people another given or family name that makes nobody's address a second one's.

    Raises:
        PluginError: every one of them would get an address that is taken.
    """
    taken = {mailbox(*name) for name in names.values()}
    for number in people:
        new = given or names[number][0], family or names[number][1]
        if mailbox(*new) not in taken:
            names[number] = new
            return
    raise PluginError(f"Nobody of {people} can be called {given or family}: their addresses would be taken.")


def manager_of(person_id: int, team: str | None, role: str, ids: dict[str, list[int]]) -> int | None:
    """Whom somebody reports to; a guest to their sponsor."""
    if team is None:
        return next(ids[boss][0] for other, _, _, boss in OTHERS if other == role)
    head = ids[TEAMS[team][0][0]][0]
    if person_id == head or role == "chief of staff":
        director = ids["managing director"][0]
        return None if person_id == director else director
    lead = REPORTS_TO.get(team)
    return ids[lead][0] if lead and role != lead else head


def voice_of(role: str, sampler: Sampler) -> int:
    """The number of somebody's voice (see `voices.py`); heads never get a loud one."""
    is_head = role.startswith("head of") or role in {"managing director", "chief of staff"}
    options = [n for n in range(1, VOICES + 1) if not (is_head and n in LOUD_VOICES)]
    return sampler.pick(options)


def write(world: World, cast: dict[int, Staff]) -> None:
    """Write sites, teams and jobs, and the changed names and addresses of people."""
    db = world.db
    for person in cast.values():
        values = {"given_name": person.given, "family_name": person.family, "email": person.email}
        db.execute(update(Person).where(Person.id == person.id).values(**values))
    db.expire_all()
    sites = {site.key: number for number, site in enumerate(SITES, start=1)}
    db.execute(
        insert(Site),
        [
            {
                "id": sites[site.key], "key": site.key, "name": site.name, "zone": site.zone,
                "offset_minutes": int(site.offset_h * 60), "opens": site.opens, "closes": site.closes,
                "mail_room": site.mail_room,
            }
            for site in SITES
        ],
    )  # fmt: skip
    teams = {name: number for number, name in enumerate(TEAMS, start=1)}
    heads = {
        each.team: each.id for each in cast.values() if each.team and each.role == TEAMS[each.team][0][0]
    }
    db.execute(insert(Team), [{"id": n, "name": name, "head_id": heads[name]} for name, n in teams.items()])
    db.execute(
        insert(Job),
        [
            {
                "person_id": each.id, "team_id": teams[each.team] if each.team else None,
                "site_id": sites[each.site], "role": each.role, "status": each.status,
                "manager_id": each.manager_id, "private_email": each.private_email,
                "former_email": each.former_email,
            }
            for each in sorted(cast.values(), key=lambda each: each.id)
        ],
    )  # fmt: skip


def with_voice(person: Staff, voice: int) -> Staff:
    """The same person in another voice, for stories that need one."""
    return replace(person, voice=voice)
