"""Where statements in a text begin and end, and what stands between their equals signs."""

from __future__ import annotations

import re

from backprop_cli.ground.patterns import pattern
from backprop_cli.working.characters import plain, spaced
from backprop_cli.working.formulas import is_sum
from backprop_cli.working.model import ChainSide, Spot
from backprop_cli.working.places import is_place

# What is compared is no equation, and an arrow with two strokes begins another statement.
_SIGN = re.compile(r"(?<![<>!=])(?::=|==?(?![=>])|≡)|[≈≃≅≐≌]=?|~=|(?<=\s)~(?=\s)|(?<!-)-+>|[→⟶↦←⟵]|<-+(?=\s)")
_EQUALS = re.compile(r"(?<![<>!=])=(?![=>])|≈")
_NEXT = re.compile(
    r"(?<!=)=+>|[⇒⟹⇔∴]|<=>"
    r"|;\s{1,30}(?=[^\W\d_][^\d=≈;]{1,60}[=≈])"  # …; total error before = 0.2984
    r"|(?<=\d),\s{1,30}(?=[^\W\d_]{3,20}\s[-−\d(.][^,=]{0,60}=)"  # …, residual 1.5 - 2 = -0.5
)
_COMPARED = re.compile(r"[<>≤≥≠]=?|!=")
_BRACKETED = r"\[[\w ,]{1,12}\]|\(\w{1,9}(?:, ?\w{1,9})?\)|\([tkn]\s?\+\s?1\)"
_INDEX = rf"(?:[_^]\{{[^{{}}=]{{1,40}}\}}|\^\((?:\w{{1,9}}|[+*'′])\)|\^\w{{1,9}}|⁽[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,9}}⁾|{_BRACKETED})"
_WORD = rf"[^\W\d](?:[\w\u0302'′´’.$]|{_INDEX}){{0,80}}(?:\^?[+*'′´⁺](?=[\s=:≈]|$))?"
NAME = (
    rf"(?:∂\s?(?:\^?2\s?)?|∇\s?_?)?{_WORD}(?:\s?/\s?[d∂]\s?{_WORD}(?:\s?∂\s?{_WORD})?)?(?:\s(?:new|neu|old|alt|total))?"
)
SIGNS = r"(?::=|==?(?!=)|≈|≃|≅|->|→|←|<-|:(?!\S))"
_GAP = r"\s{0,30}"
_FEW_WORDS = r"(?:[^\W\d_]{2,20},?\s{1,30}){0,6}"
_SO = (  # words that lead from one statement to the next
    r"and|und|et|so|hence|thus|then|therefore|consequently|giving|also|damit|somit|folglich|daher|deshalb|dann|donc"
    r"|with|where|using|mit|wobei|avec|où"
)
_OF_A_KIND = (  # delta h1, outputs y
    r"(?:(?:net|out|inputs?|outputs?|deltas?|errors?|err|grad|gradients?|loss|targets?|bias|Ausgaben?|Eingaben?|Fehler|δ|Δ)\s)?"
)
_PLACE = r"(?:sample|pattern|example|epoch|step|muster|beispiel|epoche|schritt|样本)\s?\d{1,4}"
_LABEL = rf"(?:(?:[^\W\d_]{{1,20}}(?:-[^\W\d_]{{1,20}}){{1,3}}|(?i:{_PLACE})):\s{{1,9}})?"  # Plus-Gatter: s = …
_SEPARATORS = (  # what may stand between two statements in one line
    rf"{_GAP};{_GAP}",
    rf"{_GAP},\s{{1,30}}",
    r",(?=\D)",
    r"(?<=[^\s=+*/·×⋅−(\[,-])(?:\s{2,30}|\t+)",
    rf"[,;\s]{_GAP}\b(?:{_SO})\b,?\s{{1,30}}{_FEW_WORDS}",
    rf"(?<=[\w)\]}}])\.\s{{1,30}}{_FEW_WORDS}",
    r"(?<=[)\]]):\s{1,30}",  # h = relu(W x): h1 = …
    r"\s{1,30}\|\s{1,30}",
    rf"{_GAP}[和与]{_GAP}",
    rf"(?:[,;]{_GAP}|(?<=[\d\s)\]}}]))(?:所以|因此|从而|于是|则|故|那么|其中),?{_GAP}",
)
_BETWEEN = pattern(rf"(?:{'|'.join(_SEPARATORS)})(?={_LABEL}{_OF_A_KIND}{NAME}{_GAP}{SIGNS})")
# After an equation an arrow leads to another one; elsewhere it stands for an equals sign itself.
_LEADS_TO = pattern(rf"(?<=[\w)\]}}%]){_GAP}(?:-+>|[→⟶]){_GAP}(?={_OF_A_KIND}{NAME}{_GAP}(?::=|==?(?![=>])|≈))")
_IS = pattern(
    r"(?<!\s)\s+(?:is|ist|equals|gives|becomes|are|wird|为|是|等于)\s+(?:about\s+|approximately\s+|ca\.\s*)?(?=[-−+]?\(?[-−+]?[\d.])"
)
_CORRECTED = re.compile(  # what stands before it was wrong: 1.0 sorry 1.5
    r"(?<=\d)\s{1,9}(?:[(\[,;:–-]\s{0,9})?(?:sorry|oops|no|not?\s+wait|i\s+mean|i\s+meant|rather|correction|corrected|nein|quatsch|bzw|"
    r"korrektur|korrigiert|besser|richtig|pardon|non|更正|改为|应为)[,:;]?\s{1,9}(?=[-−+]?[\d.,]+[\s)\].!]*$)",
    re.I,
)
_EVERY = ("every", "each ", "both ", "alle ", "beide")
_WORDS_BEFORE = 5  # words with its name at most, in a sentence that gives a value
_OPEN, _CLOSED = "([{", ")]}"
_AFTERWORDS = pattern(
    r"(?:\s{0,30}+[✓✔☑√]?+\s{0,30}+$|(?<=[\d)\]}])\s{0,30}+\((?=[^()]*[^\W\d_]{2})(?![^\W\d]\w{0,2}\s?[-−])[^()=*/^_+]*\)\s{0,30}+$|\s{0,30}+[,;]?+\s{0,30}+$|(?<=[\w)\]}])[.:!]\s{0,30}+$|\s{0,30}+#.*$|\s{0,30}+//.*$"
    r"|(?<=[\d)\]}])\s{2,30}+\((?=[^()]{0,100}[^\W\d_]{3})[^()]{0,100}\)\s{0,30}+$"
    r"|(?<=[\w)\]}])\s{0,30}+[,;.]\s{1,30}+[^\W\d_]{2}.*$|(?<=[\d)\]}])\s{1,30}+(?!(?:e|via|ln|log|exp|tanh|sin|cos)\b|(?:and|und|et)\s[-−(\d])[^\W\d_]{2,}(?:\s{1,30}+[^=]*)?$)"
)
_NUMBER = re.compile(r"\s*[-−+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)\s*")
_LOOKS_LIKE_WORK = re.compile(r"[\d(\[]")
_SENTENCE = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,}\s+[^\W\d_]{3,}")
_HAS_LETTER = re.compile(r"[^\W\d_]")


