"""A move to a new flat: the day, the number of the house, and two orders on their way."""

from typing import Any

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text

STREETS = ("Ropewalk", "Tanner Row", "Lantern Hill", "Eel Pie Lane", "Saltcote Street", "Quarryman's Steps")


@story("moving-house", needs={"mail"})
def moving_house(s: StoryWriter) -> Acts:
    """The landlord mends a number; of two orders the smaller has left for the old flat, the other can be changed."""
    desk = s.desk
    shelf = s.order("shelf", desk, "-1d 08:10", ("shelf", 1), ship_to="Home", status="processing")
    small = s.order(
        "small", desk, "-1d 08:14", ("picture frame", 1), ship_to="Home", status="shipped", delivery="express"
    )
    yield
    street, house = s.pick(STREETS), s.between(13, 79)
    swapped = int(str(house)[::-1]) if str(house)[0] != str(house)[1] and str(house)[1] != "0" else house + 10
    wrong = s.fact("lure", f"{swapped} {street}", until="-1d 19:44")
    right = s.fact("answer", f"{house} {street}", since="-1d 19:44")
    words: dict[str, Any] = {
        "street": street, "wrong": wrong, "right": right, "rent": s.fact("number of the house", house),
        "first": s.fact("keys, at first", day_text(s.at("+4d").date()), until="-8d 10:30"), "day": s.fact("keys", day_text(s.at("+5d").date())),
        "shelf": s.fact("shelf", shelf.placed.lines[0].product) if shelf.placed else "the shelf", "small": s.fact("small order", small.placed.number) if small.placed else "the frame",
    }  # fmt: skip
    own = s.outsider(desk.name, desk.private_email)
    landlord = s.outsider("Tolliver Lets", "keys@tolliverlets.example")
    lease = s.mail(landlord, [own], "-15d 11:10", f"Your new flat in {street}", "\n\n".join((
        s.words("lease", (
            "Thank you for returning the lease with all pages and only one coffee ring. The flat in {street} is yours. The painters have finished; the colour in the hall is called oyster, and you may repaint it in anything that has a name. The boiler was serviced in autumn by a man who hums, and he says that it will outlive us.",
            "We are glad that you take the flat in {street}. Since our last talk the window in the kitchen has got a new sash, the loft has lost its wasps, and the neighbours on the first floor have been told about you in a friendly way. They own a harp. It is played on Sundays and very quietly, like a confession.",
            "The papers are signed on our side as well, so you are now the tenant of the flat in {street}. A few things that are not in the lease: the third stair gives, the letter box wants to be pulled and then pushed, and the view of the estuary is best when one stands on the bath.",
            "Your deposit has arrived and your flat in {street} waits for you. The previous tenant has left curtains and a good reputation. Bins go out on Mondays; there is a yard in which bicycles live in peace, and a cat that belongs to all of us and to none.",
            "Herewith we confirm your tenancy in {street}. It is a quiet house apart from the gulls, for which we are not liable (page four). The chimney may be used, the balcony may be stood upon by two people at a time, and the cellar is dry from May to the first rain.",
        ), **words),
        s.words("keys", (
            "You get the keys on {first} in the morning, at the flat, from our Mr Tolliver himself, who likes to explain the tap. Please bring a paper with your name on it. We read the meters together and write the figures on the door frame, as has been done since the house was built. Should you have things delivered beforehand, the baker on the corner takes parcels in, if they are not alive and not too heavy.",
            "Keys are handed over on {first} between breakfast and lunch. There are three: house, flat and one that fits nothing but must not be lost. We would ask you to have your removal van stand on the side of the sea wall, since the other side belongs to a funeral firm. Any questions before that day, please by mail; our telephone is answered by a nephew.",
            "We meet on {first} at the door for the keys, about ten. Please have a look at the inventory before, it lists eleven hooks and we found twelve, the odd one is a present. The moving lift can be rented from the chandler. Your name for the bell should be sent to us in the spelling that you prefer, as the engraver is a slow and final man.",
            "The day for the keys is {first}. Half an hour should be enough, unless you want to see the cellar, which takes courage and boots. Your old landlord has written kindly about you, and we have pinned it up. For the bell and the letter box we need your name, and for the file the address of whoever is to be rung if the bath overflows.",
            "On {first} the keys change hands; come after nine, and bring the second copy of the lease. The gas must be registered in your name on the same day, for which there is a form with a duck on it. If you order furniture, tell the carrier that the stairs turn twice and that the window on the landing comes out.",
        ), **words),
    )), labels=("Private",))  # fmt: skip
    s.reply(landlord, lease, "-8d 10:30", s.words("a day later", (
        "The floor of your flat needs one more night to dry, so the keys come a day later, on {day}.", "May we hand over the keys on {day} instead? Mr Tolliver is best man on the day before.", "A small shift: keys on {day}, same hour. The varnish asks for it.",
        "Please come for the keys on {day}, a day after what we had said. The flat will be the drier for it.", "We have to move the keys to {day}. The flat is ready, we are not.",
    ), **words), to=(own,))  # fmt: skip
    s.mail(landlord, [own], "-1d 19:30", "Your address, for the post", s.words("wrong number", (
        "For the post and your parcels: it is {wrong}, second floor. The bell has your name since today.", "You asked for the exact address of the flat. {wrong}, the door with the brass fish.", "Please tell people to write to {wrong}; without the number the postman goes to the pub.",
        "Your post is best sent to {wrong}. The box has been oiled.", "The address in full is {wrong}, Port Ansley, and the floor is the second.",
    ), **words))  # fmt: skip
    s.mail(landlord, [own], "-1d 19:44", "Re: Your address, for the post", s.words("right number", (
        "My fingers were in a hurry: it is {right}, of course. The other house is a dentist's.", "Correction, {right}. I have lived in this street for fifty years and still do that.", "Please strike the address of a moment ago, yours is {right}.", "{right}! Not what I wrote before. Excuse an old man and his spectacles.",
        "I turned the number about. {right} is where you live.",
    ), **words))  # fmt: skip
    s.mail(own, [friend()], "-1d 20:05", "Sunday", s.words("friend", (
        "Keys on {day}, would you carry the other end of {shelf}? It is ordered, and goes to the new flat once I have told the shop so.", "I move on {day}. There is a shelf coming, {shelf}, and two stairs with a bend. You have been chosen.", "Are you free on {day}? I have boxes, a shelf on order and no sense of proportion.",
        "Come on {day} and see the estuary from my bath. You may bring a drill for {shelf}.", "On {day} I get the keys. {shelf} is bought, the wall is there, what is missing is somebody who can measure.",
    ), **words), private=True)  # fmt: skip
    asker = s.one("recruiter") if desk.role != "recruiter" else s.one("payroll clerk")
    s.mail(asker, [desk], "+6m", "Your new address for our files", s.words("people ask", (
        "I hear from the kitchen that you are moving. Could you send me your new address for the file?", "People needs your new address before the pay run. A line is enough, no map.", "Which address should I write into your file from next week on?", "You move, says the rumour. Where to, so that your letters find you?",
        "For our records: your new address, please, with the number of the house.",
    ), by=asker))  # fmt: skip


def friend() -> Address:
    """Who helps to carry."""
    return Address(name="Corin Applegarth", email="corin.applegarth@quillfold.test")
