"""Office & Books."""

from gristmill.apps.shop.catalogue.colours import BRIGHTS, MUTED, WOODS
from gristmill.apps.shop.catalogue.kinds import DepartmentData, Kind, Scale

OFFICE = DepartmentData(
    slug="office",
    name="Office & Books",
    blurb="Paper, pens and good reading for desks of all sizes.",
    closings=(
        "Printed and bound on paper from well-kept forests.",
        "{brand} has supplied schools and studios for decades.",
        "It makes Monday a little better.",
        "Goes well with the rest of the {line} range.",
    ),
    praise=(
        "My desk looks tidy for the first time.", "The paper is a joy to write on.",
        "I use it every single day.", "Beautifully made, right down to the stitching.",
        "A present that was a great success.", "It is simple and does exactly what it should.",
    ),
    gripes=(
        "One corner was bent when it arrived.", "It is thinner than I thought.",
        "The cover marks easily.", "I expected it to be larger.", "It could do with better packaging.",
    ),
    kinds=(
        Kind(
            name="notebook", shape="notebook", low_usd=8, high_usd=29,
            styles=("Clothbound", "Spiral", "Lined", "Dotted"),
            scale=Scale(sizes=("A6", "A5", "A4"), step_percent=35), colours=(*BRIGHTS, "Navy", "Black"),
            accents=("Cream", "Mustard", "Coral", "Sage"), patterns=("plain", "band", "dots", "stripes"),
            openings=(
                "{A} notebook that lies flat on its first page and on its last.",
                "Lists, sketches, minutes of meetings: {a} notebook takes them all.",
            ),
            details=(
                "The paper is heavy enough for fountain pens.",
                "Two ribbons mark where you are and where you were.",
                "The pages are numbered, with room for an index.",
            ),
            highlights=("160 numbered pages", "Lies flat", "Two ribbons", "100 g paper",
                        "Pocket inside the cover"),
        ),
        Kind(
            name="fountain pen", shape="pen", low_usd=22, high_usd=95,
            styles=("Brass", "Resin", "Steel", "Piston"),
            scale=Scale(sizes=("Fine", "Medium", "Broad")),
            colours=("Black", "Navy", "Cherry", "Forest", "Cream", "Plum"),
            accents=("Brass", "Steel", "Copper"),
            openings=(
                "{A} fountain pen that starts at once, even after a week in a drawer.",
                "The {line} makes signing for a parcel feel like signing a treaty.",
            ),
            details=(
                "The nib is ground by hand.", "The cap closes with a quarter turn.",
                "It takes standard cartridges or ink from a bottle.",
            ),
            highlights=("Hand-ground nib", "Converter included", "Cap posts on the back",
                        "Comes in a card box"),
        ),
        Kind(
            name="cookbook", shape="book", low_usd=19, high_usd=45,
            styles=("Weeknight", "Vegetarian", "Baking", "Seaside"),
            tints=("Cherry", "Mustard", "Teal", "Fern", "Coral", "Cobalt"),
            accents=("Cream", "White", "Lemon"),
            scale=Scale(sizes=("Paperback", "Hardcover"), step_percent=35),
            patterns=("plain", "band", "dots", "stripes"),
            openings=(
                "A {style} cookbook with eighty recipes that work the first time.",
                "The {line} {style} cookbook explains not only how, but why.",
            ),
            details=(
                "Every recipe fits on a double page.", "Shopping lists are sorted by season.",
                "Photographs show the steps where words would not do.",
            ),
            highlights=("80 recipes", "A picture with every recipe", "Lies open on the counter",
                        "Index by ingredient"),
        ),
        Kind(
            name="field guide", shape="book", low_usd=15, high_usd=38,
            styles=("Woodland", "Coastal", "Garden", "Alpine"),
            tints=("Forest", "Sage", "Sky", "Ochre", "Plum"), accents=("Cream", "Lemon", "White"),
            patterns=("band", "waves", "plain"),
            scale=Scale(sizes=("Pocket", "Large"), step_percent=40),
            openings=(
                "{A} field guide to what grows, crawls and flies within an hour's walk.",
                "With the {line} {style} guide in your pocket, every walk takes twice as long.",
            ),
            details=(
                "Drawings show what to look for.", "Colour tabs take you to the right page in seconds.",
                "The cover shrugs off rain and tea.",
            ),
            highlights=("240 species", "Drawn from nature", "Rain-proof cover", "Colour tabs"),
        ),
        Kind(
            name="desk organiser", shape="organiser", low_usd=18, high_usd=62,
            styles=("Bamboo", "Felt", "Steel", "Modular"),
            colours=(*WOODS[:3], *MUTED[:4]), accents=("Coral", "Lemon", "Teal"),
            scale=Scale(sizes=("Small", "Large"), step_percent=45),
            openings=(
                "{A} organiser with a place for pens, clips, notes and one phone.",
                "The {line} turns a heap into a desk again.",
            ),
            details=(
                "The phone leans at the right angle for calls.", "The drawers run quietly on felt.",
                "Rubber feet keep it in place.",
            ),
            highlights=("Phone stand", "Six compartments", "Rubber feet", "Cable gap at the back"),
        ),
    ),
)  # fmt: skip
