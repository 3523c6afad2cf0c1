"""How text, numbers and queries are made comparable: one set of rules for the search index and for queries.

A row is found when every word of the query begins some word of the row. Both sides are cut into words here (what the
index holds of a row is in ``indexed_words``):
folded (no capitals, no accents), without punctuation, with neighbouring groups of digits read as one number,
so that ``040-555 0143`` finds ``+358 40 5550143``. A word holds ASCII letters and digits and whatever is not
ASCII, nothing else, so FTS5's ``ascii`` tokenizer keeps it whole.

The look-up from the shell uses this module: it imports nothing that costs time (no re, no typing).
"""

from __future__ import annotations

import unicodedata

from crm_tui.domain.errors import Invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: names that a query can ask for with ``name:value``
FIELDS = ("city", "owner", "keyword", "role", "kind")
#: letters of a word that count; both sides cut longer ones
LONGEST_WORD = 40
#: characters of what has to be unique, and of a name by which lists are sorted
LONGEST_KEY = 600
#: characters of a query that are read
LONGEST_QUERY = 1000
#: a number that begins with 00 is read as international from this many digits on; shorter ones may be postal
#: codes (00100 Helsinki)
_INTERNATIONAL_FROM = 6

_LETTERS = dict(
    zip("øæœłđþðıħŧŋ", ("o", "ae", "oe", "l", "d", "th", "d", "i", "h", "t", "n"), strict=True)
)  # what Unicode doesn't take apart
_PUNCTUATION = dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("’‘‛ʼʹ′`´", "'") | dict.fromkeys("“”„‟«»″", '"')
_REPLACED = _LETTERS | _PUNCTUATION
_ONE_KIND = str.maketrans(_PUNCTUATION)
_TRADE_MARKS = "©®™℠"
#: inside names: O'Brien, H&M, K-Market and A/S are also looked for as obrien, hm, kmarket, as
GLUE = frozenset("'&-/")
_INSIDE_NUMBERS = frozenset(" -./()")
_CODES = "at be bg ch cy cz de dk ee el es fi fr gb gr hr hu ie is it lt lu lv mt nl no pl pt ro se si sk xi"
#: the letters that VAT numbers begin with
VAT_CODES = frozenset(_CODES.split())


def _fold_piece(char: str) -> str:
    """Fold one character of decomposed, case-folded text."""
    if char in _REPLACED:
        return _REPLACED[char]
    category = unicodedata.category(char)
    if category in ("Cc", "Cs", "Zs", "Zl", "Zp"):
        return " "
    # accents, and what nobody sees: joiners, direction marks, soft hyphens, variation selectors
    if category == "Cf" or unicodedata.combining(char) or "\ufe00" <= char <= "\ufe0f":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return char


def _fold_one(char: str) -> str:
    if char in _TRADE_MARKS:
        return ""
    if char in _PUNCTUATION:  # before ´ is taken apart into a blank and an accent
        return _PUNCTUATION[char]
    if unicodedata.category(char) == "Cs":
        return " "
    # accents go before the case: U+0345 is an accent that would casefold to a letter
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return "".join(map(_fold_piece, unicodedata.normalize("NFKD", bare.casefold())))


class _Folding(dict[int, str]):
    """A table for str.translate that works out a character when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_one(chr(code))
        return folded


class _Spacing(dict[int, str]):
    """Folds, and puts blanks where words end; a symbol such as ★ is a word of its own."""

    def __missing__(self, code: int) -> str:
        spaced = self[code] = "".join(map(_space_one, _FOLDED[code]))
        return spaced


def _space_one(char: str) -> str:
    category = unicodedata.category(char)
    if char.isalnum() or category[0] == "M":  # vowel signs of Indic scripts are marks, and part of the word
        return char
    return f" {char} " if category == "So" else " "


_FOLDED = _Folding()
_SPACED = _Spacing()


def fold(text: str) -> str:
    """``text`` without capitals, accents and invisible characters: ``Ålands Øl`` → ``alands ol``.

    Also one form of blanks, dashes, quotation marks and digits; control characters become blanks. Folding
    twice changes nothing, and each character is folded by itself.
    """
    if text.isascii() and text.isprintable():
        return text.lower().replace("`", "'")
    return text.translate(_FOLDED)


def fold_char(char: str) -> str:
    """What one character becomes: nothing, one character or several (``ß`` → ``ss``)."""
    return _FOLDED[ord(char)]


def words(text: str) -> list[str]:
    """The words of ``text``, folded, in order: ``O'Brien & Søn`` → ``o brien son``."""
    return text.translate(_SPACED).split()


