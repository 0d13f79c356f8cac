"""The words of TeX: what each macro is in plain characters, or what is to be done with it."""

from __future__ import annotations

from backprop_cli.writing.writer import GREEK

QUAD = "\ue003"  # a wide blank, which stands between statements
SYMBOLS = {
    **GREEK,
    "varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "nabla": "∇",
    "partial": "∂", "cdot": "*", "times": "*", "ast": "*", "odot": "*", "circ": "*", "div": "/", "approx": "≈",
    "simeq": "≈", "cong": "≈", "sim": "≈", "doteq": "≈", "equiv": "=", "coloneqq": "=", "eq": "=", "pm": "±",
    "prime": "'", "colon": ":", "vert": "|", "mid": "|", "lbrace": "(", "rbrace": ")", "lbrack": "[", "rbrack": "]",
    "ge": "≥", "geq": "≥", "le": "≤", "leq": "≤", "ne": "≠", "neq": "≠", "gg": ">", "ll": "<", "infty": "∞",
    "sum": "∑", "prod": "∏", "int": "∫", "in": "∈", "to": "→", "rightarrow": "→", "longrightarrow": "→",
    "mapsto": "→", "leftarrow": "=", "gets": "=", "top": "T", "checkmark": "✓", "ell": "l", "dots": "…", "ldots": "…",
    "cdots": "…", "textminus": "-", "textasciicircum": "^", "textunderscore": "_", "par": "\n\n", "newline": "\n",
    "Rightarrow": "⇒", "implies": "⇒", "Longrightarrow": "⇒", "Leftrightarrow": "⇔", "iff": "⇔", "therefore": "∴",
    "ss": "ß", "quad": QUAD, "qquad": QUAD, "item": "\n", "question": "\n", "part": "\n",
    "subpart": "\n", "task": "\n", "choice": "\n", "hline": "", "toprule": "", "midrule": "", "bottomrule": "",
    "dfrac": "", "exp": "exp", "tanh": "tanh", "max": "max", "min": "min", "ln": "ln", "log": "log",
}  # fmt: skip
MARKS = {
    "\\": "\n", ",": " ", ";": " ", ":": " ", "!": "", " ": " ", "\n": " ", ">": " ", "{": "(", "}": ")", "|": "|",
    "(": "", ")": "", "[": "\n", "]": "\n", "-": "", "/": "",
}  # fmt: skip
SPACED = frozenset("*/≈=±→⇒⇔≥≤≠:")
_IGNORED = (
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle displaystyle textstyle limits "
    "nonumber notag nolimits centering noindent maketitle bf it rm small large Large normalsize scriptstyle "
    "mathrm mathit mathbf mathsf mathtt mathcal mathbb text textbf textit textrm textnormal textsf texttt emph "
    "boldsymbol bm pmb operatorname mathop mathbin mathrel mbox hbox ensuremath underline overline boxed fbox "
    "cancel vec displaylimits smallskip medskip bigskip newpage clearpage tableofcontents protect immediate"
)
NOTHING = frozenset(_IGNORED.split())
DROPPED = {  # macros that say nothing of the work, and how many arguments go with them
    "label": 1, "tag": 1, "vspace": 1, "hspace": 1, "documentclass": 1, "usepackage": 1, "title": 1, "author": 1,
    "date": 1, "color": 1, "pagestyle": 1, "thispagestyle": 1, "bibliographystyle": 1, "setlength": 2, "phantom": 1,
    "ref": 1, "eqref": 1, "cite": 1, "cline": 1, "cmidrule": 1, "geometry": 1, "hypersetup": 1, "renewcommand": 2,
    "addtolength": 2, "setcounter": 2, "DeclareMathOperator": 2, "textcolor": 1, "colorbox": 1, "hphantom": 1,
    "vphantom": 1, "selectlanguage": 1, "sisetup": 1, "allowdisplaybreaks": 0, "arraystretch": 0,
    "sout": 1, "st": 1, "xout": 1,  # crossed out
}  # fmt: skip
REFUSED = frozenset(
    {"input", "include", "includegraphics", "write", "openin", "openout", "read", "def", "let", "edef", "gdef",
     "csname", "catcode", "loop", "includepdf", "lstinputlisting", "verbatiminput", "import", "subfile"}
)  # fmt: skip
HEADINGS = frozenset({"section", "subsection", "subsubsection", "paragraph", "subparagraph", "chapter", "part"})
MATRICES = frozenset({"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array"})
TABLES = frozenset({"tabular", "tabularx", "longtable", "tabular*"})
VERBATIM = frozenset({"verbatim", "lstlisting", "minted", "comment", "verbatim*"})
OUTERMOST = frozenset({"align", "equation", "gather", "eqnarray", "multline", "displaymath", "math", "flalign"})
DISPLAYED = OUTERMOST | {"aligned", "split", "gathered", "cases"}
HEADING, ROW, CELL = "\ue000", "\ue001", "\ue002"  # mark lines on their way, and are in no text
