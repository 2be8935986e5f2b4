"""Toys & Games."""

from gristmill.apps.shop.catalogue.colours import BRIGHTS
from gristmill.apps.shop.catalogue.kinds import LAYERS, DepartmentData, Kind, Scale

TOYS = DepartmentData(
    slug="toys",
    name="Toys & Games",
    blurb="For rainy afternoons and whoever is still a child.",
    closings=(
        "Painted with colours that are safe to chew.",
        "Tested by the children of everyone at {brand}.",
        "Good for one child, better for two.",
        "It is likely to be handed down.",
    ),
    praise=(
        "Our daughter has not put it down since.", "It survives being thrown, and it has been thrown a lot.",
        "The colours are bright and cheerful.", "Even the grandparents joined in.",
        "Everything is smooth, with no sharp edges.", "It kept three children quiet for an hour.",
    ),
    gripes=(
        "One piece was missing from the box.", "It was over too quickly.",
        "The box tore on the first day.", "It is smaller than we expected.",
        "The rules could be explained better.",
    ),
    kinds=(
        Kind(
            name="building blocks", shape="blocks", low_usd=19, high_usd=70,
            styles=("Beech", "Rainbow", "Alphabet", "Magnetic"),
            scale=Scale(sizes=("24 pieces", "48 pieces", "96 pieces"), step_percent=55, is_content=True),
            tints=BRIGHTS,
            accents=("Lemon", "Sky", "Coral", "Fern"),
            openings=(
                "{style} building blocks for towers, castles and very long walls.",
                "Open the bag, empty it on the floor, and the {line} blocks do the rest.",
            ),
            details=(
                "They are cut to the millimetre and stack high.", "The cotton bag doubles as a play mat.",
                "They fit the other {line} sets.",
            ),
            highlights=("Cotton bag included", "Smooth, rounded edges", "From 18 months",
                        "Water-based paint"),
        ),
        Kind(
            name="plush animal", shape="plush", low_usd=16, high_usd=48,
            styles=("Bear", "Fox", "Otter", "Badger"),
            scale=LAYERS, colours=("Tan", "Rust", "Oat", "Slate", "Rose"), accents=("Cream", "White", "Oat"),
            openings=(
                "A plush {style} with a soft belly and a patient look.",
                "The {line} {style} likes long car journeys and does not snore.",
            ),
            details=(
                "The eyes are embroidered.", "It goes into the washing machine and comes out smiling.",
                "Its arms are long enough to hug back.",
            ),
            highlights=("Machine washable", "Embroidered eyes", "From birth", "Filled with recycled fibre"),
        ),
        Kind(
            name="jigsaw puzzle", shape="puzzle", low_usd=12, high_usd=36,
            styles=("Harbour", "Botanical", "Night Sky", "Village"),
            scale=Scale(sizes=("100 pieces", "500 pieces", "1000 pieces"), step_percent=30, is_content=True),
            tints=BRIGHTS,
            accents=("Lemon", "Cream", "Teal", "Coral"),
            openings=(
                "A {style} puzzle in which no two pieces are alike.",
                "The {line} puzzle takes a rainy weekend and a large table.",
            ),
            details=(
                "The board is thick and does not fray.", "A poster of the picture is included.",
                "The matt print does not mirror the lamp.",
            ),
            highlights=("Thick blue board", "Poster included", "No two pieces alike", "Linen-cotton bag"),
        ),
        Kind(
            name="toy train", shape="train", low_usd=24, high_usd=80,
            styles=("Wooden", "Pull-Along", "Magnetic", "Stacking"),
            scale=Scale(sizes=("3 wagons", "5 wagons"), step_percent=35), colours=BRIGHTS,
            accents=("Lemon", "Cherry", "Birch", "Navy"),
            openings=(
                "{A} train that carries blocks, bears and biscuits.",
                "All aboard: the {line} goes under the sofa and out on the other side.",
            ),
            details=(
                "The wagons couple with magnets.", "The wheels run straight on carpet.",
                "The parts come off for stacking and sorting.",
            ),
            highlights=("Magnetic couplings", "Solid wood", "From two years", "Fits common wooden tracks"),
        ),
        Kind(
            name="kite", shape="kite", low_usd=18, high_usd=55,
            styles=("Diamond", "Delta", "Stunt", "Pocket"),
            colours=BRIGHTS, accents=("Lemon", "Cherry", "Navy", "White"),
            patterns=("plain", "stripes", "dots"),
            scale=Scale(sizes=("80 cm", "120 cm"), step_percent=40),
            openings=(
                "{A} kite that climbs in the lightest breeze.",
                "The {line} needs a field, a little wind and somebody to run.",
            ),
            details=(
                "The spars are fibreglass and bend rather than break.", "The tail keeps it calm in gusts.",
                "It is put together in a minute.",
            ),
            highlights=("30 m of line on a reel", "Ripstop fabric", "Fibreglass spars", "Carry bag included"),
        ),
    ),
)  # fmt: skip
