"""What the chat calls its controls, in each wording; see `gristmill.apps.kit.labels`."""

from gristmill.apps.kit.labels import Labels

LABELS: Labels = {
    "attach": ("Attach a file", "Add a file", "Upload a file"),
    "browse-channels": ("Browse channels", "Find a channel", "All channels"),
    "draft": ("Save draft", "Keep for later", "Leave as draft"),
    "saved": ("Saved", "For later", "Kept"),
    "search": ("Search", "Find", "Look up"),
    "search-box": ("Search messages", "Find messages", "Look up messages"),
    "send": ("Send", "Post", "Say it"),
}
