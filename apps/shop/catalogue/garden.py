"""Garden & Balcony."""

from gristmill.apps.shop.catalogue.colours import METALS, MUTED
from gristmill.apps.shop.catalogue.kinds import LAYERS, DepartmentData, Kind, Scale

GARDEN = DepartmentData(
    slug="garden",
    name="Garden & Balcony",
    blurb="Pots, cans and tools for beds, balconies and window sills.",
    closings=(
        "It can stay outside all year.",
        "{brand} tests everything in its own walled garden.",
        "A present that gardeners do not already have.",
        "Part of the {line} range for small gardens.",
    ),
    praise=(
        "My tomatoes have never looked better.", "It came through the winter without a crack.",
        "It is sturdy and well balanced.", "It looks lovely on the balcony.",
        "The birds found it within a day.", "It makes watering a pleasure.",
    ),
    gripes=(
        "It is lighter than I thought, and the wind knows it.", "The paint chipped when I dropped it.",
        "The hole in the base was not drilled through.", "It rusts if you leave it in the rain.",
        "It is smaller than in the photo.",
    ),
    kinds=(
        Kind(
            name="plant pot", shape="pot", low_usd=12, high_usd=55,
            styles=("Terracotta", "Glazed", "Fibre-Clay", "Ribbed"),
            scale=Scale(sizes=("14 cm", "20 cm", "28 cm"), step_percent=45), colours=MUTED,
            accents=("Fern", "Forest", "Sage"),
            patterns=("plain", "band", "stripes", "dots"),
            openings=(
                "{A} pot with a saucer that catches what the roots do not want.",
                "Basil, fern or fig: whatever grows in it, the {line} shows it off.",
            ),
            details=(
                "The walls breathe, so the roots stay cool.", "A drainage hole comes ready drilled.",
                "Frost does it no harm when it stands on its feet.",
            ),
            highlights=("Saucer included", "Drainage hole", "Frost-proof", "Felt pads for indoor use"),
        ),
        Kind(
            name="watering can", shape="can", low_usd=19, high_usd=60,
            styles=("Zinc", "Enamel", "Long-Spout", "Steel"),
            scale=Scale(sizes=("1.5 l", "5 l", "9 l"), step_percent=30),
            colours=("Forest", "Sage", "Cream", "Coral", "Sky", "Black"),
            accents=METALS,
            openings=(
                "{A} watering can whose water lands where you point it.",
                "Full or empty, the {line} hangs level in the hand.",
            ),
            details=(
                "The rose comes off for seedlings and goes on again with half a turn.",
                "The opening is wide enough for any tap.", "The spout reaches to the back of the shelf.",
            ),
            highlights=("Removable brass rose", "Drip-free spout", "Rust-proof coating", "Balanced handle"),
        ),
        Kind(
            name="hand trowel", shape="trowel", low_usd=13, high_usd=38,
            styles=("Forged", "Stainless", "Deep", "Narrow"),
            tints=("Ash", "Oak", "Walnut"), accents=("Steel", "Copper", "Slate"),
            colours=("Ash", "Oak", "Forest", "Cherry"),
            openings=(
                "{A} trowel that goes into stony ground without bending.",
                "The {line} has a blade marked in centimetres, for bulbs that need their depth.",
            ),
            details=(
                "The handle is oiled and fits small hands too.", "A leather strap hangs it in the shed.",
                "The edge is ground and cuts through roots.",
            ),
            highlights=("Depth marks on the blade", "One piece from tip to tang", "Leather hanging strap",
                        "Guaranteed for 20 years"),
        ),
        Kind(
            name="bird house", shape="birdhouse", low_usd=24, high_usd=70,
            styles=("Cedar", "Painted", "Thatched", "Recycled"),
            scale=LAYERS, colours=("Sky", "Coral", "Sage", "Cream", "Mustard"),
            accents=("Walnut", "Slate", "Brick"),
            openings=(
                "{A} bird house with a front door the right size for tits and wrens.",
                "Hang the {line} facing east and wait for spring.",
            ),
            details=(
                "The floor lifts out for cleaning in autumn.", "Small gaps under the roof let air through.",
                "The wood is thick enough to keep the nest warm.",
            ),
            highlights=("Opens for cleaning", "32 mm entrance", "Weatherproof roof",
                        "Hook and screws included"),
        ),
        Kind(
            name="garden lantern", shape="lantern", low_usd=26, high_usd=95,
            styles=("Solar", "Storm", "Iron", "Folding"),
            scale=LAYERS, colours=("Black", "White", "Forest", "Rust", "Brass"), accents=("Lemon", "Mustard"),
            openings=(
                "{A} lantern that keeps its light steady in the wind.",
                "On steps, tables or a branch, the {line} makes the garden last longer than the day.",
            ),
            details=(
                "The glass panes slide out for cleaning.", "The ring on top swings freely.",
                "It takes a thick candle or the light that comes with it.",
            ),
            highlights=("Glass panes slide out", "Swinging carry ring", "Rust-proof", "Light included"),
        ),
    ),
)  # fmt: skip
