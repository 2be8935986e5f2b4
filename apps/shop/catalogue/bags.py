"""Bags & Shoes."""

from gristmill.apps.shop.catalogue.colours import BRIGHTS, LEATHERS, WEAR
from gristmill.apps.shop.catalogue.kinds import SHOES, DepartmentData, Kind, Scale

BAGS = DepartmentData(
    slug="bags",
    name="Bags & Shoes",
    blurb="What you carry things in and what carries you.",
    closings=(
        "The {line} range is made to be repaired, and {brand} will do it for you.",
        "It looks better with every month of use.",
        "Tested on commuters before it was sold to anyone.",
        "Each one is checked by hand before it leaves the workshop.",
    ),
    praise=(
        "It was comfortable from the first day.", "It has come through rain without a mark.",
        "The zips and seams are first class.", "It goes with everything I wear.",
        "I have walked miles with it and would walk more.", "The inside is as well made as the outside.",
    ),
    gripes=(
        "It needs a few weeks of wearing in.", "The smell takes some days to go away.",
        "A thread came loose at the seam.", "The colour rubs off a little at first.",
        "It is heavier than it looks.",
    ),
    kinds=(
        Kind(
            name="backpack", shape="backpack", low_usd=45, high_usd=150,
            styles=("Roll-Top", "Canvas", "Commuter", "Trail"),
            scale=Scale(sizes=("15 l", "20 l", "28 l"), step_percent=18), colours=WEAR, accents=LEATHERS,
            openings=(
                "{A} backpack that opens wide, so the thing you need is never at the bottom.",
                "The {line} carries a laptop, a lunch and a change of clothes without looking full.",
            ),
            details=(
                "A padded sleeve keeps a 15-inch laptop off the ground.",
                "The straps are curved and do not dig in.",
                "Two side pockets hold a bottle and an umbrella.",
            ),
            highlights=("Padded laptop sleeve", "Water-resistant fabric", "Two bottle pockets",
                        "Luggage strap at the back",
                        "Reflective loop for a light"),
        ),
        Kind(
            name="tote bag", shape="tote", low_usd=18, high_usd=70,
            styles=("Canvas", "Waxed", "Zipped", "Shopper"),
            colours=("Cream", "Navy", "Mustard", "Black", "Coral", "Sage", "Brick"), accents=LEATHERS,
            scale=Scale(sizes=("Medium", "Large"), step_percent=25),
            patterns=("plain", "stripes", "dots", "band"),
            openings=(
                "{A} tote for the market, the beach and the library, sometimes on one day.",
                "Strong enough for a week's shopping, {a} bag that folds to the size of a book.",
            ),
            details=(
                "The handles are long enough for a shoulder in a winter coat.",
                "A flat bottom lets it stand by itself.",
                "There is a small inner pocket for keys.",
            ),
            highlights=("Carries up to 15 kg", "Inner pocket for keys", "Stands on its own",
                        "Reinforced handles"),
        ),
        Kind(
            name="wallet", shape="wallet", low_usd=24, high_usd=80,
            styles=("Slim", "Folding", "Zipped", "Vegetable-Tanned"),
            colours=LEATHERS, accents=("Brass", "Steel", "Cherry"),
            openings=(
                "{A} wallet for six cards, some notes and nothing you do not need.",
                "The {line} is thin enough for a front pocket.",
            ),
            details=(
                "The edges are painted and burnished by hand.", "A pull tab brings up the cards one by one.",
                "The coin pocket opens wide and shuts tight.",
            ),
            highlights=("Room for six cards", "Blocks card readers", "Burnished edges",
                        "Comes in a cotton pouch"),
        ),
        Kind(
            name="running shoe", shape="shoe", low_usd=69, high_usd=165,
            styles=("Cushioned", "Trail", "Knit", "Light"),
            scale=SHOES, colours=(*BRIGHTS, "Black", "White", "Navy"),
            accents=("White", "Lemon", "Black", "Coral"),
            openings=(
                "{A} running shoe with a soft landing and a quick take-off.",
                "For the first kilometres or the last: {a} shoe that holds the heel and frees the toes.",
            ),
            details=(
                "The upper lets air in and keeps small stones out.", "The outsole grips wet pavement.",
                "The tongue is sewn in at the sides and stays in the middle.",
            ),
            highlights=("8 mm drop", "Breathable upper", "Reflective heel", "Outsole for wet pavement",
                        "Removable insole"),
        ),
        Kind(
            name="ankle boot", shape="boot", low_usd=89, high_usd=210,
            styles=("Chelsea", "Lace-Up", "Suede", "Hiking"),
            scale=SHOES, colours=LEATHERS, accents=("Charcoal", "Cream", "Black"),
            openings=(
                "{A} boot that is as good on cobbles as on carpets.",
                "The {line} is welted, so it can be resoled when you have worn it down.",
            ),
            details=(
                "The lining is soft leather from heel to toe.", "A rubber sole keeps out the wet.",
                "Pull tabs help you into it without a shoehorn.",
            ),
            highlights=("Can be resoled", "Leather lining", "Pull tabs", "Rubber sole with grip"),
        ),
    ),
)  # fmt: skip
