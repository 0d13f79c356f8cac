"""Exercises as learning platforms import them: one intermediate form, and one module a platform behind one table."""
