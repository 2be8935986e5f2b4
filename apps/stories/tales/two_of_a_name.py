"""A payables clerk and an installer with one family name, and what reaches the wrong one of them."""

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.world.choice import WorldSize


@story("two-of-a-name", needs={"mail"}, size=WorldSize.SMALL)
def two_of_a_name(s: StoryWriter) -> Acts:
    """Parcels and payslips go astray between two people whom only role and site tell apart."""
    yield
    clerk, installer = namesakes(s)
    payroll, lead, desk = s.one("payroll clerk"), s.one("shift lead"), s.desk
    s.fact("answer", f"{installer.name}, {installer.role}, {installer.email}")
    s.fact("lure", f"{clerk.name}, {clerk.role}, {clerk.email}")
    s.contact(clerk, installer)
    strayed = s.mail(s.one("mail-room keeper"), [clerk], "-13d 10:20", "Your parcel", s.words("parcel", (
        "There is a long box for you that rattles like bolts. It takes up half my counter, so please come down.",
        "A parcel with your family name on it leans by the scale. It is heavier than anything Finance has ever been sent.",
        "Your delivery has come: something iron, something oily. Bring a trolley and old sleeves.",
        "Somebody sends you four kilos of clamps. I do not ask, I only need the space.",
        "For you, a crate with a picture of a bridge. The driver was glad to be rid of it.",
    )))  # fmt: skip
    s.reply(clerk, strayed, "-13d 10:41", s.words("not mine", (
        "The only iron in my life is the stapler. That parcel belongs to the installer who bears my name.",
        "Not mine. Try my namesake with the van, he collects bridges.",
        "No parcel of mine: I ordered a cushion. Whoever ordered a crate of clamps drives for Field and is called as I am.",
        "The parcel is the other one's again; please send it on to Field with my regards.",
        "Wrong half of the family that we are not. The parcel wants to go to the installer.",
    ), by=clerk))  # fmt: skip
    slip = s.mail(installer, [clerk], "-7d 12:10", "pay slip", s.words("slip", (
        "my slip shows a bridge allowance for february but not for the night at the lock, can you look",
        "Could you tell me why the night work of the third week is missing on my slip?",
        "the number under travel is empty this month, did the form get lost",
        "There is a deduction for boots that I brought back. Whom do I ask, if not you?",
        "I think that my hours of the storm week have not arrived at your desk.",
    ), by=installer))  # fmt: skip
    s.reply(clerk, slip, "-7d 14:05", s.words("kindly", (
        "I pay invoices, not people, though I would gladly. Your slip is made by the payroll clerk, to whom I have passed this on.",
        "We share a name and nothing else; pay slips are made two desks from mine, by payroll. Good luck with the night work.",
        "You have met the wrong department. Payroll knows about slips and hours, I only know about castings.",
        "Kindly ask payroll about your slip. I would add the hours myself, but they do not let me near that drawer.",
        "Not my table, but I have walked your question over to payroll, and they nodded.",
    ), by=clerk), cc=(payroll,))  # fmt: skip
    s.post("workshop-floor", lead, "-4d 11:20", s.words("the one with the van", (
        "When I say {family} I mean the one with the van, not the one with the ledgers",
        "clamps go to {family} of Field. Finance has no use for them",
        "Two people answer to {family}. On this floor it is always the one in rubber boots",
        "{family} (the wet one) picks up the brackets on Thursday",
        "for the tool list: {family} means our installer, write it down somewhere",
    ), by=lead, family=clerk.family))  # fmt: skip
    asker = next(each for each in s.all("dispatcher") + s.all("head of Field") if each.id != desk.id)
    if desk.id not in {clerk.id, installer.id}:
        s.mail(asker, [desk], "-1d 13:05", "Clamp list", s.words("send it", (
            "Please send the clamp list to {family}, who drives to the bridges with it tomorrow. I have it only on paper.",
            "Could you let {family} have the clamp list? The van leaves early and I would like it to leave informed.",
            "One favour: the list of clamps, to {family}, before the van is loaded.",
            "{family} needs the clamp list for tomorrow's round; it lies with you since the stock count.",
            "If you still have the list of clamps, {family} is waiting for it with the engine running.",
        ), by=asker, family=clerk.family))  # fmt: skip
        s.mail(clerk, [asker], "+6m", "Not me again", s.words("not me again", (
            "Before it happens: whatever is about clamps is not for me.",
            "I hear that a list is on its way to my name. It should be on its way to the other one's.",
            "Somebody at the coffee machine promised me a list of clamps. Please promise it to the installer.",
            "If a clamp list reaches me I shall pay it. You have been warned.",
            "Kindly keep the clamps away from my inbox today, it is month end.",
        ), by=clerk))  # fmt: skip


def namesakes(s: StoryWriter) -> tuple[Staff, Staff]:
    """The payables clerk and the installer who share a family name."""
    installers = s.all("installer")
    for clerk in s.all("payables clerk"):
        for installer in installers:
            if clerk.family == installer.family:
                return clerk, installer
    raise LookupError("Nobody shares a family name.")
