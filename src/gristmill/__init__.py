"""Resettable web app clones as Gymnasium environments, scored by programs.

Importing this registers every task family of every installed app clone with Gymnasium.
"""

from importlib.metadata import version

from gristmill._clone import require_symlinks

require_symlinks()

from gristmill.registration import register_all  # noqa: E402 - the parts are reached by symlinks

__version__ = version("gristmill")

register_all()
