"""Words in plain ASCII, for a terminal or a file that has nothing else."""

from __future__ import annotations

import unicodedata


def in_ascii(text: str) -> str:
    """The text with its symbols in ASCII: δ is delta, ∂ is d. Words are in the characters of their language."""
    for symbol, word in _IN_ASCII.items():
        text = text.replace(symbol, word)
    return "".join(char if char.isascii() or unicodedata.east_asian_width(char) in "WF" else "?" for char in text)


_IN_ASCII = {
    "−": "-", "·": "*", "δ": "delta", "∂": "d", "η": "eta", "Σ": "sum ", "½": "1/2", "²": "^2", "±": "+-", "σ": "sigma",
    "ᵢ": "_i", "ⱼ": "_j", "ⁿ": "^n", "⁻¹": "^-1", "Φ": "Phi", "φ": "phi", "π": "pi", "√": "sqrt ", "₂": "2", "₁₀": "10",
    "′": "'", "ŷ": "yhat", "α": "alpha", "ε": "epsilon", "θ": "theta", "…": "...", "x̂": "xhat", "μ": "mu",
    "γ": "gamma", "β": "beta", "₀": "0", "″": "''",
    "“": '"', "”": '"', "’": "'", "→": "->", "←": "<-", "✓": "same", "–": "-", "≈": "~=", "×": "*",
}  # fmt: skip
