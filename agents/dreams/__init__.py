"""Dreams: environments that a program builds from logged episodes of another environment."""
