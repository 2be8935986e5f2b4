"""Home Textiles & Decor."""

from gristmill.apps.shop.catalogue.colours import BRIGHTS, MUTED, NEUTRALS, WOODS
from gristmill.apps.shop.catalogue.kinds import DepartmentData, Kind, Scale

HOME = DepartmentData(
    slug="home",
    name="Home & Textiles",
    blurb="Cushions, blankets, candles and the small things between.",
    closings=(
        "Woven and finished in a family mill.",
        "A quick way to make a rented room feel like home.",
        "The colours of the {line} range are chosen to go together.",
        "{brand} tests every batch for colour-fastness.",
    ),
    praise=(
        "So soft that the cat has claimed it.", "The colour is even nicer in daylight.",
        "It washed well and kept its shape.", "The stitching is neat all the way round.",
        "It pulls the whole room together.", "Thick, warm and not scratchy at all.",
    ),
    gripes=(
        "It sheds a little in the first weeks.", "It is thinner than I had imagined.",
        "The colour differs from what my screen showed.", "A seam came loose after the first wash.",
        "It creases easily.",
    ),
    kinds=(
        Kind(
            name="cushion", shape="cushion", low_usd=18, high_usd=52,
            styles=("Linen", "Velvet", "Boucl\u00e9", "Quilted"),
            scale=Scale(sizes=("40 x 40 cm", "50 x 50 cm", "60 x 60 cm"), step_percent=22), colours=MUTED,
            patterns=("plain", "stripes", "dots", "checks", "waves"),
            openings=(
                "{A} cushion, plump enough to lean on and soft enough to nap on.",
                "Throw it on the sofa, the window seat or the floor: {a} cushion is welcome anywhere.",
            ),
            details=(
                "A hidden zip lets you take off the cover for washing.",
                "The filling springs back after a good shake.",
                "Piped edges keep it in shape.",
            ),
            highlights=("Cover washable at 30 \u00b0C", "Hidden zip", "Feather-free filling", "Piped edges"),
        ),
        Kind(
            name="blanket", shape="blanket", low_usd=39, high_usd=140,
            styles=("Wool", "Cotton", "Waffle", "Mohair-Look"),
            scale=Scale(sizes=("130 x 170 cm", "150 x 200 cm"), step_percent=25), colours=MUTED,
            patterns=("stripes", "checks", "plain", "band"),
            openings=(
                "{A} blanket for the sofa, the balcony and the back seat of the car.",
                "Warm without weight: the {line} is {a} blanket you will argue about.",
            ),
            details=(
                "The fringe is knotted by hand.", "It is woven loosely so that it traps air and warmth.",
                "It folds small enough for a picnic basket.",
            ),
            highlights=("Hand-knotted fringe", "Gentle on skin", "Washable on the wool cycle",
                        "Warm yet light"),
        ),
        Kind(
            name="rug", shape="rug", low_usd=55, high_usd=190,
            styles=("Flatweave", "Tufted", "Jute", "Kelim"),
            scale=Scale(sizes=("80 x 150 cm", "120 x 180 cm", "160 x 230 cm"), step_percent=60),
            colours=MUTED,
            patterns=("stripes", "checks", "waves", "band"),
            openings=(
                "{A} rug that hides crumbs, muffles steps and warms bare feet.",
                "The {line} ties table, chairs and floor into one place to be.",
            ),
            details=(
                "Both sides are finished, so you can turn it over.", "It lies flat from the first day.",
                "The fibres are dyed before weaving and do not fade.",
            ),
            highlights=("Usable on both sides", "Suitable for heated floors", "Lies flat at once",
                        "Easy to vacuum"),
        ),
        Kind(
            name="towel", shape="towel", low_usd=12, high_usd=38,
            styles=("Terry", "Waffle", "Bamboo", "Hammam"),
            scale=Scale(sizes=("50 x 100 cm", "70 x 140 cm", "100 x 150 cm"), step_percent=50),
            colours=("White", "Sand", "Sage", "Sky", "Coral", "Navy", "Rose"),
            patterns=("plain", "band", "stripes"),
            openings=(
                "{A} towel that dries you, then dries itself.",
                "Thick where it should be and light where it can be: {a} towel for every day.",
            ),
            details=(
                "Double-stitched edges do not fray.", "The loops are long and thirsty.",
                "A loop at the short side keeps it on the hook.",
            ),
            highlights=("Absorbent, 500 g per square metre", "Hanging loop", "Washable at 60 \u00b0C",
                        "Double-stitched edges"),
        ),
        Kind(
            name="candle", shape="candle", low_usd=11, high_usd=36,
            styles=("Soy", "Beeswax", "Scented", "Rapeseed"),
            scale=Scale(sizes=("120 g", "220 g", "400 g"), step_percent=45, is_content=True),
            colours=("Cream", "Rose", "Sage", "Mustard", "Plum"),
            accents=("Brass", "Charcoal", "Cream"), patterns=("plain", "band"),
            openings=(
                "{A} candle that burns evenly down to the last spoonful of wax.",
                "Light the {line} and the room quietens down.",
            ),
            details=(
                "The wick is plain cotton and does not smoke.",
                "Its scent is there when you come in and gone when you get used to it.",
                "The glass makes a fine tumbler afterwards.",
            ),
            highlights=("Cotton wick", "Poured by hand", "Glass can be reused", "About 40 hours of light"),
        ),
        Kind(
            name="vase", shape="vase", low_usd=19, high_usd=75,
            styles=("Ceramic", "Fluted", "Glass", "Terracotta"),
            scale=Scale(sizes=("18 cm", "25 cm", "32 cm"), step_percent=35), colours=MUTED,
            patterns=("plain", "stripes", "band", "dots"),
            openings=(
                "{A} vase that flatters a single branch as much as a full bunch.",
                "Empty or full, the {line} is a good thing to have on a table.",
            ),
            details=(
                "The narrow neck holds stems upright.", "Its base is weighted against cats and elbows.",
                "The glaze runs a little differently on each piece.",
            ),
            highlights=("Waterproof glaze", "Weighted base", "Each piece slightly different",
                        "Felt pad underneath"),
        ),
        Kind(
            name="picture frame", shape="frame", low_usd=12, high_usd=48,
            styles=("Classic", "Slim", "Gallery", "Box"),
            scale=Scale(sizes=("A5", "A4", "A3"), step_percent=40), colours=WOODS,
            accents=("Cream", "Sage", "Navy", "Coral"),
            openings=(
                "{A} frame that keeps the eye on the picture.",
                "For holiday photos, children's art or a good poster: {a} frame with a clean mount.",
            ),
            details=(
                "It hangs or stands, upright or on its side.",
                "The glass is thin, clear and hard to scratch.",
                "Little turning clips open the back in a second.",
            ),
            highlights=("Mount included", "Hangs both ways", "Real glass", "Opens without tools"),
        ),
        Kind(
            name="basket", shape="basket", low_usd=16, high_usd=58,
            styles=("Seagrass", "Felt", "Willow", "Cotton Rope"),
            scale=Scale(sizes=("Small", "Medium", "Large"), step_percent=35), colours=NEUTRALS + BRIGHTS[:3],
            accents=("Cognac", "Cream", "Charcoal"), patterns=("weave",),
            openings=(
                "{A} basket that swallows blankets, toys or a week of laundry.",
                "The {line} makes tidying up a matter of one throw.",
            ),
            details=(
                "Two sturdy handles let you carry it full.",
                "It keeps its shape when empty and folds flat for storage.",
                "The weave is tight enough for small toys.",
            ),
            highlights=("Sturdy handles", "Folds flat", "Natural fibres", "No plastic lining"),
        ),
    ),
)  # fmt: skip
