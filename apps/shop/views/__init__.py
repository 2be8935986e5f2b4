"""The shop's pages: one blueprint per page family."""
