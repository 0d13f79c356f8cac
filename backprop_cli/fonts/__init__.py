"""The font of Chinese characters for documents in PDF: a subset of Noto Sans CJK SC, under the licence beside it."""
