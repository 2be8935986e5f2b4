import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from gristmill.apps import kit
from gristmill.entries import entries, write_index


@pytest.mark.parametrize("name", kit.FACADE)
def test_each_name_is_the_one_of_its_module(name: str) -> None:
    assert getattr(kit, name) is getattr(import_module(f"gristmill.{kit.FACADE[name]}"), name)


def test_no_name_is_that_of_a_module_of_the_kit() -> None:
    for name in kit.FACADE:
        with pytest.raises(ModuleNotFoundError):
            import_module(f"gristmill.apps.kit.{name}")


def test_an_unknown_name_is_an_error_and_all_names_are_listed() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        kit.nonsense  # noqa: B018
    assert set(kit.FACADE) <= set(dir(kit))
    assert len(kit.FACADE) <= 40


def test_importing_the_kit_loads_no_flask(tmp_path: Path) -> None:
    write_index(
        tmp_path / "gristmill", entries(), {}, []
    )  # without one, importing gristmill loads app clones
    code = "import sys; from gristmill.apps.kit.sampling import Sampler; print('flask' in sys.modules)"
    environ = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"
