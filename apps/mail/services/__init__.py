"""What the views of mail share: queries and changes of several rows. They take a session or a world."""
