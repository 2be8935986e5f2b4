"""Switches of the speed mechanisms that are not caches of results."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Tuning:
    """Which speed mechanisms a `Runtime` uses, caches aside; none of them changes what an agent observes.

    Attributes:
        rare_gc: Python's garbage collector runs less often during a step without a browser; between steps its
            thresholds are those of the process. See `RareCollections` in `envs.episode.scheduling`.
        touched_tables: a verdict compares only tables that own a changed page.
        manual_frames: Chromium pages draw on request; otherwise natively, as in builds that cannot do so.
        browser_per_processor: pages with pixels are spread over one browser per processor.
    """

    rare_gc: bool = True
    touched_tables: bool = True
    manual_frames: bool = True
    browser_per_processor: bool = True
