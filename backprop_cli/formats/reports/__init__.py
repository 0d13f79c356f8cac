"""What commands report, for a terminal, as Markdown and as data."""
