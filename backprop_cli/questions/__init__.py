"""Questions in words, whose answers are computed: which there are, what may be answered, what is right, and why."""
