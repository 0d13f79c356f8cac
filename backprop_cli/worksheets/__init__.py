"""What a lecturer prints from one problem: the blank sheet, its key and the marking rubric, as documents."""
