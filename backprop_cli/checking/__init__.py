"""Marks answers line by line: what is right, what follows from an earlier slip, and which mistake the rest shows."""
