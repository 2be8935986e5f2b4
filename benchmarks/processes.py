"""CPU time and memory of this process and its descendants, by kind of process. Linux only."""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

KINDS = ("python", "driver", "browser", "renderer", "gpu", "other")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Memory of all processes in MB; `pss_mb` divides shared pages among the processes that map them."""

    rss_mb: float
    pss_mb: float


def family() -> list[int]:
    """Ids of this process and its descendants."""
    children = defaultdict(list)
    for entry in PROC.glob("[0-9]*/stat"):
        fields = stat_fields(int(entry.parent.name))
        if fields:
            children[int(fields[1])].append(int(entry.parent.name))
    found = [os.getpid()]
    for pid in found:  # extended while iterating
        found.extend(children[pid])
    return found


def stat_fields(pid: int) -> list[str]:
    """The fields of `/proc/<pid>/stat` from the state on; empty if the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def kind_of(pid: int) -> str:
    """The kind of a process: python, driver, browser, renderer, gpu or other."""
    if pid == os.getpid():
        return "python"
    try:
        command = (PROC / str(pid) / "cmdline").read_text()
    except OSError:
        return "other"
    program = Path(command.partition("\0")[0]).name
    if "--type=renderer" in command:
        return "renderer"
    if "--type=gpu-process" in command:
        return "gpu"
    if program == "node":
        return "driver"
    return "browser" if "chrom" in program or "headless" in program else "other"


def cpu_seconds() -> dict[str, float]:
    """CPU seconds used so far, by kind of process."""
    spent = dict.fromkeys(KINDS, 0.0)
    for pid in family():
        fields = stat_fields(pid)
        if fields:
            spent[kind_of(pid)] += (int(fields[11]) + int(fields[12])) / TICKS_PER_S
    return spent


def cpu_since(before: dict[str, float]) -> dict[str, float]:
    """CPU seconds used since an earlier `cpu_seconds`; processes that have ended are not counted."""
    return {kind: max(0.0, now - before[kind]) for kind, now in cpu_seconds().items()}


def memory() -> Memory:
    """Current memory of all processes."""
    sums: dict[str, float] = defaultdict(float)
    for pid in family():
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, rest = line.partition(":")
            if name in {"Rss", "Pss"}:
                sums[name] += int(rest.split()[0]) / 1024
    return Memory(rss_mb=sums["Rss"], pss_mb=sums["Pss"])
