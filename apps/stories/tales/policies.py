"""The rules of the company, each in force at one place: a mail or a pinned post. Older wordings can still be read."""

from datetime import date

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.rules import RULES
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.world.choice import WorldSize


@story("policies", size=WorldSize.SMALL, rank=20)
def policies(s: StoryWriter) -> Acts:
    """The rules on buying, money, rooms, secrets and guests, as they were sent or pinned."""
    yield
    buying(s)
    suppliers(s)
    odd_mails(s)
    secrets(s)
    trips(s)
    money_pins(s)
    place_pins(s)
    other_pins(s)


def buying(s: StoryWriter) -> None:
    """P1-P4 and P9, with the older and lower limits of last June."""
    controller, everybody = s.one("controller"), [s.list_of("all")]
    old, since = s.fact("P1 before", "$200", until="-29d 09:12"), spoken(date(2030, 6, 11))
    s.mail(
        controller, everybody, "-266d 10:40", f"Buying for Wherrymoor: limits from {since}",
        s.words("old limits", (
            "From today an order of up to {old} needs nobody's yes. Whatever costs more goes to your head first, in writing.",
            "Up to {old} an order is yours to place. Above it, write to your head and wait for the answer.",
            "Whoever needs something for {old} or less may simply order it; a dearer thing begins with a mail to the head.",
            "Orders to {old} are free of approval as of today, all others pass the head of your team in writing.",
            "Nobody has to ask for an order that stays at or below {old}. Everything above it wants your head's written yes.",
        ), old=old),
        key="old-limits", is_read=True,
    )  # fmt: skip
    low, high = s.fact("P1", "$150", since="-29d 09:12"), s.fact("P2", "$600", since="-29d 09:12")
    opening = s.words("new limits", (
        "The limits of last June cost us more than they saved, so here are new ones. They replace the old mail entirely.",
        "Please forget the limits that you know; these are the ones that hold from today, for every team and every site.",
        "January's card statement was longer than I like, and I have drawn a consequence. From today we buy like this.",
        "Three people asked me last week what the limit is, and all three had a different one in mind. It is now this.",
        "As agreed with the Directors, the limits for orders change today. The mail of last summer is void.",
    ))  # fmt: skip
    lines = "\n".join(f"- {rule(s, name, low=low, high=high)}" for name in ("P1", "P2", "P3", "P4"))
    s.mail(
        controller, everybody, "-29d 09:12", f"Buying for Wherrymoor: limits from {spoken(s.at('-29d').date())}",
        f"{opening}\n\n{lines}\n\n{rule(s, 'P9')}", key="limits", is_read=True,
    )  # fmt: skip


def spoken(day: date) -> str:
    """A day as titles name it: `3 February`."""
    return f"{day.day} {day:%B}"


def suppliers(s: StoryWriter) -> None:
    """P11 and P25."""
    head = s.one("head of Office")
    offers, days, gift = s.fact("P11", "$1,000"), s.fact("P11 days", 15), s.fact("P25", "$50")
    opening = s.words("suppliers", (
        "Twice this autumn we took the first offer because it was the first. Let us do it properly again.",
        "Some of you have asked how I weigh offers. There is no secret to it, and no scales either.",
        "Before the new year's contracts begin, a reminder of how we choose, so that nobody has to explain themselves later.",
        "A supplier complained, with some justice, that they never learned why they lost. So this is why anybody loses.",
        "This is how we choose suppliers; it applies to Lake Verrin as much as to us.",
    ))  # fmt: skip
    s.mail(
        head, [s.list_of("heads"), s.list_of("office")], "-106d 14:20", "How we choose suppliers",
        f"{opening}\n\n{rule(s, 'P11', offers=offers, days=days)}\n\n{rule(s, 'P25', gift=gift)}",
        key="suppliers", is_read=True,
    )  # fmt: skip


def odd_mails(s: StoryWriter) -> None:
    """P13, P23 and P29."""
    lead = s.one("on-call lead")
    opening = s.words("odd mails", (
        "We had a strange week, and more strange mails will come. Please keep to the following.",
        "Somebody nearly paid a bill to the wrong bank this month. It was caught by a phone call, so let that be the rule.",
        "A few words on mails that are not what they look like, since the last ones looked rather good.",
        "The filters stop much, not all. The rest is up to you, and it is not difficult.",
        "After the false courier and the false printer, here is what to do with the next false anything.",
    ))  # fmt: skip
    s.mail(
        lead, [s.list_of("all")], "-43d 11:30", "Odd mails, and what to do",
        f"{opening}\n\n{rule(s, 'P13')}\n\n{rule(s, 'P29')}\n\n{rule(s, 'P23')}",
        key="odd-mails", is_read=True,
    )  # fmt: skip