def depths_of(text: str) -> list[int]:
    """How many brackets are open before each character."""
    depths, depth = [], 0
    for char in text:
        if char in _CLOSED:
            depth = max(0, depth - 1)
        depths.append(depth)
        depth += char in _OPEN
    return depths


def statements_in(text: str) -> list[tuple[int, int]]:
    """Where each of the statements side by side begins and ends."""
    depths = depths_of(text)
    unbalanced = depths and text.count("(") + text.count("[") > text.count(")") + text.count("]")
    cuts = [
        (found.start(), found.end())
        for pattern in (_NEXT, _BETWEEN)
        for found in pattern.finditer(text)
        if unbalanced or depths[found.start()] == 0
    ]
    first = next((found.start() for found in _EQUALS.finditer(text) if depths[found.start()] == 0), len(text))
    cuts += [found.span() for found in _LEADS_TO.finditer(text, first) if depths[found.start()] == 0]
    bounds: list[tuple[int, int]] = []
    start = 0
    for cut, after in sorted(cuts):
        if cut >= start:
            bounds.append((start, cut))
            start = after
    return [*bounds, (start, len(text))]


def signs_in(text: str) -> list[tuple[int, int]]:
    """Where the equals signs are: outside of brackets, what stands for one between a name and its value included."""
    depths = depths_of(text)
    found = [one.span() for one in _SIGN.finditer(text) if depths[one.start()] == 0]
    end = found[0][0] if found else len(text)
    if spoken := _IS.search(text, 0, end + 1 if found else end):
        return [spoken.span(), *found]
    colons = [at for at, char in enumerate(text[:end]) if char == ":" and depths[at] == 0]
    for at in colons[:1]:
        after = text[at + 1 : end].strip()
        if is_name(after) or is_place(text[:at]) or _SENTENCE.search(after):
            continue
        if _LOOKS_LIKE_WORK.search(after):
            return [(at, at + 1), *found]
    return found


