"""Clothing."""

from gristmill.apps.shop.catalogue.colours import WEAR
from gristmill.apps.shop.catalogue.kinds import CLOTHES, DepartmentData, Kind, Scale

CLOTHING = DepartmentData(
    slug="clothing",
    name="Clothing",
    blurb="Layers for all weathers, cut to be worn for years.",
    closings=(
        "Cut for an easy fit; take your usual size.",
        "Sewn in small runs, with spare buttons and thread where they are needed.",
        "{brand} mends it free of charge for five years.",
        "Wears in rather than out.",
    ),
    praise=(
        "It fits as if it were made for me.", "The fabric feels far more expensive than it was.",
        "Warm without being bulky.", "It kept its shape through many washes.",
        "I get asked about the colour all the time.", "The seams are strong and tidy.",
    ),
    gripes=(
        "It runs a little small, so order a size up.", "The sleeves are on the long side.",
        "It lost some colour in the first wash.", "The label at the neck scratches.",
        "It creases more than I would like.",
    ),
    kinds=(
        Kind(
            name="jacket", shape="jacket", low_usd=79, high_usd=220,
            styles=("Waxed", "Quilted", "Rain", "Padded"),
            scale=CLOTHES, colours=WEAR, accents=("Brass", "Charcoal", "Cream", "Tan"),
            openings=(
                "{A} jacket for days that begin in drizzle and end in sunshine.",
                "The {line} is {a} jacket with pockets enough to leave your bag at home.",
            ),
            details=(
                "The collar stands up against wind and lies flat when you are indoors.",
                "A two-way zip makes cycling and sitting down more comfortable.",
                "The cuffs close with press studs that work with gloves on.",
            ),
            highlights=("Two-way zip", "Four outer pockets", "Wind- and water-resistant", "Adjustable cuffs",
                        "Inside pocket for a phone"),
        ),
        Kind(
            name="sweater", shape="sweater", low_usd=49, high_usd=140,
            styles=("Lambswool", "Cotton", "Cable-Knit", "Merino"),
            scale=CLOTHES, colours=WEAR, patterns=("plain", "stripes", "band", "dots"),
            openings=(
                "{A} sweater that goes over a shirt and under a coat with equal ease.",
                "Soft at the neck and dense in the body, the {line} is for eight months of the year.",
            ),
            details=(
                "It is knitted in the round, so there are no side seams to twist.",
                "The ribbing keeps its spring.", "Saddle shoulders leave room to move.",
            ),
            highlights=("Knitted without side seams", "Ribbed cuffs and hem", "Does not itch",
                        "Hand or wool wash"),
        ),
        Kind(
            name="t-shirt", shape="tshirt", low_usd=17, high_usd=42,
            styles=("Organic Cotton", "Pocket", "Slub", "Heavyweight"),
            scale=CLOTHES, colours=(*WEAR, "White", "Sky"), patterns=("plain", "stripes", "plain"),
            openings=(
                "{A} T-shirt with a neckline that does not go wavy after the third wash.",
                "Plain in the best way: the {line} is {a} T-shirt to buy in several colours.",
            ),
            details=(
                "The jersey is dense enough not to show through.", "Shoulder tape keeps the seams straight.",
                "It has been washed already, so the size you try is the size you keep.",
            ),
            highlights=("Pre-washed", "Taped shoulders", "Label printed, not sewn in", "Dense 180 g jersey"),
        ),
        Kind(
            name="trousers", shape="trousers", low_usd=45, high_usd=125,
            styles=("Chino", "Corduroy", "Linen", "Work"),
            scale=CLOTHES, colours=WEAR, accents=("Cognac", "Brass", "Black"),
            openings=(
                "{style} trousers with a straight leg and a waist that forgives lunch.",
                "The {line} are {style} trousers smart enough for work and tough enough for the garden.",
            ),
            details=(
                "The pockets are deep and made of strong twill.", "A gusset makes them easy to cycle in.",
                "They can be let down by four centimetres.",
            ),
            highlights=("Deep pockets", "Hem can be let down", "Gusset for movement", "Hidden coin pocket"),
        ),
        Kind(
            name="scarf", shape="scarf", low_usd=22, high_usd=75,
            styles=("Wool", "Ribbed", "Linen", "Brushed"),
            colours=WEAR, scale=Scale(sizes=("Short", "Long"), step_percent=20),
            accents=("Cream", "Mustard", "Navy", "Rose"),
            patterns=("stripes", "checks", "plain", "band"),
            openings=(
                "{A} scarf, long enough to wrap twice and thin enough to tuck in.",
                "One {line} on the hook by the door and winter is half as cold.",
            ),
            details=(
                "The ends are finished with a short fringe.", "It is brushed on one side for softness.",
                "The pattern looks good from both sides.",
            ),
            highlights=("Short fringe", "Same on both sides", "Soft on the neck", "Folds flat into a pocket"),
        ),
        Kind(
            name="beanie", shape="beanie", low_usd=14, high_usd=39,
            styles=("Ribbed", "Bobble", "Fisherman", "Merino"),
            colours=WEAR, patterns=("plain", "stripes", "band"), scale=Scale(sizes=("S/M", "L/XL")),
            openings=(
                "{A} beanie that covers the ears and stays where you put it.",
                "For early trains and late walks: {a} beanie with a deep turn-up.",
            ),
            details=(
                "The crown is shaped, so it sits well without a peak.", "It fits under a helmet.",
                "The yarn is spun from two plies and does not pill.",
            ),
            highlights=("Deep turn-up", "Fits under a helmet", "Double-layered over the ears",
                        "Does not pill"),
        ),
    ),
)  # fmt: skip
