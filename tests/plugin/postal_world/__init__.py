"""A stranger's plugin: a kiosk and a post office, which use every part of the contract and never import
each other."""

from postal_world.kiosk import KIOSK
from postal_world.post import POST

__all__ = ["KIOSK", "POST"]
