"""A school trip whose day is corrected, with things to bring."""

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text, money


@story("school-trip", needs={"mail"})
def school_trip(s: StoryWriter) -> Acts:
    """The school writes the wrong day, then the right one; another parent asks when to pay."""
    yield
    desk = s.desk
    school = s.outsider("Millrace Road School, class four", "classfour@millraceroad.example")
    parent = s.outsider("Henrike Dalloway", "henrike.dalloway@quillfold.test")
    price = s.fact("price", money(s.between(14, 24) * 100))
    first = s.fact("lure", day_text(s.at("+10d").date()), until="-6d 15:30")
    second = s.fact("answer", day_text(s.at("+9d").date()), since="-6d 15:30")
    where = s.pick(("the bird island", "the old lime works", "the seal bank", "the lightship"))
    child = s.pick(("Juno", "Tobias", "Maud", "Emil", "Petra", "Anselm"))
    s.fact("child", child)
    form = s.file(
        "allergies.txt",
        "Name of the child:\nAllergies:\nMedicines carried:\nSignature of a parent:\n",
        None,
        "-12d 15:10",
    )
    private = {"email": desk.private_email}
    own = s.outsider(desk.name, private["email"])
    letter = s.mail(school, [own], "-12d 15:10", f"Trip to {where}", s.words("letter", (
        "Dear parents of class four,\n\non {day} we take the boat to {where}. It costs {price} a child, to be paid on the day. {child} will need a water bottle that closes, a field guide that may get wet, and shoes that are past saving. The form about allergies is attached; please send it back even if it stays empty.",
        "Dear families,\n\nclass four goes to {where} on {day}, whatever the weather thinks. Please give each child {price} in an envelope with a name on it, a bottle of water and, if you own one, a field guide. {child} has promised to bring the binoculars. The allergy form is attached.",
        "To the parents of class four\n\nOur trip to {where} is on {day}. The boat leaves early and does not wait. The price is {price}. In the rucksack: a bottle, a field guide, a sandwich that survives being sat on. Please fill in the form, also for {child}.",
        "Dear parents,\n\nas announced in the yard, the class visits {where}; the day is {day}. We collect {price} on board. What {child} should carry: water, a field guide for the report, a jacket. You will find a form about allergies with this letter.",
        "Good afternoon,\n\nclass four and its two teachers sail to {where} on {day} ({price} a head, in coins if you can). Water bottles and field guides are required, tablets are not. Without the attached form nobody sails, not even {child}.",
    ), day=first, where=where, price=price, child=child), files=(form,))  # fmt: skip
    s.mail(school, [own], "-6d 15:30", f"Trip to {where}: correction", s.words("correction", (
        "The boat is older than our calendar: it sails on {day}, a day earlier than we wrote. Everything else stays, and the guide should be a pocket edition.",
        "Please note the new day, {day}. The tide has overruled the school. Field guides in pocket size, the big ones drowned last year.",
        "We were one day out. The trip is on {day}; all the rest is as in the first letter, apart from the guide, which should fit into a pocket.",
        "Not the day that we told you but {day}. The ferryman apologises, and so do we.",
        "Correction: {day}. Do cross out the other date on the fridge. A pocket field guide is enough.",
    ), day=second), parent=letter)  # fmt: skip
    s.mail(parent, [own], "-1d 18:05", f"{child}'s class, the boat", s.words("other parent", (
        "I have lost the letter under a sledge. When do we pay, and how much was it?",
        "Do you know whether they want the money beforehand or on the boat? Mine says both.",
        "Hello from the other end of the street. When is the money for the trip due?",
        "When do we pay? My child says never, which cannot be right.",
        "Quick question over the fence: is it cash on the day, or did I miss a collection?",
    )))  # fmt: skip
    s.mail(school, [own], "+6m", f"Trip to {where}: seats", s.words("seats", (
        "The boat fills up with class five. Please let us know by noon whether your child sails.",
        "We count the children for the boat at noon today. A yes or no is enough.",
        "By midday the ferryman wants the number of children on the boat. Is yours among them?",
        "Too few seats, too many children, a decision at noon. Please answer.",
        "A short answer by noon, please: does your child come on the trip?",
    )), parent=letter)  # fmt: skip