def secrets(s: StoryWriter) -> None:
    """P21, P22 and P26."""
    head = s.one("head of People")
    days = s.fact("P26 days", 30)
    opening = s.words("who may know", (
        "A candidate read about himself in a public channel before Christmas. He was kind about it; the next one may not be.",
        "Since we now have guests in the chat, I would like to write down what used to go without saying.",
        "New year, more people, more walls: a short note on what may be said where.",
        "Some things are nobody's fault and still should not happen twice, which is the reason for this mail.",
        "I was asked for a list of what is confidential. It is shorter than you may fear.",
    ))  # fmt: skip
    s.mail(
        head, [s.list_of("all")], "-50d 13:40", "Who may know what",
        f"{opening}\n\n{rule(s, 'P22')}\n\n{rule(s, 'P21')}\n\n{rule(s, 'P26', days=days)}",
        key="secrets", is_read=True,
    )  # fmt: skip


def trips(s: StoryWriter) -> None:
    """P15."""
    manager = s.one("office manager", "PA")
    fee = s.fact("P15", "$80")
    s.mail(
        manager, [s.list_of("all")], "-183d 10:25", "Trips",
        s.words("trips", (
            "Office books all trips, through Oxbower, also the short ones. If a change costs more than {fee}, I need your head's yes before I make it.",
            "Please do not book flights by yourselves: write to Office and Oxbower does the rest. Changes above {fee} wait for a yes from your head.",
            "Every ticket goes through Office and Oxbower from now on. Changing one is free to ask and often dear to do; above {fee} your head decides.",
            "Trips are booked by Office at Oxbower. I change them too, up to {fee} without a word, above that with a word from your head.",
            "Tell Office where you must be and when, Oxbower finds the way. For a change that costs more than {fee} bring your head's yes along.",
        ), fee=fee),
        key="trips", is_read=True,
    )  # fmt: skip


def money_pins(s: StoryWriter) -> None:
    """P5, P6, P8, P12 and P14, with the older pin on expenses."""
    clerk = s.one("expenses clerk")
    old = s.fact("P14 before", "$40", until="-36d 09:40")
    meals, nights, least, days = s.fact("P14", "$45"), s.fact("P14 lodging", "$160"), "$20", "30"
    s.post(
        "ask-money", clerk, "-204d 10:15", f"Expenses: meals to {old} a day, lodging to {nights} a night, no alcohol, a receipt from {least}.",
        key="old-expenses", pinned_by=clerk.id, pinned_at=s.at("-204d 10:16"), unpinned_at=s.at("-36d 09:41"),
    )  # fmt: skip
    example, within = s.fact("P8 subject", "Receipts February 2031: $412.80"), s.fact("P12", "$5")
    expenses = rule(s, "P14", meals=meals, nights=nights, least=least, days=days)
    pin(s, "ask-money", clerk, "-36d 09:40", expenses)
    pin(s, "ask-money", clerk, "-36d 09:52", rule(s, "P8", example=example))
    pin(s, "ask-money", clerk, "-36d 10:05", f"{rule(s, 'P5')} {rule(s, 'P6')}")
    pin(s, "ask-money", clerk, "-36d 10:20", rule(s, "P12", within=within))


def place_pins(s: StoryWriter) -> None:
    """P7, P18 and P19 for Cooperage House, P10 for whoever is away."""
    manager, chief = s.one("office manager", "PA"), s.one("chief of staff")
    for name, at in (("P7", "-312d 10:30"), ("P18", "-312d 10:41"), ("P19", "-312d 10:55")):
        pin(s, "port-ansley", manager, at, rule(s, name))
    pin(s, "who-is-away", chief, "-280d 11:10", rule(s, "P10", limit=s.fact("P10", "$600")))


def other_pins(s: StoryWriter) -> None:
    """P20, P24, P27 and P28."""
    partner, care, recruiter = s.one("people partner"), s.one("head of Care"), s.one("recruiter")
    pin(s, "announcements", s.one("chief of staff"), "-410d 10:05", rule(s, "P20"))
    pin(s, "care-desk", care, "-221d 11:20", rule(s, "P27", credit=s.fact("P27", "$250")))
    pin(s, "hiring-field", recruiter, "-46d 11:10", rule(s, "P28"))
    pin(s, "teacups", partner, "-390d 15:25", rule(s, "P24", share=s.fact("P24", "$15")))


def rule(s: StoryWriter, name: str, **facts: str) -> str:
    """One wording of a rule."""
    return s.words(name, RULES[name], by=None, **facts)


def pin(s: StoryWriter, channel: str, author: Staff, at: str, text: str) -> None:
    """Post a rule and pin it."""
    time = s.at(at)
    s.post(channel, author, at, text, pinned_by=author.id, pinned_at=time.replace(minute=time.minute + 1))
