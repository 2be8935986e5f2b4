"""The registry of mail's task families, and what the audit need not find in their final states."""

from gristmill.apps.base import TaskRegistry

TASKS = TaskRegistry(
    "mail",
    equivalent={
        ("mail_draft", "kind"): "how the form was opened; what it answers and whom it reaches are judged",
        ("mail_draft", "thread_id"): "follows from the mail that it answers",
        ("mail_draft", "subject"): "the writer's choice where the goal dictates none",
        ("mail_draft", "sender_email"): "any own address, where the goal names none",
        ("mail_draft", "markup"): "how the text looks",
        ("mail_draft", "signature_id"): "a signature is no part of what is asked",
        ("mail_outgoing", "due_at"): "until when a sent mail can be taken back; scheduled ones are judged",
        ("mail_message", "message_id"): "made of its number and the time at which it left",
        ("mail_entry", "left_folder"): "where it would be restored to depends on the way that was taken",
        ("terms", "matter.title"): "the subject is the writer's choice",
    },
)
