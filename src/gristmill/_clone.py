"""The layers are reached by symlinks, which some working copies come without; this says so."""

from pathlib import Path

LAYERS = ("agents", "apps", "envs", "snapshots", "verifiers")


def require_symlinks(package: Path = Path(__file__).parent) -> None:
    """Every layer below `package` can be imported afterwards.

    Raises:
        ImportError: If a layer is not a folder: git without symlinks writes a text file in its place.
    """
    broken = [layer for layer in LAYERS if not (package / layer).is_dir()]
    if broken:
        raise ImportError(
            f"{', '.join(broken)} in {package}: expected a symlink to the folder of that name at the root "
            "of the repository, found something else. This working copy was made without symlinks. Run "
            "`git config core.symlinks true && git checkout -- src/gristmill` (on Windows turn on "
            "Developer Mode first), or install a wheel."
        )
