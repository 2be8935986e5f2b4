"""Search: the grammar of queries, and their evaluation over mails."""
