"""A plugin of `vf-eval`, Prime Intellect's command: pip install 'gristmill[verifiers]'.

Plugins are modules that can be imported by a name without dots, so this one is on the path. Run it as:
    PYTHONPATH=examples vf-eval gristmill-taskset -n 10 -m MODEL --env.agent.harness.id null \
        --env.taskset.task-ids '["Shop-AddToCart-v0"]' --env.taskset.options '{"split": "test"}'
"""

from gristmill.adapters.verifiers_taskset import GristmillTaskset

__all__ = ["GristmillTaskset"]
