"""New problems by chance, with numbers that are agreeable by hand and in which the usual mistakes show."""
