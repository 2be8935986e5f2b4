"""The example plays a whole episode through OpenAI's SDK, against a model that follows a script."""

import runpy
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "llm_agent.py"


def test_a_scripted_model_solves_the_task(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("openai", reason="needs the extra llm", exc_type=ImportError)
    result = runpy.run_path(str(EXAMPLE))["main"]([])
    assert result.success
    assert [step.error for step in result.steps] == [""] * len(result.steps)
    assert "success: True, fault: None" in capsys.readouterr().out
