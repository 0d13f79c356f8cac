"""Backpropagation the way it is done on paper: exact, step by step, and never wrong."""

__version__ = "0.1.0"
