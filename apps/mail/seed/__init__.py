"""Seeds mail: accounts of everybody of the company, and the mails of the world's stories."""

from numpy.random import Generator

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.seed.accounts import seed_accounts
from gristmill.apps.stories import script_of
from gristmill.apps.world.world import World


def seed(world: World, rng: Generator) -> None:
    """Write mail's rows for the world's people and stories. Equal `rng`, equal rows."""
    script, sampler = script_of(world), Sampler(rng)
    seed_accounts(world, script, sampler)
