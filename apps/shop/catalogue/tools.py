"""Tools & DIY."""

from gristmill.apps.shop.catalogue.kinds import DepartmentData, Kind, Scale

PAINTS = ("Cherry", "Mustard", "Navy", "Teal", "Graphite", "Forest")

TOOLS = DepartmentData(
    slug="tools",
    name="Tools & DIY",
    blurb="Tools that are a pleasure to own and to lend.",
    closings=(
        "Guaranteed for 15 years by {brand}.",
        "Built for trade, priced for homes.",
        "The {line} range is sold piece by piece, so you buy what you need.",
        "Spare parts fit in a letterbox and cost little.",
    ),
    praise=(
        "It feels solid and well balanced.", "It made a two-hour job into a twenty-minute one.",
        "The grip is comfortable, even with gloves.", "My father, a joiner, approves.",
        "Everything has its place.", "It has taken some knocks without complaint.",
    ),
    gripes=(
        "The latch is stiff.", "The paint scratches quickly.", "It is heavier than it needs to be.",
        "The case is a tight fit.", "It was greasy out of the box.",
    ),
    kinds=(
        Kind(
            name="toolbox", shape="toolbox", low_usd=29, high_usd=110,
            styles=("Steel", "Cantilever", "Site", "Rugged"),
            scale=Scale(sizes=("40 cm", "50 cm", "60 cm"), step_percent=25), colours=PAINTS,
            accents=("Steel", "Black", "Brass"),
            openings=(
                "{A} toolbox that opens wide and shows you everything at once.",
                "The {line} carries 20 kilos and can be stood on to reach the lamp.",
            ),
            details=(
                "The trays lift out.", "The latches close with a good, loud click.",
                "There is an eye for a padlock.",
            ),
            highlights=("Lift-out tray", "Carries 20 kg", "Eye for a padlock", "Soft-grip handle"),
        ),
        Kind(
            name="hammer", shape="hammer", low_usd=16, high_usd=52,
            styles=("Claw", "Joiner's", "Rubber", "Forged"),
            scale=Scale(sizes=("300 g", "450 g", "600 g"), step_percent=20),
            tints=("Ash", "Oak", "Cherry", "Navy"),
            accents=("Steel", "Slate", "Charcoal"),
            openings=(
                "{A} hammer whose weight does the work.",
                "Hang pictures or build a shed: the {line} lands where you look.",
            ),
            details=(
                "The face is ground slightly round, so it does not leave crescents.",
                "The handle takes up the shock.", "The head is fixed with a steel wedge.",
            ),
            highlights=("Absorbs shock", "Hardened face", "Head cannot come loose", "Hanging hole"),
        ),
        Kind(
            name="cordless drill", shape="drill", low_usd=69, high_usd=190,
            styles=("Compact", "Brushless", "Impact", "Two-Speed"),
            scale=Scale(sizes=("12 V", "18 V"), step_percent=35), colours=PAINTS,
            accents=("Charcoal", "Black", "Steel"),
            openings=(
                "{A} drill that fits into corners and still goes through brick.",
                "Screws in a hundred shelves on one charge: the {line} is small but not shy.",
            ),
            details=(
                "A light shows where you are drilling.", "The clutch has twenty steps.",
                "The chuck tightens by hand.",
            ),
            highlights=("Two batteries included", "LED work light", "20-step clutch",
                        "Charges in 45 minutes"),
        ),
        Kind(
            name="screwdriver set", shape="screwdriver", low_usd=19, high_usd=65,
            styles=("Precision", "Ratchet", "Insulated", "Magnetic"),
            scale=Scale(sizes=("6 pieces", "12 pieces"), step_percent=40, is_content=True), colours=PAINTS,
            accents=("Steel", "Slate"),
            openings=(
                "{A} screwdrivers for spectacles, sockets and everything that has come loose.",
                "The {line} set has the bit you need and a place to put it back.",
            ),
            details=(
                "The tips are hardened and do not round off.",
                "The handles are marked on the end, so you grab the right one.",
                "The stand can be screwed to a wall.",
            ),
            highlights=("Hardened tips", "Wall rack included", "Marked handles", "Non-slip grip"),
        ),
        Kind(
            name="tape measure", shape="tape", low_usd=9, high_usd=28,
            styles=("Pocket", "Wide", "Magnetic", "Auto-Lock"),
            scale=Scale(sizes=("3 m", "5 m", "8 m"), step_percent=30), colours=PAINTS,
            accents=("Lemon", "Cream", "White"),
            openings=(
                "{A} tape measure that stands out two metres before it bends.",
                "Measure twice, cut once, and let the {line} do the counting.",
            ),
            details=(
                "The hook grips from above and from below.", "The brake stops it before it snaps back.",
                "Numbers are printed on both sides.",
            ),
            highlights=("Printed on both sides", "Gentle return", "Belt clip", "Hook with magnet"),
        ),
    ),
)  # fmt: skip
