"""Where the company talks and writes: channels, mailing lists, and the labels and contacts at the centre."""

from collections.abc import Iterable
from dataclasses import dataclass

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.company import TEAMS, Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.world.choice import WorldSize


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """A channel as data.

    Attributes:
        members: teams, sites (`PA`), roles (`buyer@LV` for one site), `heads` or `everybody`.
        creator: a role, with a site if two people bear it.
    """

    name: str
    creator: str
    opened: str
    members: tuple[str, ...]
    topic: str = ""
    purpose: str
    is_private: bool = False
    archived: str | None = None
    former_names: tuple[str, ...] = ()


ROOMS = (
    Room(
        name="announcements", creator="chief of staff", opened="-1460d 09:30", members=("everybody",),
        topic="One post, one matter; answers in the thread", purpose="What everybody at Wherrymoor has to know",
    ),
    Room(
        name="who-is-away", creator="chief of staff", opened="-1120d 10:00", members=("everybody",),
        topic="Say from when to when, and who stands in", purpose="Holidays, trips, dentists, and who decides meanwhile",
    ),
    Room(
        name="ask-money", creator="controller", opened="-1210d 11:20", members=("everybody",),
        topic="Read the pins first, they are short", purpose="Orders, receipts, invoices and expenses: ask Finance here",
    ),
    Room(
        name="teacups", creator="people partner", opened="-1400d 15:10", members=("everybody",),
        topic="The kettle is on", purpose="Small talk, storms in",
    ),
    Room(
        name="port-ansley", creator="office manager@PA", opened="-1390d 09:45", members=("PA",),
        topic="Lift inspected every quarter", purpose="Everything about Cooperage House: rooms, lifts, parcels, drills",
    ),
    Room(
        name="lunch", creator="mail-room keeper", opened="-1020d 11:40", members=("PA",),
        topic="Crumbwell on Tuesdays and Thursdays", purpose="Who eats what, and who shares",
    ),
    Room(
        name="lake-verrin", creator="office manager@LV", opened="-1300d 10:15",
        members=(
            "LV", "office manager@PA", "head of Office", "head of Field", "dispatcher", "people partner", "chief of staff",
            "controller", "mail-room keeper",
        ),
        topic="The boathouse, by its new name", purpose="All who work at the Boathouse, and those who look after it",
        former_names=("boathouse",),
    ),
    Room(
        name="lake-verrin-social", creator="assembler", opened="-20d 11:05", members=("LV",),
        topic="Swimming is at your own risk", purpose="After work at the lake",
    ),
    Room(
        name="leads", creator="managing director", opened="-1440d 10:00", members=("Directors",), is_private=True,
        purpose="The Directors' own",
    ),
    Room(
        name="people-desk", creator="head of People", opened="-1180d 14:00", members=("People", "heads", "chief of staff"),
        topic="Contracts by mail, please", purpose="Questions to People that others may read too",
    ),
    Room(
        name="buyers", creator="head of Office", opened="-991d 09:50",
        members=("Office", "controller", "expenses clerk", "payables clerk", "safety officer", "shift lead"),
        topic="Three offers above the line", purpose="Who buys what from whom",
    ),
    Room(
        name="workshop-floor", creator="shift lead", opened="-1292d 09:20",
        members=("Workshop", "buyer@LV", "office manager@LV", "installer", "dispatcher", "payables clerk", "product manager"),
        topic="Ear protection on, then talk", purpose="Shifts, crates, clamps and broken drills",
    ),
    Room(
        name="field-log", creator="dispatcher", opened="-1280d 08:40",
        members=("Field", "calibrator", "adviser", "on-call lead", "safety officer"),
        topic="Bridge first, then the matter", purpose="What was done at which bridge",
    ),
    Room(
        name="platform", creator="head of Platform", opened="-1330d 12:00", members=("Platform", "product manager", "head of Product"),
        topic="Stand-up is written", purpose="Readings, pipes and the people who mend them",
    ),
    Room(
        name="oncall", creator="on-call lead", opened="-1100d 12:30", members=("Platform",),
        topic="The rota stands in the pinned post", purpose="Turns and swaps; Mondays change hands",
    ),
    Room(
        name="incidents", creator="on-call lead", opened="-1100d 12:45",
        members=("Platform", "head of Field", "dispatcher", "head of Care", "adviser", "chief of staff"),
        topic="For those on call; everybody else in threads", purpose="What is broken right now",
    ),
    Room(
        name="sales-desk", creator="head of Sales", opened="-1250d 09:10",
        members=("Sales", "former account manager", "head of Product", "receivables clerk", "managing director"),
        topic="Figures with a source", purpose="Customers, tenders, targets",
    ),
    Room(
        name="care-desk", creator="head of Care", opened="-1240d 10:30",
        members=("Care", "data scientist", "on-call lead", "receivables clerk", "account manager", "dispatcher"),
        topic="One working day", purpose="Complaints, credits and kind words",
    ),
    Room(
        name="siskin-launch", creator="head of Product", opened="-190d 13:00",
        members=(
            "Product", "Platform", "head of Workshop", "shift lead", "calibrator", "head of Sales", "account manager",
            "tender writer", "head of Care", "knowledge writer", "technical writer",
        ),
        topic="Sun, tide, one lid", purpose="Everything that must be done before the Siskin is sold",
    ),
    Room(
        name="siskin-launch-events", creator="product manager", opened="-88d 13:20",
        members=("Product", "Sales", "former account manager", "chief of staff", "people partner"),
        topic="Launch on the quay", purpose="The launch day itself: guests, boats, sandwiches",
    ),
    Room(
        name="ext-brassnock", creator="head of Workshop", opened="-300d 10:05",
        members=(
            "fitter from Brassnock", "head of Workshop", "shift lead", "buyer@LV", "head of Office", "payables clerk",
            "office manager@LV",
        ),
        topic="Guests read this", purpose="Housings, with Brassnock Castings at the table",
    ),
    Room(
        name="finance-close", creator="controller", opened="-700d 09:30", members=("Finance",), is_private=True,
        topic="Third working day, no later", purpose="Closing the month",
    ),
    Room(
        name="hiring-field", creator="recruiter", opened="-46d 11:00", is_private=True,
        members=("recruiter", "head of People", "people partner", "head of Field", "dispatcher"),
        topic="Names stay here", purpose="One more installer before summer",
    ),
    Room(
        name="quay", creator="chief of staff", opened="-4d 12:20", is_private=True,
        members=("Directors", "head of Finance", "head of People", "head of Sales"),
        purpose="Confidential. Not a word outside",
    ),
    Room(
        name="siskin-pilot-2030", creator="head of Product", opened="-230d 13:30", archived="-120d 15:00",
        members=("Field", "calibrator", "head of Product", "product manager", "on-call lead", "engineer"),
        topic="Pilot has ended", purpose="The first Siskins, on real bridges",
    ),
    Room(
        name="office-move-2029", creator="head of Office", opened="-662d 10:20", archived="-470d 16:10", members=("PA",),
        topic="We have arrived", purpose="From Tanner Row to Cooperage House",
    ),
)  # fmt: skip
NEWCOMERS_ROOMS = (
    "announcements",
    "who-is-away",
    "ask-money",
    "teacups",
)  # the rest is up to others' invitations

