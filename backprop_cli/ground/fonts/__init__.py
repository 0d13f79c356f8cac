"""Fonts as data: one of Chinese characters for documents in PDF (a subset of Noto Sans CJK SC, under the licence beside
it), and how wide the characters of DejaVu Sans are, which pictures are laid out with."""
