"""The pages of mail: one blueprint per family."""
