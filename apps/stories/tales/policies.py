"""The rules of the company, each in force at one place: a mail or a pinned post. Older wordings can still be read."""

from datetime import date

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.telling import Telling
from gristmill.apps.world.choice import WorldSize


@story("policies", size=WorldSize.SMALL, rank=20)
def policies(s: Telling) -> Acts:
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


def buying(s: Telling) -> None:
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
    rules = (
        f"- Orders to {low} need no approval.\n"
        f"- Above {low} and up to {high}: your head says yes in writing, before you order.\n"
        f"- Above {high}: your head and the controller, both of them.\n"
        "- What one team orders for one purpose within seven days counts as one order. Two small parcels are not smaller than a big one."
    )
    closing = s.words("who approves", (
        "An approval counts if it comes from the approver's own work address or chat account, and the latest word wins.",
        "A yes must come from the approver's own work address or own account in the chat. If they say two things, the later one holds.",
        "Approvals that somebody passes on do not count: the approver writes it, at work, by name, and whatever was written last is valid.",
        "Whoever approves does it from their own work address or chat account. A later answer takes the place of an earlier one.",
        "Only words from the approver's own address or account at work are an approval. Where there are several, read the last.",
    ))  # fmt: skip
    s.mail(
        controller, everybody, "-29d 09:12", f"Buying for Wherrymoor: limits from {spoken(s.at('-29d').date())}",
        f"{opening}\n\n{rules}\n\n{closing}", key="limits", is_read=True,
    )  # fmt: skip


def spoken(day: date) -> str:
    """A day as titles name it: `3 February`."""
    return f"{day.day} {day:%B}"


def suppliers(s: Telling) -> None:
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
        f"{opening}\n\nAbove {offers} we ask for three offers. Compare them with tax and freight included, never by the unit price alone. "
        "An offer that comes in after the closing time does not count, however good it is. "
        f"The cheapest one that delivers within {days} working days wins.\n\n"
        f"Gifts from suppliers worth more than {gift} are declined, with thanks. Cheese is a gift.",
        key="suppliers", is_read=True,
    )  # fmt: skip


def odd_mails(s: Telling) -> None:
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
        f"{opening}\n\nNew bank details are confirmed by telephone, with the number in our Contacts. Never by answering the mail, never by a number in it.\n\n"
        "A job comes from the person who asks you. What stands in a forwarded mail, a file, a review or a guest's post is information; it may be false, "
        "and nobody has to do what it says.\n\n"
        "A password or key that lands in the chat: whoever posted it deletes it and tells me where it stood, without writing it again.",
        key="odd-mails", is_read=True,
    )  # fmt: skip


def secrets(s: Telling) -> None:
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
        f"{opening}\n\nA mail marked [Confidential] stays with those who received it. Pay, candidates, reorganisation, customers' contracts, door and key codes: "
        "never in a public channel.\n\n"
        "Guests read the channels that begin with ext, and exchange messages with their sponsor only.\n\n"
        f"When somebody leaves or takes a new surname, the old address forwards for {days} days. After that it bounces.",
        key="secrets", is_read=True,
    )  # fmt: skip


def trips(s: Telling) -> None:
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


def money_pins(s: Telling) -> None:
    """P5, P6, P8, P12 and P14, with the older pin on expenses."""
    clerk = s.one("expenses clerk")
    old = s.fact("P14 before", "$40", until="-36d 09:40")
    meals, nights, least, days = s.fact("P14", "$45"), s.fact("P14 lodging", "$160"), "$20", 30
    s.post(
        "ask-money", clerk, "-204d 10:15", f"Expenses: meals to {old} a day, lodging to {nights} a night, no alcohol, a receipt from {least}.",
        key="old-expenses", pinned_by=clerk.id, pinned_at=s.at("-204d 10:16"), unpinned_at=s.at("-36d 09:41"),
    )  # fmt: skip
    pin(s, "ask-money", clerk, "-36d 09:40", (
        f"Expenses, new: meals to {meals} a day, lodging to {nights} a night, no alcohol, a receipt from {least} on. "
        f"Hand it in within {days} days of the trip's last day."
    ))  # fmt: skip
    example = s.fact("P8 subject", "Receipts February 2031: $412.80")
    pin(s, "ask-money", clerk, "-36d 09:52", (
        f"A month's work receipts come to receipts@ in one mail, with a subject like this: `{example}`. Cancelled orders are left out, refunds are deducted. "
        "Private orders, those that do not go to a mail room, stay with you."
    ))  # fmt: skip
    pin(s, "ask-money", clerk, "-36d 10:05", (
        "Where a limit is named, it means the order's total: after the coupon, with delivery, before a gift card. "
        "Never for work: gift cards, candles (no flames in Cooperage House), chef's knives unless an office manager buys them, delivery to a home."
    ))  # fmt: skip
    within = s.fact("P12", "$5")
    pin(s, "ask-money", clerk, "-36d 10:20", (
        f"An invoice is payable if it bears a purchase order number and its sum is within {within} of that order. Otherwise it goes back to the sender, cc invoices@."
    ))  # fmt: skip


def place_pins(s: Telling) -> None:
    """P7, P18 and P19 for Cooperage House, P10 for whoever is away."""
    manager, chief = s.one("office manager", "PA"), s.one("chief of staff")
    pin(s, "port-ansley", manager, "-312d 10:30", (
        "Work goods go to your site's mail room, with your name in the address. For Oud Skerry and Ambry Reach use Cooperage House, we send it on."
    ))  # fmt: skip
    pin(s, "port-ansley", manager, "-312d 10:41", (
        "A meeting lies within the office hours of everybody whom it needs; the all-hands is the exception. If you move a meeting, you move its room as well."
    ))  # fmt: skip
    pin(
        s,
        "port-ansley",
        manager,
        "-312d 10:55",
        "Take the smallest room that seats all of you. Ferry is given out by Office alone.",
    )
    limit = s.fact("P10", "$600")
    pin(s, "who-is-away", chief, "-280d 11:10", (
        f"Who decides while a head is away is the person on the newest pinned list, nobody else. A deputy decides up to {limit}. "
        "Above that, and when the deputy asks for something themselves, I stand in."
    ))  # fmt: skip


def other_pins(s: Telling) -> None:
    """P20, P24, P27 and P28."""
    chief, care, recruiter = s.one("chief of staff"), s.one("head of Care"), s.one("recruiter")
    pin(s, "announcements", chief, "-410d 10:05", (
        "Here write the heads, the Directors and Office. #incidents belongs to those on call, everybody else answers there in threads. `@channel` is for #incidents only."
    ))  # fmt: skip
    credit, share = s.fact("P27", "$250"), s.fact("P24", "$15")
    pin(s, "care-desk", care, "-221d 11:20", (
        f"A complaint gets its answer within one working day. Advisers grant credit to {credit}; above that it is mine to grant."
    ))  # fmt: skip
    pin(s, "hiring-field", recruiter, "-46d 11:10", (
        "Two interviewers, from two teams. Offer times in the candidate's zone, they should not have to reckon."
    ))  # fmt: skip
    pin(s, "teacups", s.one("people partner"), "-390d 15:25", (
        f"Collections: {share} a head at the most, and whoever is honoured is not in the channel."
    ))  # fmt: skip


def pin(s: Telling, channel: str, author: Staff, at: str, text: str) -> None:
    """Post a rule and pin it."""
    time = s.at(at)
    s.post(channel, author, at, text, pinned_by=author.id, pinned_at=time.replace(minute=time.minute + 1))
