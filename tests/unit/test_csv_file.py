"""Reading CSV: encoding, separator, rows, and what happens to files that are broken or made to hurt."""

from __future__ import annotations

import io
import random
import sys
from contextlib import closing, nullcontext, suppress
from pathlib import Path

import pytest

from crm_tui.interchange import csv_file
from crm_tui.interchange.csv_file import MAX_COLUMNS, MAX_ROWS, BadRow, CsvFile, Row
from crm_tui.interchange.encoding import Unreadable, detect

DATA = Path(__file__).parent.parent / "data"


def read(data: bytes | str) -> CsvFile:
    return CsvFile(io.BytesIO(data.encode() if isinstance(data, str) else data))


def good(file: CsvFile) -> list[tuple[int, list[str]]]:
    return [(row.line, list(row.values.values())) for row in file.rows() if isinstance(row, Row)]


def bad(file: CsvFile) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in file.rows() if isinstance(row, BadRow)]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("a,b\nä,ö\n".encode(), "UTF-8"),
        (b"\xef\xbb\xbfa,b\n1,2\n", "UTF-8 with byte order mark"),
        ("a,b\nä,€\n".encode("cp1252"), "Windows-1252"),
        (b"\xff\xfe" + "a,b\nä,😀\n".encode("utf-16-le"), "UTF-16 LE"),
        (b"\xfe\xff" + "a,b\nä,😀\n".encode("utf-16-be"), "UTF-16 BE"),
        (b"", "UTF-8"),
    ],
)
def test_encoding_is_found(data: bytes, name: str) -> None:
    assert detect(io.BytesIO(data)).name == name


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a,b\n1,\x00\n", "Byte 7 (line 2) is NUL"),
        (b"a,b\n\x81,\xff\n", "Byte 5 (line 2) (0x81) can't be read as Windows-1252"),
        ("ä,b\n".encode() + b"1,\xff\n", "Byte 8 (line 2) (0xFF) can't be read as UTF-8"),
        ("ä,b\nä".encode()[:-1], "Byte 6 (line 2) (0xC3) can't be read as UTF-8"),
        (b"\xff\xfe" + "a\n\0".encode("utf-16-le"), "Byte 7 (line 2) is NUL"),
        (b"\xff\xfea\x00\x00\xd8b\x00", "can't be read as UTF-16 LE"),
        (b"PK\x03\x04....", "spreadsheet"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(Unreadable) as refused:
        detect(io.BytesIO(data))
    assert message in str(refused.value)


def test_a_fault_far_into_the_file_is_found_at_its_place() -> None:
    data = "ä,b\n".encode() + b"x,y\n" * 1_000_000 + b"\xff,\n"
    with pytest.raises(Unreadable, match=r"Byte 4,000,006 \(line 1,000,002\)"):
        detect(io.BytesIO(data))


def test_a_file_over_the_cap_is_refused() -> None:
    with pytest.raises(Unreadable, match="split it"):
        detect(io.BytesIO(b"a" * 2_000_000), max_bytes=1_000_000)


@pytest.mark.parametrize(
    ("text", "separator", "first"),
    [
        ("a,b,c\n1,2,3\n", ",", ["1", "2", "3"]),
        ("a;b;c\n1,5;2;3\n", ";", ["1,5", "2", "3"]),
        ("a\tb\n1,2\t3;4\n", "\t", ["1,2", "3;4"]),
        ("a|b\n1|2\n", "|", ["1", "2"]),
        ("sep=;\na;b\n1;2\n", ";", ["1", "2"]),
        ('name;note\n"a;b";"x\ny"\n', ";", ["a;b", "x\ny"]),
        ("only\nvalue\n", ",", ["value"]),
        ("a,b\r1,2\r3,4\r", ",", ["1", "2"]),
    ],
)
def test_the_separator_is_found(text: str, separator: str, first: list[str]) -> None:
    file = read(text)
    assert file.separator == separator
    assert good(file)[0][1] == first


def test_rows_have_the_line_they_begin_in() -> None:
    file = read('a,b\n\n1,"x\ny"\n , \n3,4\n')
    assert good(file) == [(3, ["1", "x\ny"]), (6, ["3", "4"])]


def test_uneven_rows_are_refused_and_stop_nothing() -> None:
    file = read("a,b,c\n1,2,3\n1,2\n1,2,3,4\n4,5,6,,\n7,8,9\n")
    assert good(file) == [(2, ["1", "2", "3"]), (5, ["4", "5", "6"]), (6, ["7", "8", "9"])]
    assert bad(file) == [
        (3, "it has 2 cells where the header has 3"),
        (4, "it has 4 cells where the header has 3"),
    ]


def test_an_unclosed_quotation_mark_costs_its_own_row_only() -> None:
    rows = "".join(f"{n},x\n" for n in range(50_000))
    file = read(f'a,b\n1,2\n3,"open\n{rows}')
    assert len(good(file)) == 50_001
    [(line, reason)] = bad(file)
    assert line == 3
    assert "quotation mark is not closed" in reason


def test_text_after_a_closing_quotation_mark_is_refused() -> None:
    file = read('a,b\n"The "Best" Account",x\n"The ""Best"" Account",y\n')
    assert good(file) == [(3, ['The "Best" Account', "y"])]
    assert bad(file)[0][0] == 2


def test_columns_without_or_with_the_same_name_can_be_told_apart() -> None:
    assert read("Phone,,Phone,Phone\n1,2,3,4\n").columns == ("Phone", "column 2", "Phone (2)", "Phone (3)")


@pytest.mark.parametrize("data", ["", "\n\n\n", '"open\n'])
def test_a_file_without_header_is_refused(data: str) -> None:
    with pytest.raises(Unreadable):
        read(data)


def test_rows_can_be_read_again() -> None:
    file = read("a,b\n1,2\n")
    assert good(file) == good(file)


@pytest.mark.parametrize(
    ("name", "rows", "columns", "encoding"),
    [
        ("northwind/customers.csv", 93, 11, "UTF-8"),
        ("northwind/employees.csv", 9, 14, "UTF-8"),
        ("northwind/orders.csv", 830, 13, "UTF-8"),
        ("salesforce/accountData.csv", 423, 38, "Windows-1252"),
        ("salesforce/opportunityData.csv", 38, 31, "UTF-8"),
        ("csv/csvEscapedQuotes.csv", 2, 2, "UTF-8"),
        ("csv/csvSeparator.csv", 2, 3, "UTF-8"),
        ("csv/csvtext_BOM_UTF16LE.csv", 2, 3, "UTF-16 LE"),
    ],
)
def test_real_files_are_read_to_the_last_row(name: str, rows: int, columns: int, encoding: str) -> None:
    with open(DATA / name, "rb") as stream:
        file = CsvFile(stream)
        assert (file.encoding.name, file.separator, len(file.columns)) == (encoding, ",", columns)
        assert (len(good(file)), bad(file)) == (rows, [])


def test_real_escaped_quotes() -> None:
    with open(DATA / "csv/csvEscapedQuotes.csv", "rb") as stream:
        assert [cells[0] for _, cells in good(CsvFile(stream))] == ['"The Best" Account', 'The "Best" Account']


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        pytest.param(b"a,b\n" + b"x" * 20_000_000 + b"\n1,2\n", 1, id="an endless line"),
        pytest.param(b"a,b\n" + b'"' * 20_000_000 + b"\n1,2\n", 1, id="nothing but quotation marks"),
        pytest.param(b"a,b\n" + b'x,"y\n' * 200_000, None, id="every mark unclosed"),
        pytest.param(b"a,b\n" + b'x"",""y,"""\n' * 100_000, None, id="marks in odd places"),
        pytest.param(b'a,b\n1,"' + b"y\n" * 5_000_000, None, id="one cell to the end of the file"),
        pytest.param(b"a,b\n" + (b"1," + b"9" * 100_000 + b"\n") * 100, 100, id="long cells"),
    ],
)
def test_bombs_are_read_over(data: bytes, taken: int | None) -> None:
    rows = 0
    with nullcontext() if taken is not None else suppress(Unreadable):  # the latter for more than MAX_ROWS
        for row in read(data).rows():
            rows += isinstance(row, Row)
    assert rows == taken if taken is not None else rows <= MAX_ROWS


