"""The rooms of the company's sites."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """A room for meetings."""

    name: str
    site: str
    seats: int

    @property
    def label(self) -> str:
        """As a list shows it."""
        return f"{self.name}, {self.site}, {self.seats} seats"


ROOMS = (
    Room(name="Sluice", site="Port Ansley", seats=4),
    Room(name="Lock", site="Port Ansley", seats=6),
    Room(name="Weir", site="Port Ansley", seats=8),
    Room(name="Ferry", site="Port Ansley", seats=14),
    Room(name="Pit", site="Lake Verrin", seats=5),
    Room(name="Loft", site="Lake Verrin", seats=10),
    Room(name="Spring", site="Halloway Springs", seats=6),
    Room(name="Pier", site="Oud Skerry", seats=6),
)
BY_NAME = {room.name: room for room in ROOMS}
