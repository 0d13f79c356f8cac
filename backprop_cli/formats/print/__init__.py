"""Documents for paper and browsers: Markdown, HTML, LaTeX, Typst, PDF, and the pictures in them."""
