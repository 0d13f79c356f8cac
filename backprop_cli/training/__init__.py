"""Thousands of epochs, every reported digit certain, and what is proven of where they lead."""
