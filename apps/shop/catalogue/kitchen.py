"""Kitchen & Dining."""

from gristmill.apps.shop.catalogue.colours import METALS, MUTED, NEUTRALS, WOODS
from gristmill.apps.shop.catalogue.kinds import DepartmentData, Kind, Scale

KITCHEN = DepartmentData(
    slug="kitchen",
    name="Kitchen & Dining",
    blurb="Pans, pots and tableware for everyday cooking and long dinners.",
    closings=(
        "Made to be used every day, not kept for guests.",
        "Goes from the stove to the table without looking out of place.",
        "{brand} has been making kitchenware like this for three generations.",
        "A good first piece for a new kitchen, and a good gift for an old one.",
    ),
    praise=(
        "Cleans up in seconds.", "It feels good in the hand and well balanced.",
        "It has become my morning companion.",
        "The finish is much nicer than I expected at this price.", "Even my mother asked where I bought it.",
        "It survived the dishwasher dozens of times.",
    ),
    gripes=(
        "It is a bit heavier than I thought.", "It stains if you leave it in the sink.",
        "The colour is duller than in the picture.", "There was a small mark on the base.",
        "I wish it came in a larger size.",
    ),
    kinds=(
        Kind(
            name="mug", shape="mug", low_usd=9, high_usd=24,
            styles=("Stoneware", "Enamel", "Porcelain", "Speckled"),
            scale=Scale(sizes=("250 ml", "350 ml", "450 ml"), step_percent=15), colours=MUTED,
            patterns=("plain", "stripes", "dots", "band"),
            openings=(
                "{A} mug with a handle wide enough for three fingers and a rim that is kind to your lip.",
                "The {line} is {a} mug that keeps coffee hot while you read the paper.",
            ),
            details=(
                "The glaze is mixed in small batches, so no two are quite the same.",
                "Its heavy base keeps it steady on an uneven desk.",
                "It stacks neatly, four high, in any cupboard.",
            ),
            highlights=("Safe in dishwasher and microwave", "Wide, comfortable handle", "Stackable",
                        "Lead-free finish", "Unglazed foot ring that does not slip"),
        ),
        Kind(
            name="frying pan", shape="pan", low_usd=29, high_usd=85,
            styles=("Cast Iron", "Carbon Steel", "Ceramic", "Hammered"),
            scale=Scale(sizes=("20 cm", "24 cm", "28 cm"), step_percent=22),
            tints=("Charcoal", "Black", "Slate"),
            colours=("Black", "Charcoal", "Cherry", "Teal", "Cream"), accents=METALS,
            openings=(
                "{A} frying pan that heats evenly to the edge and holds its heat when the food goes in.",
                "From crisp potatoes to slow onions, this {style} pan does most of the work on your stove.",
            ),
            details=(
                "The long handle stays cool and hangs from any hook.",
                "It works on gas, electric and induction, and goes into the oven up to 220 \u00b0C.",
                "A pouring lip on both sides suits left and right hands.",
            ),
            highlights=("For all stoves, induction included", "Oven-safe to 220 \u00b0C",
                        "Riveted steel handle",
                        "Pouring lip on both sides", "Ready seasoned or coated, no first-day smoke"),
        ),
        Kind(
            name="chef's knife", shape="knife", low_usd=35, high_usd=120,
            styles=("Forged", "Damask", "Stamped", "High-Carbon"),
            scale=Scale(sizes=("15 cm", "18 cm", "21 cm"), step_percent=18), tints=("Walnut", "Black", "Oak"),
            accents=("Steel", "Slate"),
            openings=(
                "{A} chef's knife with a gently curved edge that rocks through herbs and onions.",
                "One good knife replaces five poor ones, and the {line} is meant to be that knife.",
            ),
            details=(
                "The blade is hardened to 58 HRC, which keeps it sharp yet easy to hone.",
                "A full tang balances it exactly at the bolster.",
                "The handle is shaped for a pinch grip and does not slip when wet.",
            ),
            highlights=("Full tang, triple riveted", "Hardened to 58 HRC", "Comes with a blade guard",
                        "Hand wash recommended", "Ground and polished by hand"),
        ),
        Kind(
            name="water bottle", shape="bottle", low_usd=16, high_usd=38,
            styles=("Insulated", "Steel", "Double-Wall", "Slim"),
            scale=Scale(sizes=("500 ml", "750 ml", "1 l"), step_percent=20),
            colours=("Teal", "Coral", "Navy", "White", "Mustard", "Lilac", "Moss", "Black"),
            accents=("Steel", "Charcoal", "Cream"), patterns=("plain", "band", "waves", "stripes"),
            openings=(
                "{A} bottle that keeps water cold for a day and tea warm for an afternoon.",
                "Made for bags, bikes and bedside tables: {a} bottle that does not leak, even upside down.",
            ),
            details=(
                "The mouth is wide enough for ice cubes and a brush.",
                "A powder-coated outside gives grip and hides scratches.",
                "The screw cap has a loop that fits over two fingers.",
            ),
            highlights=("Leak-proof screw cap", "Cold for 24 hours, hot for 10",
                        "No plastic touches the drink",
                        "Fits most cup holders", "Wide mouth, easy to clean"),
        ),
        Kind(
            name="teapot", shape="teapot", low_usd=28, high_usd=72,
            styles=("Porcelain", "Cast Iron", "Stoneware", "Glazed"),
            scale=Scale(sizes=("600 ml", "1 l"), step_percent=28), colours=MUTED,
            patterns=("plain", "band", "dots"),
            openings=(
                "{A} teapot with a spout that pours without a single drip.",
                "Room for two patient drinkers or four quick ones: {a} teapot with a deep strainer.",
            ),
            details=(
                "The lid locks in place when you tilt the pot.",
                "The strainer lifts out, so the tea stops brewing when you want it to.",
                "Thick walls keep the second cup as warm as the first.",
            ),
            highlights=("Drip-free spout", "Removable steel strainer", "Locking lid",
                        "Dishwasher-safe without the strainer"),
        ),
        Kind(
            name="storage jar", shape="jar", low_usd=11, high_usd=30,
            styles=("Glass", "Ceramic", "Airtight", "Ribbed"),
            scale=Scale(sizes=("0.5 l", "1 l", "1.5 l"), step_percent=25),
            colours=("White", "Cream", "Sage", "Sky", "Rose"),
            accents=WOODS,
            openings=(
                "{A} jar for flour, rice, coffee or the biscuits nobody should find.",
                "This {style} jar closes with a soft click and keeps moths and moisture out.",
            ),
            details=(
                "The lid is turned from solid wood and sealed with a replaceable ring.",
                "Straight sides mean that a scoop reaches every corner.",
                "A small writable label is included.",
            ),
            highlights=("Airtight silicone seal", "Solid wooden lid", "Writable label included",
                        "Stackable in pairs", "Easy to scoop from"),
        ),
        Kind(
            name="mixing bowl", shape="bowl", low_usd=14, high_usd=42,
            styles=("Stoneware", "Enamel", "Bamboo", "Glazed"),
            scale=Scale(sizes=("18 cm", "22 cm", "26 cm"), step_percent=24),
            colours=(*NEUTRALS, "Mint", "Mustard"),
            patterns=("plain", "band", "stripes"),
            openings=(
                "{A} bowl that is deep enough to knead in and good-looking enough to serve from.",
                "For dough, salad and everything between: {a} bowl with a sure, heavy foot.",
            ),
            details=(
                "The rim has a lip that pours batter in a thin line.",
                "It nests with the other sizes of the {line} range.",
                "The inside is smooth, so nothing sticks to it.",
            ),
            highlights=("Pouring lip", "Nests with other sizes", "Scratch-resistant inside", "Non-slip foot"),
        ),
        Kind(
            name="cutting board", shape="board", low_usd=19, high_usd=58,
            styles=("End-Grain", "Long-Grain", "Reversible", "Oiled"),
            scale=Scale(sizes=("30 cm", "40 cm"), step_percent=30), colours=("Oak", "Walnut", "Ash"),
            accents=("Brass", "Charcoal"),
            openings=(
                "{A} board that is gentle on knives and heavy enough to stay put.",
                "Cut on one side, serve cheese on the other: the {line} asks only for a drop of oil.",
            ),
            details=(
                "A groove around the edge catches juice before it reaches the counter.",
                "The wood comes from offcuts of furniture making.",
                "A leather loop lets it hang and dry.",
            ),
            highlights=("Juice groove", "Solid wood, food-safe oil", "Leather hanging loop",
                        "Kind to knife edges"),
        ),
    ),
)  # fmt: skip
