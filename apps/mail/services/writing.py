"""Mails that are being written and sent."""

SEND = "mail.send"
