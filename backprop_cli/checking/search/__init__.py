"""Naming what was done: small edits of the right formula that give the number on the sheet, weighed."""

from backprop_cli.checking.search.candidates import Candidate, Diagnosis
from backprop_cli.checking.search.engine import Search

__all__ = ["Candidate", "Diagnosis", "Search"]