def label_of(text: str) -> tuple[str, int]:
    """What stands before a name with a colon, and where the name begins."""
    before, colon, _name = text.partition(":")
    return (before, len(before) + 1) if colon and _HAS_LETTER.search(before) else ("", 0)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of a side without blanks and without the words that follow it."""
    side = text[start:end]
    if corrected := _CORRECTED.search(side):
        start, side = start + corrected.end(), side[corrected.end() :]
    depths = depths_of(side)
    if compared := next((one for one in _COMPARED.finditer(side) if depths[one.start()] == 0), None):
        side = side[: compared.start()]
    while cut := next((one for one in _AFTERWORDS.finditer(side) if one[0] and depths[one.start()] == 0), None):
        side = side[: cut.start()]
    return stripped(text, start, start + len(side))


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds without the blanks at both ends."""
    kept = text[start:end].strip()
    start += len(text[start:end]) - len(text[start:end].lstrip()) if kept else 0
    return start, start + len(kept)


def name_first(text: str, sides: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sides with the name in front, where `0.3775 = net_h1` has it at the end."""
    first, last = (text[slice(*sides[at])] for at in (0, -1))
    if len(sides) == 2 and _NUMBER.fullmatch(first) and is_name(last):
        return [sides[-1], sides[0]]
    return sides


def words_first(text: str, sides: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sides with the name apart, where words stand before its work: prediction 0.5*1 + 1 = 1.5."""
    start, end = sides[0]
    found = _WORDS_AND_WORK.fullmatch(text, start, end) if len(sides) > 1 and not is_name(text[start:end]) else None
    if found is None or not is_sum(found["work"]):
        return sides
    return [found.span("words"), found.span("work"), *sides[1:]]


def sides(text: str, spot: Spot) -> tuple[ChainSide, ...]:
    """What stands between the equals signs of the work for one quantity, each with its place."""
    said = plain(text)
    if _SIGN.search(said) is None:  # a number alone, as on nearly every line of a sheet
        return ()
    depths = depths_of(said)
    signs = [one.span() for one in _SIGN.finditer(said) if depths[one.start()] == 0]
    if not signs or not said[: signs[0][0]].strip():
        return ()
    bounds = [0, *(at for sign in signs for at in sign), len(said)]
    found = [trimmed(said, start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    return tuple(
        ChainSide(spaced(said[start:end]), Spot(spot.line, spot.column + start, end - start, spot.cell))
        for start, end in found
        if end > start
    )


_WORDS = r"(?:[^\W\d_]{2,20}\s){0,4}[^\W\d_]{3,20}(?:[\s_]?\d{1,2})?"
_WORDS_AND_WORK = pattern(rf"(?P<words>{_WORDS})\s+(?P<work>[-−(\d.].*)")


def is_prose(name: str, sign: str) -> bool:
    """Whether a sentence says something of a quantity on its way: the target for o1 is 0.01, but …; all nets are 0."""
    words = name.split()
    return sign.strip().isalpha() and (len(words) > _WORDS_BEFORE or words[:1] == ["all"] or name[:5] in _EVERY)


_ASIDE = pattern(
    r"\s*(?:here|where|since|because|recall|note|let|hier|dabei|wobei|weil|beachte|其中|这里|因为)\b[^\d]*", re.I
)


def is_aside(text: str) -> bool:
    """Whether an equation without numbers only says what a letter means: here e = −∂E/∂net, so …"""
    return _ASIDE.fullmatch(text) is not None


_STRUCK = pattern(
    r"\b(?:crossed\s+out|struck\s+out|scratched|ignore\s+this|wrong|false|mistake|durchgestrichen|gestrichen|ungültig|falsch)\b"
    r"|划掉|作废|错误的?$|barré",
    re.I,
)
_WORDS_BEHIND = pattern(
    r"\s{1,9}\((?!(?:new|neu|old|alt|total|nouveau|nuevo)\b)(?=[^()]{0,60}[^\W\d_]{3})[^()=]{3,60}\)$", re.I
)


def is_struck(label: str) -> bool:
    """Whether the words before a line say that it does not count: `wrong, crossed out: p = 0.574`."""
    return bool(label) and _STRUCK.search(label) is not None


def without_words(text: str, name: tuple[int, int]) -> tuple[int, int]:
    """The bounds of a name without words in brackets behind it: ∂f/∂a (two paths!) = …"""
    start, end = name
    if not text.startswith(")", end - 1):
        return name
    words = _WORDS_BEHIND.search(text[start:end]) if not is_name(text[start:end]) else None
    return (start, start + words.start()) if words and is_name(text[start : start + words.start()]) else name


def is_name(text: str) -> bool:
    """Whether a text could be the name of a quantity, perhaps with words before it."""
    text = text.strip()
    return bool(text) and len(text) <= 120 and _WHOLE_NAME.fullmatch(text) is not None


_WHOLE_NAME = pattern(
    rf"(?:[^\W\d][\w\u0302'’-]*(?:_\{{\w{{1,5}}\}})?[,.]?\s+){{0,12}}{NAME}(?:\s\((?:new|neu|nouveau|nuevo|nuovo|novo)\))?"
)
