"""What mail calls its controls, in each wording; see `gristmill.apps.kit.labels`."""

from gristmill.apps.kit.labels import Labels

LABELS: Labels = {
    "archive": ("Archive", "Put away", "File away"),
    "bin": ("Delete", "Throw away", "Move to bin"),
    "compose": ("Compose", "New mail", "Write"),
    "draft": ("Save draft", "Keep as draft", "Keep unsent"),
    "search": ("Search", "Find", "Look up"),
    "search-box": ("Search mail", "Find in mail", "Look up mails"),
    "send": ("Send", "Send mail", "Send off"),
    "spam": ("Report spam", "This is spam", "Mark as spam"),
    "unread": ("Mark as unread", "Keep as new", "Set unread"),
}