def test_a_header_of_a_million_columns_is_refused() -> None:
    with pytest.raises(Unreadable, match=f"{MAX_COLUMNS:,}"):
        read(b"a" + b",a" * 100_000 + b"\n")


def mutants(data: bytes, count: int, seed: int) -> list[bytes]:
    """Copies with some bytes changed, cut out, doubled or put elsewhere."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        mutant = bytearray(data[chance.randrange(len(data) // 2) :][: chance.randrange(200, 4_000)])
        for _ in range(chance.randrange(1, 20)):
            at = chance.randrange(len(mutant) or 1)
            change = chance.randrange(4)
            if change == 0 and mutant:
                mutant[at] = chance.randrange(256)
            elif change == 1:
                del mutant[at : at + chance.randrange(1, 50)]
            elif change == 2:
                mutant[at:at] = chance.choice([b'"', b"\r", b"\n", b",", b";", b"\x00", b"\xff", b"\xc3", b"="])
            else:
                mutant[at:at] = mutant[at : at + 100]
        made.append(bytes(mutant))
    return made


def test_a_file_with_too_many_rows_is_let_go_before_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "MAX_ROWS", 1)
    late: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", late.append)
    file = read("a,b\n1,2\n3,4\n5,6\n")
    with suppress(Unreadable), closing(file.stream):
        list(file.rows())
    assert late == []


def read_mutants(count: int, seed: int) -> None:
    for name in ("northwind/employees.csv", "salesforce/accountData.csv"):
        for mutant in mutants((DATA / name).read_bytes(), count // 2, seed):
            try:
                rows = list(read(mutant).rows())
            except Unreadable:
                continue
            assert [row.line for row in rows] == sorted({row.line for row in rows})


def test_mutants_are_read_or_refused() -> None:
    read_mutants(200, seed=1)


@pytest.mark.soak
def test_a_thousand_mutants_are_read_or_refused() -> None:
    read_mutants(1_000, seed=2)
