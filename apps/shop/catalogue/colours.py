"""The one place that says which colour a colour name is."""

from gristmill.errors import UnknownNameError

COLOURS = {
    "White": "#f4f2ec", "Cream": "#efe3c8", "Oat": "#dccdb0", "Sand": "#d3b88c", "Stone": "#b3aa9c",
    "Slate": "#64727d", "Graphite": "#4a4d52", "Charcoal": "#3a3b40", "Black": "#26272b", "Steel": "#a9b3ba",
    "Navy": "#27406b", "Denim": "#4c6c96", "Cobalt": "#2c5fc0", "Sky": "#86b8dc", "Teal": "#2a8284",
    "Mint": "#9ed3bd", "Sage": "#9caf8b", "Moss": "#6f7f3f", "Fern": "#4f8a4c", "Forest": "#2f5a43",
    "Lemon": "#f0d457", "Mustard": "#d3a02c", "Ochre": "#c1852f", "Tan": "#c09264", "Cognac": "#9a5a30",
    "Clay": "#c1714f", "Rust": "#ad4f2a", "Coral": "#ec7f68", "Brick": "#9d3f35", "Cherry": "#bf2f42",
    "Rose": "#dd9aa5", "Lilac": "#b5a1d1", "Plum": "#6d3f66", "Birch": "#e2c9a0", "Oak": "#c79d64",
    "Ash": "#d8c4a4", "Walnut": "#76502f", "Brass": "#c9a24a", "Copper": "#bd7646",
}  # fmt: skip

BACKGROUNDS = {
    "Linen": "#f5f0e7", "Mist": "#eaf0f3", "Blush": "#f8ecea", "Dew": "#ecf3ea", "Cloud": "#f1f1f4",
    "Butter": "#faf4e0", "Haze": "#f0ecf5",
}  # fmt: skip

WOODS = ("Birch", "Oak", "Ash", "Walnut", "Black", "White")
METALS = ("Brass", "Copper", "Steel", "Black", "White")
NEUTRALS = ("White", "Cream", "Oat", "Stone", "Slate", "Charcoal", "Black")
MUTED = ("Cream", "Oat", "Sage", "Moss", "Clay", "Slate", "Navy", "Mustard", "Rose", "Teal")
BRIGHTS = ("Cherry", "Coral", "Lemon", "Fern", "Teal", "Sky", "Cobalt", "Lilac")
WEAR = ("Black", "Charcoal", "Navy", "Denim", "Forest", "Moss", "Rust", "Plum", "Cream", "Mustard", "Brick")
TECH = ("Black", "Graphite", "White", "Steel", "Navy", "Sage", "Coral")
LEATHERS = ("Cognac", "Tan", "Black", "Walnut", "Navy")


def colour_hex(name: str) -> str:
    """The `#rrggbb` of a colour or background name.

    Raises:
        UnknownNameError: there is no such colour.
    """
    found = COLOURS.get(name) or BACKGROUNDS.get(name)
    if found is None:
        raise UnknownNameError("colour", name, COLOURS)
    return found
