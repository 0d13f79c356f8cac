"""What every room stands on: errors, words, limits, files written whole."""
