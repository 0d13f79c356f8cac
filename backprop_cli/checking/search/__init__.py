"""Naming what was done: small edits of the right formula that give the number on the sheet, weighed."""

from backprop_cli.checking.search.engine import Candidate, Diagnosis, Search

__all__ = ["Candidate", "Diagnosis", "Search"]
