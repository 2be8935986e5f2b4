"""The past and the near future of a world in which people work together: a company, and stories about it.

Stories are written into mail, chat and shop together, without importing any of them: a story asks for orders
(`gristmill.apps.world.chronicle.OrderRequest`), which the shop's seed places, and then writes acts (`acts.py`),
which the seeds of mail and chat turn into their own rows. See `README.md` beside this file.
"""

from gristmill.apps.stories.storybook import prelude, script_of

__all__ = ["prelude", "script_of"]
