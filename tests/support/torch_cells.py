"""Recurrent cells as PyTorch names their gates and modules."""

from __future__ import annotations

from torch_runs import torch

GATES = {
    "recurrent": ("",),
    "gru": ("reset", "update", "candidate"),
    "lstm": ("input", "forget", "candidate", "output"),
}

MODULES = {"recurrent": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}

LETTERS = {"reset": "r", "update": "z", "candidate": "n", "input": "i", "forget": "f", "output": "o", "": ""}
