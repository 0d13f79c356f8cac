"""A class, from what was handed in to the marks that go back: every sheet is marked, and none costs another."""
