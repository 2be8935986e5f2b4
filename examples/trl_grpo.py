"""Train a language model with TRL's GRPO on tasks as tools: pip install 'gristmill[trl]'.

Without --model it builds a tiny random one, whose words are whole tool calls, and downloads nothing:
    python examples/trl_grpo.py --steps 2
    python examples/trl_grpo.py --steps 500 --model Qwen/Qwen3-1.7B --group 8 --tokens 8192
"""

import argparse
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
import trl
from datasets import Dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from gristmill.adapters.trl import ToolEnv, rows

TASK = "Shop-AddToCart-v0"
CALLS = (
    ("click", {"ref": "e7"}),
    ("click", {"ref": "e10"}),
    ("fill", {"ref": "e6", "text": "Deckle Bamboo Desk Organiser"}),
    ("back", {}),
    ("done", {}),
)
MARKS = ("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>")


def tool_call(name: str, arguments: dict[str, Any]) -> str:
    """A tool call in Qwen's format."""
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer of bytes, with Qwen 3's chat template, to which each of `CALLS` is one token."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bare = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(alphabet)}, merges=[]))
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    bare.add_special_tokens(list(MARKS))
    bare.add_tokens([tool_call(*call) for call in CALLS])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bare, eos_token="<|im_end|>", pad_token="<|endoftext|>", padding_side="left"
    )
    templates = Path(trl.__file__).parent / "chat_templates"
    tokenizer.chat_template = (templates / "qwen3.jinja").read_text(encoding="utf-8")
    return tokenizer


def tiny_model(tokenizer: PreTrainedTokenizerFast) -> Qwen3ForCausalLM:
    """A random model of one layer, which reads 32,768 tokens."""
    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=1,
        num_key_value_heads=1,
        head_dim=16,
        max_position_embeddings=32_768,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return Qwen3ForCausalLM(config)


def only_calls(tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    """Options of generation with which the tiny model utters tool calls and ends of turns only."""
    spoken = {tokenizer.eos_token_id, *tokenizer.convert_tokens_to_ids([tool_call(*call) for call in CALLS])}
    return {"suppress_tokens": [token for token in range(len(tokenizer)) if token not in spoken]}


def new_trainer(
    *, model: str | None, steps: int, group: int, tokens: int, seeds: int, output: str, task: str = TASK
) -> trl.GRPOTrainer:
    """Build the trainer.

    Args:
        model: name or folder of a model that can call tools; None: a tiny random one.
        steps: updates of the model.
        group: rollouts of each task.
        tokens: of a rollout, without its first message but with the pages that tools return.
        seeds: number of tasks.
        output: folder for checkpoints.
        task: id of the task family.
    """
    if model is None:
        tokenizer: Any = tiny_tokenizer()
        network: Any = tiny_model(tokenizer)
        generation = only_calls(tokenizer)
    else:
        tokenizer, network, generation = AutoTokenizer.from_pretrained(model), None, {}
        network = AutoModelForCausalLM.from_pretrained(model)
    config = trl.GRPOConfig(
        output_dir=output,
        max_steps=steps,
        per_device_train_batch_size=group,
        num_generations=group,
        max_completion_length=tokens,
        max_tool_calling_iterations=20,
        generation_kwargs=generation,
        bf16=torch.cuda.is_available(),
        use_cpu=not torch.cuda.is_available(),
        learning_rate=1e-5 if model else 1e-2,
        logging_steps=1,
        report_to="none",
        save_strategy="no",
        seed=0,
    )
    return trl.GRPOTrainer(
        model=network,
        args=config,
        train_dataset=Dataset.from_list(rows([task], range(seeds))),
        processing_class=tokenizer,
        environment_factory=partial(
            ToolEnv, reward="progress", step_cost=0.01, max_chars=12_000 if model else 500
        ),
    )


def main(arguments: Sequence[str] | None = None) -> trl.GRPOTrainer:
    """Train as the command line says; returns the trainer."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--task", default=TASK)
    parser.add_argument("--model", help="name or folder of a model; default: a tiny random one")
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--group", type=int, default=2, help="rollouts of each task")
    parser.add_argument("--tokens", type=int, default=2048, help="of a rollout")
    parser.add_argument("--seeds", type=int, default=16, help="number of tasks")
    parser.add_argument("--output", default="grpo", help="folder for checkpoints")
    trainer = new_trainer(**vars(parser.parse_args(arguments)))
    trainer.train()
    return trainer


if __name__ == "__main__":
    main()
