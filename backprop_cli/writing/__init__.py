"""From a formula to text, in the notation of a book and the dialect of a page."""
