"""What mail calls its controls, in each wording; see `gristmill.apps.kit.labels`."""

from gristmill.apps.kit.labels import Labels

LABELS: Labels = {
    "archive": ("Archive", "Put away", "File away"),
    "bin": ("Delete", "Throw away", "Move to bin"),
    "compose": ("Compose", "New mail", "Write"),
    "search": ("Search", "Find", "Look up"),
    "search-box": ("Search mail", "Find in mail", "Look up mails"),
    "spam": ("Report spam", "This is spam", "Mark as spam"),
    "unread": ("Mark as unread", "Keep as new", "Set unread"),
}
