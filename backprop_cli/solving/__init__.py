"""From a derivation to values, each digit certain, and to the lines in writing."""
