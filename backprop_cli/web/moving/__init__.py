"""The moving solution: one small file in which every line is worked out again when a number is changed."""
