"""Documents in characters: for a terminal, a text file, a pipe."""
