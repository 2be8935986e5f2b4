"""Events of the chat: what others post and change as the world's clock advances."""

from gristmill.apps.world.handlers import Handler

HANDLERS: dict[str, Handler] = {}