CONTACTS = (
    ("Marlowick help", "help@marlowick.test", "0300 555-0144"),
    ("Fleetwren", "parcels@fleetwren.test", "0300 555-0162"),
    ("Halden cards", "service@haldencards.test", "0310 555-0127"),
    ("Brassnock Castings, billing", "billing@brassnock.test", "0417 555-0109"),
    ("Cinderlow Foundry", "sales@cinderlow.test", "0417 555-0156"),
    ("Pewterby Works", "office@pewterby.test", "0422 555-0183"),
    ("Ohmlow Components", "orders@ohmlow.test", "0452 555-0171"),
    ("Galleywick Print", "accounts@galleywick.test", "0241 555-0138"),
    ("Crumbwell Lunches", "kitchen@crumbwell.test", "0241 555-0115"),
    ("Quoinhithe Estates", "house@quoinhithe.test", "0241 555-0190"),
    ("Oxbower Travel", "desk@oxbower.test", "0333 555-0151"),
    ("Gantrow", "candidates@gantrow.test", "0333 555-0174"),
    ("Brightwater Harbour Office", "office@brightwaterharbour.test", "0461 555-0122"),
    ("Dunmarrow Water District", "contracts@dunmarrowwater.test", "0468 555-0135"),
    ("Kestrel Valley Growers", "clerk@kestrelgrowers.test", "0474 555-0169"),
    ("East Lomond Canal Trust", "trust@eastlomondcanal.test", "0479 555-0107"),
)
LABELS = (
    "Receipts", "Receipts/Office", "Siskin", "Siskin/March", "Siskin/March/print", "Suppliers", "Suppliers/Brassnock",
    "Customers", "Travel", "Waiting for", "Read later", "Private", "Private/School", "Private/Rowing",
)  # fmt: skip


