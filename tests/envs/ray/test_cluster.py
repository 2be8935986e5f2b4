import pytest

from gristmill.envs.ray import joined
from gristmill.errors import ClusterNotFoundError

ray = pytest.importorskip("ray")


def test_an_address_without_a_cluster_is_told_with_what_to_do() -> None:
    with pytest.raises(ClusterNotFoundError, match="ray start --head"), joined("127.0.0.1:1"):
        pass
    assert not ray.is_initialized()


def test_a_cluster_that_is_joined_already_is_not_left(ray_cluster: object) -> None:
    with joined("127.0.0.1:1"):
        pass
    assert ray.is_initialized()