def name_key(name: str) -> str:
    """What a name is sorted, range-scanned and rechecked by: its words joined by a blank."""
    return " ".join(words(name))


def sort_key(name: str) -> str:
    """The name_key as it is kept: as much of it as every database keeps in order."""
    return name_key(name)[:LONGEST_KEY]


def identity(name: str) -> str:
    """What a name that has to be unique is compared by: one that differs in capitals only, or in the width of its
    letters, is taken for the same."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def plain(text: str) -> str:
    """``text`` by what is read: as ``identity``, and one form of dashes and quotation marks, without what nobody sees
    (joiners, soft hyphens, direction marks); accents stay: ``O’Bri\u00aden–Søn`` → ``o'brien-søn``."""
    if text.isascii():
        return identity(text)
    one_kind = unicodedata.normalize("NFKC", text.translate(_ONE_KIND)).translate(_ONE_KIND)
    return identity("".join(c for c in one_kind if unicodedata.category(c) != "Cf" and not "\ufe00" <= c <= "\ufe0f"))


def key_range(prefix: str) -> tuple[str, str]:
    """First key (included) and last (excluded) of all keys that begin with ``name_key(prefix)``."""
    key = name_key(prefix)
    return key, key + "\U0010ffff"


def check_key(field: str, text: str) -> None:
    """Raise Invalid for what a store can't keep to the letter, or is too long to be looked up by."""
    check_text(field, text)
    if len(text) > LONGEST_KEY:
        raise Invalid(field, f"has more than {LONGEST_KEY} characters; shorten it")


def check_text(field: str, text: str) -> None:
    """Raise Invalid for the two things that a store can't keep to the letter; all else is kept as it is."""
    if "\0" in text:
        raise Invalid(field, "contains a NUL character (U+0000), which can't be stored; leave it out")
    if text.isascii():
        return
    for char in text:
        if "\ud800" <= char <= "\udfff":
            raise Invalid(
                field,
                f"contains half of a character (lone surrogate U+{ord(char):04X}), which can't be stored; leave it out",
            )


class Run:
    """A word alone, or neighbouring groups of digits that are one number.

    ``groups`` are the digits and ``trunk`` the places of a ``(0)`` among them; ``words`` the same as plain
    words, where the first may carry a country code (``fi0112038``). ``tail`` is a word that only begins with
    digits and follows (``12 34b``): while it is typed, it is a group like the others."""

    __slots__ = ("groups", "plus", "tail", "trunk", "words")

    def __init__(self, word: str, digits: str, plus: bool) -> None:
        self.words = [word]
        self.groups = [digits] if digits else []
        self.plus = plus
        self.trunk: list[int] = []
        self.tail = ""

    def spellings(self, start: int = 0, tail: str = "") -> Iterator[str]:
        """The digits from a group on in the ways they are typed, the shortest last."""
        plus = self.plus and start == 0
        number = "".join(self.groups[start : start + 2 * LONGEST_WORD]) + tail
        yield from without_00(number)
        trunk = [place for place in self.trunk if place > start]
        if trunk and (plus or number.startswith("00")):  # +358 (0)40: the zero is dialled at home only
            kept = (group for place, group in enumerate(self.groups) if place >= start and place not in trunk)
            yield from without_00("".join(kept) + tail)


def without_00(number: str) -> Iterator[str]:
    """A number as it is, and without the 00 that dials out of the country."""
    yield number[:LONGEST_WORD]
    if number.startswith("00") and len(number) >= _INTERNATIONAL_FROM:
        yield number[2 : 2 + LONGEST_WORD]


def _digits_of(word: str) -> str:
    """The digits of a number, or of a number behind a country code; empty for other words."""
    if not word.isascii():
        return ""
    if word.isdigit():
        return word
    return word[2:] if word[2:].isdigit() and word[:2] in VAT_CODES else ""


