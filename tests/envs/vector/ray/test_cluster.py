from typing import Any

import pytest

from gristmill.envs.vector.ray import cluster_session
from gristmill.errors import ClusterNotFoundError


@pytest.mark.ray
def test_the_error_for_an_address_without_a_cluster_says_what_to_do(ray: Any) -> None:
    with pytest.raises(ClusterNotFoundError, match="ray start --head"), cluster_session("127.0.0.1:1"):
        pass
    assert not ray.is_initialized()
