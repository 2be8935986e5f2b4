"""The files that an app clone consists of: its code, its data, its pages."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

CORE = "gristmill"


def app_roots(modules: Iterable[str]) -> tuple[Path, ...]:
    """The package folders that these modules lie in, or their files if they lie in none; sorted."""
    return tuple(sorted({root for module in modules for root in module_root(module)}))


def module_root(module: str) -> Iterator[Path]:
    """The folder of the outermost package around an imported module, else the module's file.

    Namespace packages, and `gristmill` itself around our own app clones, belong to nobody.
    """
    names = module.split(".")
    for end in range(1, len(names) + 1):
        name = ".".join(names[:end])
        file = getattr(sys.modules.get(name), "__file__", None)
        if file is not None and name != CORE:
            path = Path(file)
            yield path.parent if path.stem == "__init__" else path
            return


def package_files(root: Path) -> list[Path]:
    """All files in a folder, sorted, or the file itself.

    What Python compiles and what is hidden (editors keep such files) is left out; templates and
    static files are not: checkpoints hold pages that were made of them.
    """
    if root.is_file():
        return [root]
    found = (path for path in root.rglob("*") if path.is_file())
    return sorted(path for path in found if is_part(path.relative_to(root)))


def is_part(path: Path) -> bool:
    """Whether a file inside a package is one of its own."""
    hidden = any(part.startswith(".") or part == "__pycache__" for part in path.parts)
    return not hidden and path.suffix != ".pyc"
