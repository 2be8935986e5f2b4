"""Checks that the symlinks to the layers exist; working copies without symlink support lack them."""

from pathlib import Path

LAYERS = ("agents", "apps", "envs", "snapshots", "verifiers")


def require_symlinks(package: Path = Path(__file__).parent) -> None:
    """Check that every layer below `package` can be imported.

    Raises:
        ImportError: a layer is not a directory: git without symlinks writes a text file in its place.
    """
    broken = [layer for layer in LAYERS if not (package / layer).is_dir()]
    if broken:
        raise ImportError(
            f"{', '.join(broken)} in {package}: expected a symlink to the folder of that name at the root "
            "of the repository, found something else. This working copy was made without symlinks. Run "
            "`git config core.symlinks true && git checkout -- src/gristmill` (on Windows turn on "
            "Developer Mode first), or install a wheel."
        )
