"""Benchmark runs: suites of episodes, their results on disk, and what is computed from them."""

from gristmill.agents.bench.episodes import BenchEpisode as BenchEpisode
from gristmill.agents.bench.run import Run as Run
from gristmill.agents.bench.run import RunSettings as RunSettings
from gristmill.agents.bench.run import load_run as load_run
