"""The files that `backprop init` writes."""