@story("channels", size=WorldSize.SMALL, rank=10)
def channels(s: StoryWriter) -> Acts:
    """The channels, mailing lists, labels and contacts that everything else is written in."""
    for room in ROOMS:
        open_room(s, room)
    set_up_lists(s)
    s.labels(*LABELS)
    s.contact(*(Address(name=name, email=email, phone=phone) for name, email, phone in CONTACTS))
    team = [each for each in s.cast.staff() if each.team == s.desk.team and each.id != s.desk.id]
    s.contact(
        *team,
        *(
            s.one(role)
            for role in ("expenses clerk", "on-call lead", "chief of staff")
            if s.one(role) not in team
        ),
    )
    yield


def open_room(s: StoryWriter, room: Room) -> None:
    """Open one channel; the newcomer is only where newcomers are added by themselves."""
    role, _, site = room.creator.partition("@")
    creator, new = s.one(role, site or None), s.newcomer()
    members = dict.fromkeys(each.id for group in room.members for each in people_of(s, group))
    is_theirs = room.name in NEWCOMERS_ROOMS
    if not is_theirs:
        members.pop(new.id, None)
    later = {new.id: s.at("-1d 12:10")} if is_theirs else {}
    if room.name == "siskin-launch":
        later[s.one("technical writer").id] = s.at("-6d 13:15")
    s.channel(
        room.name, creator, [s.cast.people[each] for each in dict.fromkeys((creator.id, *members))], room.opened,
        topic=room.topic, purpose=room.purpose, is_private=room.is_private, former_names=room.former_names,
        archived_at=s.at(room.archived) if room.archived else None, joined=later,
    )  # fmt: skip


def people_of(s: StoryWriter, group: str) -> Iterable[Staff]:
    """The people of a team, a site or a role."""
    if group == "everybody":
        return s.cast.staff()
    if group == "heads":
        return s.heads()
    if group in TEAMS:
        return s.cast.team(group)
    if group in {"PA", "LV"}:
        return s.cast.staff(group)
    role, _, site = group.partition("@")
    return s.all(role, site or None)


def set_up_lists(s: StoryWriter) -> None:
    """Set up the company's mailing lists. Two of them are read by Finance."""
    s.mailing_list("all", "Everybody at Wherrymoor", s.cast.staff())
    s.mailing_list("heads", "Heads", s.heads())
    s.mailing_list("receipts", "Receipts", s.all("expenses clerk"))
    s.mailing_list("invoices", "Invoices", s.all("payables clerk"))
    s.mailing_list("lv", "Lake Verrin", s.cast.staff("LV"))
    for team in TEAMS:
        s.mailing_list(team.lower(), team, s.cast.team(team))
