"""Other ways to look at a solution; each is a function from a solution to data, which `formats/` writes."""
