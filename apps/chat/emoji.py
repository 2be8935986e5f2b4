"""The emoji of the chat: short names, the characters that they stand for, and their place in the sprite."""

EMOJI: dict[str, str] = {
    "thumbsup": "👍",
    "heart": "❤️",
    "tada": "🎉",
    "eyes": "👀",
    "check": "✅",
    "joy": "😂",
    "smile": "🙂",
    "sad": "😢",
    "surprised": "😮",
    "thanks": "🙏",
    "clap": "👏",
    "wave": "👋",
    "fire": "🔥",
    "rocket": "🚀",
    "bulb": "💡",
    "coffee": "☕",
    "cake": "🍰",
    "question": "❓",
    "cross": "❌",
    "thumbsdown": "👎",
    "calendar": "📅",
    "house": "🏠",
    "ill": "🤒",
    "palm": "🌴",
}
"""By short name; the order is that of the drawings in `static/emoji.svg`."""

OTHERS = {
    "+1": "thumbsup", "-1": "thumbsdown", "white_check_mark": "check", "heavy_check_mark": "check",
    "laughing": "joy", "grin": "smile", "slightly_smiling_face": "smile", "pray": "thanks", "cry": "sad",
    "open_mouth": "surprised", "x": "cross", "no_entry": "cross", "sweat_smile": "joy", "party": "tada",
    "hearts": "heart", "birthday": "cake", "tea": "coffee", "teapot": "coffee", "✔": "check", "✓": "check",
    "😀": "smile", "😄": "smile", "😊": "smile", "😅": "joy", "🤣": "joy", "😭": "sad", "😬": "surprised",
    "🎂": "cake", "🫖": "coffee", "💯": "check", "🙌": "clap", "💙": "heart", "💚": "heart", "💛": "heart",
    "🥳": "tada", "🎈": "tada", "🤔": "question", "❗": "question", "🌞": "palm",
}  # fmt: skip
"""Names and characters that mean one of the above."""

_BY_CHARACTER = {character.rstrip("\ufe0f"): name for name, character in EMOJI.items()}
PLACES = {name: place for place, name in enumerate(EMOJI)}
LABELS = {
    "thumbsup": "thumbs up", "thumbsdown": "thumbs down", "check": "check mark", "tada": "party",
    "joy": "tears of joy", "bulb": "light bulb", "ill": "ill at home", "palm": "palm tree", "cross": "cross",
}  # fmt: skip


def name_of(text: str) -> str | None:
    """The short name of an emoji: of a name, with or without colons, or of a character; None if unknown."""
    key = text.strip().strip(":").rstrip("\ufe0f").rstrip("🏻🏼🏽🏾🏿")
    if key in EMOJI:
        return key
    return _BY_CHARACTER.get(key) or OTHERS.get(key)


def label(name: str) -> str:
    """How an emoji is read out."""
    return LABELS.get(name, name)
