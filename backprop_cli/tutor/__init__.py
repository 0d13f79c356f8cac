"""Asks for the lines of a problem one at a time, hints, explains what went wrong, and remembers what is mastered."""
