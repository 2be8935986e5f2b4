"""Policies in files."""

import io
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zlib import crc32

import torch

from gristmill.agents.policies.network import PagePolicy, PolicyConfig
from gristmill.agents.policies.sealed_file import read_sealed, write_sealed
from gristmill.agents.policies.texts import LITERALS
from gristmill.errors import LearningFileError

POLICY_FILE = "policy.pt"
KIND = f"policy-9-{crc32('|'.join(LITERALS).encode()):08x}"
"""Raise the number when features or network change: older weights would mean something else, as they would
with other literals."""


def save_policy(policy: PagePolicy, folder: Path) -> None:
    """Write a policy to `policy.pt` in a folder.

    Raises:
        LearningFileError: it cannot be written.
    """
    content = {"config": asdict(policy.config), "weights": policy.state_dict()}
    write_sealed(folder / POLICY_FILE, KIND, to_bytes(content))


def load_policy(folder: Path) -> PagePolicy:
    """Read a policy.

    Raises:
        LearningFileError: it is missing, damaged, or of another version.
    """
    content = from_bytes(read_sealed(folder / POLICY_FILE, KIND))
    policy = PagePolicy(PolicyConfig(**content["config"]))
    restore_weights(policy, content["weights"], folder / POLICY_FILE)
    return policy.eval()


def restore_weights(policy: PagePolicy, weights: dict[str, Any], path: Path) -> None:
    """Set a policy's weights.

    Raises:
        LearningFileError: they belong to a network of another size.
    """
    try:
        policy.load_state_dict(weights)
    except RuntimeError as error:
        raise LearningFileError(
            f"{path} holds a network of another size than {policy.config}: use the configuration that it "
            f"was trained with. {str(error).splitlines()[-1].strip()}"
        ) from error


def to_bytes(content: dict[str, Any]) -> bytes:
    """Tensors and plain values as bytes."""
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


def from_bytes(content: bytes) -> dict[str, Any]:
    """What `to_bytes` was given; nothing in it is executed."""
    loaded: dict[str, Any] = torch.load(io.BytesIO(content), weights_only=True)
    return loaded