def runs(text: str) -> list[Run]:
    """The words and numbers of a text, in its order."""
    folded = fold(text)
    found: list[Run] = []
    end = 0
    for word in words(folded):
        start = folded.index(word, end)
        gap = folded[end:start]
        end = start + len(word)
        digits = _digits_of(word)
        number = found[-1] if found and found[-1].groups and word == digits else None
        if number is not None and _INSIDE_NUMBERS.issuperset(gap):
            if word == "0" and gap.endswith("(") and folded.startswith(")", end):
                number.trunk.append(len(number.groups))
            number.groups.append(word)
            number.words.append(word)
        else:
            if found and word[0].isdigit() and _INSIDE_NUMBERS.issuperset(gap):
                found[-1].tail = word
            found.append(Run(word, digits, plus=gap.rstrip(" (").endswith("+")))
    return found


def typed_words(text: str) -> list[str]:
    """The words that a query of this text looks for: plain words, and each number as one word of digits.

    ``Kone +358 (0)40-555 0143`` → ``kone 358405550143``; ``FI 0112038-9`` → ``01120389``.
    """
    found: list[str] = []
    for run in runs(text):
        plain = not run.groups or (len(run.words) == 1 and run.words[0] != run.groups[0])
        if plain:
            found.append(run.words[0][:LONGEST_WORD])
            continue
        *_, number = run.spellings()
        if found and found[-1] in VAT_CODES and len(number) >= 7:
            found.pop()  # a business id is the VAT number without its country
        found.append(number)
    return list(dict.fromkeys(found))


class Query:
    """What a query asks for; never changed once made.

    ``words``: each begins a word of the row, those of the phrases included. ``phrases``: rechecked with
    ``has_phrase``. ``excluded``: groups of words; a row that has all words of a group is left out.
    ``fields``: (name of FIELDS, folded value); the same name twice means either.
    """

    __slots__ = ("excluded", "fields", "phrases", "words")

    def __init__(
        self,
        words: tuple[str, ...] = (),
        phrases: tuple[str, ...] = (),
        excluded: tuple[tuple[str, ...], ...] = (),
        fields: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.words = words
        self.phrases = phrases
        self.excluded = excluded
        self.fields = fields

    def __repr__(self) -> str:
        return f"Query({self.words!r}, {self.phrases!r}, {self.excluded!r}, {self.fields!r})"

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.words or self.phrases or self.excluded or self.fields)


def has_phrase(text: str, phrase: str) -> bool:
    """Whether a phrase of a Query stands in ``text``, from the start of a word; its last word may go on."""
    return f" {phrase}" in f" {name_key(text)}"


def parse_query(text: str) -> Query:
    """Read what was typed: words, ``"a phrase"``, ``-without``, ``city:helsinki``, ``owner:"Sanna V"``.

    Any text is a query; a quotation mark that is not closed yet reaches to the end.
    """
    plain: list[str] = []
    quoted: list[str] = []
    excluded: list[tuple[str, ...]] = []
    fields: list[tuple[str, str]] = []
    for sign, field, content, is_phrase in _chunks(fold(text[:LONGEST_QUERY])):
        key = name_key(content)
        if sign == "" and field == "" and not is_phrase:
            plain.append(content)
            continue
        plain.append(",")  # numbers on both sides of it are two
        if not key:
            continue
        if field:
            fields.append((field, key))
        elif sign:
            excluded.append(tuple(typed_words(content)))
        else:
            quoted.append(content)
    wanted = typed_words(" ".join(plain)) + [word for phrase in quoted for word in typed_words(phrase)]
    return Query(
        tuple(dict.fromkeys(wanted)),
        tuple(map(name_key, quoted)),
        tuple(excluded),
        tuple(dict.fromkeys(fields)),
    )


def _chunks(folded: str) -> Iterator[tuple[str, str, str, bool]]:
    """Cut a folded query at its blanks into (``-`` or nothing, field, content, whether it was quoted)."""
    place = 0
    while place < len(folded):
        if folded[place] == " ":
            place += 1
            continue
        sign = field = ""
        if folded[place] == "-" and not folded[place + 1 : place + 2].isdigit():  # 040 -555 excludes nothing
            sign = "-"
            place += 1
        else:
            field = next((name for name in FIELDS if folded.startswith(f"{name}:", place)), "")
            place += len(field) + 1 if field else 0
        is_phrase = folded.startswith('"', place)
        place += is_phrase
        end = folded.find('"' if is_phrase else " ", place)
        end = len(folded) if end < 0 else end
        yield sign, field, folded[place:end], is_phrase
        place = end + 1
