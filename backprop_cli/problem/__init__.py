"""From a YAML text to a Problem, with every complaint located."""
