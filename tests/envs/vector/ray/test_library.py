import sys

import pytest

from gristmill.envs.vector.ray import RayVectorEnv, cluster_session, require_ray
from gristmill.errors import MissingExtraError


@pytest.fixture
def no_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if Ray were not installed."""
    monkeypatch.setitem(sys.modules, "ray", None)


@pytest.mark.usefixtures("no_ray")
@pytest.mark.parametrize(
    "use",
    [
        require_ray,
        lambda: cluster_session("local").__enter__(),
        lambda: RayVectorEnv("Shop-AddToCart-v0", engine="dom"),
    ],
    ids=["the module", "a cluster", "an environment"],
)
def test_without_ray_the_error_names_the_extra(use: object) -> None:
    assert callable(use)
    with pytest.raises(MissingExtraError, match=r"needs Ray.*pip install 'gristmill\[ray\]'"):
        use()
