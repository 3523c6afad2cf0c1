"""Search normalising: whatever is typed of a text, in whatever form, finds it."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain import normalise
from crm_tui.domain.errors import Invalid
from crm_tui.domain.indexed_words import MOST_WORDS, identifier_words, phone_words, search_words
from crm_tui.domain.normalise import (
    LONGEST_WORD,
    Query,
    check_text,
    fold,
    fold_char,
    has_phrase,
    key_range,
    name_key,
    parse_query,
    typed_words,
    words,
)

ANY_TEXT = st.text(st.characters(), max_size=60)  # lone surrogates included
NUMBERISH = st.text(st.sampled_from("0123456789 0 0-./()+fino,;x"), max_size=40)
LATIN = st.text(st.characters(max_codepoint=0x24F), max_size=60)


def found(query: list[str] | tuple[str, ...], indexed: str) -> bool:
    return all(any(word.startswith(part) for word in indexed.split(" ")) for part in query)


def parts(query: Query) -> tuple[object, ...]:
    return query.words, query.phrases, query.excluded, query.fields


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ålandsbanken", "alandsbanken"),
        ("SMØRREBRØD", "smorrebrod"),
        ("Æsir œuvre", "aesir oeuvre"),
        ("Straße STRASSE ẞ", "strasse strasse ss"),
        ("Łódź Đorđe Þór ðað", "lodz dorde thor dad"),
        ("Işık İstanbul", "isik istanbul"),
        ("Ｆｕｌｌ ﬁ ²", "full fi 2"),
        ("e\u0301 é", "e e"),
        ("٣٤", "34"),
        ("so\u00adft jo\u200bin\u200der \ufeffx", "soft joiner x"),
        ("O’Brien O´Brien O`Brien", "o'brien o'brien o'brien"),
        ("“a” „b‟ «c»", '"a" "b" "c"'),
        ("a\u00a0b\tc\nd\x00e", "a b c d e"),
        ("x–y—z−w", "x-y-z-w"),
        ("Acme™ ®", "acme "),
        ("\ud800x", " x"),
    ],
)
def test_folds(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_every_character_folds_to_folded_characters() -> None:
    assigned = (chr(c) for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c)) not in ("Cn", "Co"))
    unstable = [hex(ord(c)) for c in assigned if fold(folded := fold_char(c)) != folded]
    assert unstable == []


@given(ANY_TEXT, ANY_TEXT)
def test_folding_is_idempotent_and_goes_by_character(left: str, right: str) -> None:
    assert fold(fold(left)) == fold(left)
    assert fold(left + right) == fold(left) + fold(right)
    assert fold(left) == "".join(map(fold_char, left))
    assert words(fold(left)) == words(left)


@given(st.text(st.characters(codec="utf-8")))
def test_case_and_composition_make_no_difference(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(ANY_TEXT)
def test_words_survive_the_tokenizer_whole(text: str) -> None:
    for word in [*words(text), *search_words(text).split(), *typed_words(text)]:
        assert word
        assert all(not c.isspace() and (not c.isascii() or c.isalnum()) for c in word)
        word.encode()  # no surrogate


@given(st.lists(st.one_of(ANY_TEXT, NUMBERISH), max_size=5))
def test_the_index_holds_the_words_as_they_are(texts: list[str]) -> None:
    db = apsw.Connection(":memory:")
    db.execute("CREATE VIRTUAL TABLE indexed USING fts5 (words, tokenize='ascii', detail='none')")
    db.execute("CREATE VIRTUAL TABLE terms USING fts5vocab (indexed, row)")
    for text in texts:
        db.execute("INSERT INTO indexed VALUES (?)", (search_words(text),))
    terms = {term for (term,) in db.execute("SELECT term FROM terms")}
    assert terms == {word for text in texts for word in search_words(text).split()}


def test_the_lookup_pays_for_nothing_it_does_not_use() -> None:
    program = (
        "import sys, crm_tui.domain.normalise as n; n.parse_query('+358 40 \u00e5'); n.check_text('a', 'b');"
        "print(*{'re', 'typing', 'enum', 'dataclasses', 'msgspec', 'phonenumbers'} & set(sys.modules))"
    )
    # -S: without site, whose .pth files may import anything
    path = str(Path(normalise.__file__).parents[2])
    ran = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == ""


def test_words() -> None:
    assert words("O'Brien & Søn A/S ★ foo_bar") == ["o", "brien", "son", "a", "s", "★", "foo", "bar"]
    assert words("हिन्दी भाषा") == [fold("हिन्दी"), fold("भाषा")]
    assert words("日本 한국") == [fold("日本"), fold("한국")]
    assert words("!? -") == []


def test_name_key_sorts_and_scans() -> None:
    assert name_key("  Øst-Norge   (AS) ") == "ost norge as"
    first, after = key_range("Øst")
    assert first <= name_key("Østfold") < after
    assert first <= name_key("ost\U0001f600") < after
    assert not first <= name_key("Osu") < after


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_key_range_holds_what_begins_so(start: str, rest: str) -> None:
    first, after = key_range(start)
    key = name_key(start) + name_key(rest)
    assert first.encode() <= key.encode() < after.encode()


@pytest.mark.parametrize("text", ["a\0b", chr(0xD800), f"ok {chr(0xDFFF)}"])
def test_check_text_names_what_cannot_be_stored(text: str) -> None:
    with pytest.raises(Invalid, match=r"U\+") as refusal:
        check_text("description", text)
    assert refusal.value.field == "description"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_check_text_takes_everything_else(text: str) -> None:
    check_text("name", text)


# --- finding


def starts_of_words(text: str) -> list[int]:
    """Where a person may begin to type: at a character of a word with none before it that is seen."""
    starts = []
    inside = False
    for place, char in enumerate(text):
        if not fold_char(char):
            continue
        if words(char) and not inside and fold_char(char)[0] not in " (":
            starts.append(place)
        inside = bool(words(fold_char(char)[-1]))
    return starts


@given(st.one_of(ANY_TEXT, LATIN, NUMBERISH), st.data())
def test_any_part_of_a_text_finds_it(text: str, data: st.DataObject) -> None:
    indexed = search_words(text)
    starts = starts_of_words(text)
    if not starts:
        return
    start = data.draw(st.sampled_from(starts))
    end = data.draw(st.integers(start + 1, len(text)))
    assert found(typed_words(text[start:end]), indexed), (text[start:end], indexed)


@given(st.one_of(LATIN, NUMBERISH), st.data())
def test_every_beginning_of_every_word_finds_the_text(text: str, data: st.DataObject) -> None:
    indexed = search_words(text)
    for word in words(text):
        assert found([word[:LONGEST_WORD]], indexed)
        typed = word[: data.draw(st.integers(1, len(word)))]
        if not (typed.startswith("00") and typed.isdigit()):  # may be the beginning of an international number
            assert found(parse_query(typed).words, indexed)


@given(ANY_TEXT)
def test_any_text_is_a_query(text: str) -> None:
    query = parse_query(text)
    assert query.is_empty == (parts(query) == ((), (), (), ()))
    for word in query.words:
        word.encode()


@pytest.mark.parametrize("typed", ["eeva.lah", "EEVA", "kallavesi.example", "eeva.lahti@kallavesi.example", "lahti"])
def test_email_addresses_are_found_by_their_pieces(typed: str) -> None:
    assert found(parse_query(typed).words, search_words("eeva.lahti@kallavesi.example"))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("O'Brien", "obrien"),
        ("O’Brien Ltd", "o'bri"),
        ("H&M", "hm"),
        ("K-Market", "kmarket"),
        ("Carlsberg A/S", "carlsberg as"),
        ("Työ 2024-0143", "2024-01"),
        ("Työ 2024-0143", "0143"),
        ("Mannerheimintie 12 B, 00100 Helsinki", "helsinki 00100"),
        ("Mannerheimintie 12, 00100 Helsinki", "mannerh 12"),
        ("👾 Arcade", "👾"),
        ("Kauppakatu 12 34B", "12 3"),
        ("Part 0012345X", "0012345"),
    ],
)
def test_names_and_addresses_are_found(name: str, typed: str) -> None:
    assert found(parse_query(typed).words, search_words(name))


def test_a_postal_code_is_not_taken_for_an_international_number() -> None:
    assert parse_query("00100").words == ("00100",)
    assert parse_query("0035840").words == ("35840",)


# --- phones


@pytest.mark.parametrize(
    "typed",
    [
        "+358 40 555 0143",
        "+358405550143",
        "+358 (0)40 555 0143",
        "00358 40 555 0143",
        "040-555 0143",
        "0405550143",
        "(040) 555 0143",
        "040/555.01",
        "40 555",
        "358 40",
        "+358",
        "040",
        "０４０ 555",
    ],
)
@pytest.mark.parametrize("stored", ["+358405550143", "040 555 0143", "+358 (0)40-5550143", "00358405550143"])
def test_a_phone_number_is_found_in_every_form(stored: str, typed: str) -> None:
    (word,) = parse_query(typed).words
    assert word.isdigit()
    assert found([word], search_words(phone_words(stored, "FI")))


@given(st.sampled_from(["+358 40 555 0143", "040-555 0143", "0035840 5550143", "40 555 0143"]), st.data())
def test_a_phone_number_is_found_while_it_is_typed(typed: str, data: st.DataObject) -> None:
    end = data.draw(st.integers(7, len(typed)))
    assert found(parse_query(typed[:end]).words, search_words(phone_words("+358405550143", None)))


@pytest.mark.parametrize("typed", ["22 22 5", "22225555", "+47 22 22", "0047 2222 5555"])
def test_norwegian_numbers_have_no_leading_zero(typed: str) -> None:
    assert found(parse_query(typed).words, search_words(phone_words("22 22 55 55", "NO")))


@given(st.from_regex(r"(04[0-9]|05[0]|09|06|02)[0-9]{5,8}", fullmatch=True), st.data())
def test_national_and_international_form_find_each_other(national: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(national) - 1), max_size=3)))
    spaced = "".join(("-" if place in cuts else "") + digit for place, digit in enumerate(national))
    for stored in (national, f"+358{national[1:]}"):
        indexed = search_words(phone_words(stored, "FI"))
        for typed in (
            spaced,
            f"+358 {spaced[1:].lstrip('-')}",
            f"+358 (0){spaced[1:]}",
            f"00358{national[1:]}",
        ):
            assert found(parse_query(typed).words, indexed)


@given(ANY_TEXT, st.sampled_from(["FI", "NO", "US", None]))
def test_what_is_no_phone_number_is_found_as_it_was_typed(raw: str, region: str | None) -> None:
    assert found(typed_words(raw), search_words(phone_words(raw, region)))


def test_an_extension_is_found() -> None:
    indexed = search_words(phone_words("09 123 4567 ext. 12", "FI"))
    assert found(["091234567", "12"], indexed)


# --- identifiers


@pytest.mark.parametrize(
    ("stored", "country", "typed"),
    [
        (stored, "FI", typed)
        for stored in ("FI01120389", "0112038-9", "FI 0112038-9")
        for typed in ("FI 0112038-9", "FI0112038-9", "0112038-9", "01120389", "fi0112", "FI 0112")
    ]
    + [
        (stored, "NO", typed)
        for stored in ("NO 923 609 016 MVA", "NO923609016MVA", "923609016")
        for typed in ("923 609 016", "NO 923609016", "no923609", "923.609.016")
    ]
    + [("NL8234.56.789.B01", "NL", typed) for typed in ("NL823456789B01", "8234.56.789.B01", "823456789b")],
)
def test_vat_numbers_and_business_ids_are_found(stored: str, country: str, typed: str) -> None:
    assert found(parse_query(typed).words, search_words(identifier_words(stored, country)))


def test_no_identifier_has_no_words() -> None:
    assert identifier_words("") == identifier_words(" - ") == []


# --- queries


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Query()),
        ('  "', Query()),
        ("Kone  Oyj kone", Query(("kone", "oyj"))),
        ('"Aalto-yliopisto oy"', Query(("aalto", "yliopisto", "oy"), ("aalto yliopisto oy",))),
        ('kone "aal', Query(("kone", "aal"), ("aal",))),
        ("”Aalto oy”", Query(("aalto", "oy"), ("aalto oy",))),
        ("kone -Oy", Query(("kone",), (), (("oy",),))),
        ('-"aalto oy" x', Query(("x",), (), (("aalto", "oy"),))),
        ("040 -555 0143", Query(("0405550143",))),
        ("a - b", Query(("a", "b"))),
        ("CITY:Helsinki kone", Query(("kone",), fields=(("city", "helsinki"),))),
        ('owner:"Sanna V" city:', Query(fields=(("owner", "sanna v"),))),
        ("city:oulu city:espoo", Query(fields=(("city", "oulu"), ("city", "espoo")))),
        ("mailto:eeva", Query(("mailto", "eeva"))),
        ("12 city:oulu 34", Query(("12", "34"), fields=(("city", "oulu"),))),
    ],
)
def test_reads_a_query(typed: str, expected: Query) -> None:
    assert parts(parse_query(typed)) == parts(expected)


def test_phrases_are_rechecked_on_the_text() -> None:
    (phrase,) = parse_query('"Söder ma"').phrases
    assert has_phrase("AB Söder-Malm", phrase)
    assert not has_phrase("Malm Söder", phrase)
    assert not has_phrase("AB Östersöder Malm", phrase)


def test_a_row_has_distinct_words_and_not_too_many() -> None:
    assert search_words("Kone kone KONE", None, ["kone", "x"]) == "kone x"
    assert len(search_words(" ".join(f"w{n}" for n in range(2 * MOST_WORDS))).split()) == MOST_WORDS
    assert search_words("x" * 500) == "x" * LONGEST_WORD
    assert found(parse_query("x" * 500).words, search_words("x" * 500))
