"""Agents that ask a language model for each action, through the SDKs of OpenAI and Anthropic.

`factory("llm:openai/MODEL")` makes them; `docs/agents.md` explains options, costs and transcripts. The SDKs
are the extra `llm`, imported when the first agent is made.
"""

from gristmill.agents.llm.factory import factory
from gristmill.agents.llm.options import LlmOptions

__all__ = ["LlmOptions", "factory"]
