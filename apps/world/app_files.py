"""The files that an app clone consists of: code, data, templates, static files."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

CORE = "gristmill"
TASKS = "tasks"  # the folder of an app clone's task families, which write no rows of its worlds


def app_roots(modules: Iterable[str]) -> tuple[Path, ...]:
    """The package directories of these modules, or their files if they are in no package; sorted."""
    return tuple(sorted({root for module in modules for root in module_root(module)}))


def module_root(module: str) -> Iterator[Path]:
    """The directory of an imported module's outermost package, or the module's file.

    Namespace packages are skipped, and so is `gristmill` itself for the built-in app clones.
    """
    names = module.split(".")
    for end in range(1, len(names) + 1):
        name = ".".join(names[:end])
        file = getattr(sys.modules.get(name), "__file__", None)
        if file is not None and name != CORE:
            path = Path(file)
            yield path.parent if path.stem == "__init__" else path
            return


def package_files(root: Path, *, with_tasks: bool = True) -> list[Path]:
    """All files below a directory, sorted, or the file itself.

    Excludes compiled Python and hidden files (such as editors write), and on request the folder `tasks` of a
    package: task families sample from worlds that are built without them. Templates and static files count,
    since checkpoints contain pages rendered from them.
    """
    if root.is_file():
        return [root]
    found = (path for path in root.rglob("*") if path.is_file())
    parts = (path for path in found if is_part(path.relative_to(root)))
    return sorted(path for path in parts if with_tasks or path.relative_to(root).parts[0] != TASKS)


def is_part(path: Path) -> bool:
    """Whether a file counts as part of its package."""
    hidden = any(part.startswith(".") or part == "__pycache__" for part in path.parts)
    return not hidden and path.suffix != ".pyc"
