"""The health of a network at its starting parameters: what is looked for, and what was found."""
