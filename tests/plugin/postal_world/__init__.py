"""A third-party plugin: a kiosk, a post office and a notice board. They use every part of the contract and do
not import each other."""

from postal_world.board import BOARD
from postal_world.kiosk import KIOSK
from postal_world.post import POST

__all__ = ["BOARD", "KIOSK", "POST"]
