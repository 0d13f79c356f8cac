"""Notation presets, one data file each."""
