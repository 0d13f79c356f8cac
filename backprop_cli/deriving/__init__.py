"""From a problem to its derivation: the named lines that a person writes on paper, in their order."""
