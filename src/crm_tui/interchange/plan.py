"""A file read and checked from end to end before anything is written: the plan of an import.

The records wait in a temporary file without a name, so that a large import needs little memory and what is
written later is what was checked, even if the file changes meanwhile.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, BinaryIO, Protocol, Self

import msgspec
from msgspec import Struct

from crm_tui.interchange.case_rows import CaseRows, OrderRows
from crm_tui.interchange.cells import Cells, Currencies, Notice, Notices
from crm_tui.interchange.csv_file import SEPARATORS, BadRow, CsvFile
from crm_tui.interchange.encoding import Unreadable, marked_encoding, open_file
from crm_tui.interchange.finance_rows import AMOUNTS, ActualRows, ForecastRows, InvoiceRows
from crm_tui.interchange.formats import Mapping, choose_mapping
from crm_tui.interchange.people import People
from crm_tui.interchange.records import AddressRecord, CustomerRecord, Record
from crm_tui.interchange.rows import ContactRows, CustomerRows, UserRows
from crm_tui.interchange.values import BadValue, Habits
from crm_tui.interchange.vcard import BadCard, read_cards
from crm_tui.interchange.vcard_people import person_of

Progress = Callable[[float], None]

_DATES = frozenset(("date", "due", "shipped", "close_date", "start", "deadline", "date_of_birth", "paid"))
_NUMBERS = AMOUNTS | frozenset(("number", "employees", "annual_revenue", "value", "probability"))
_IN_MEMORY = 4 << 20
_STEP = 500  # rows between two reports of progress


class ReadOptions(Struct, frozen=True, kw_only=True):
    """What a person may say about a file; all of it is optional.

    ``currency`` is the one of the file's amounts, ``default_currency`` the organisation's, taken where
    neither row nor person names one. ``columns`` are columns by field, ``kind`` one of ``formats.KINDS``,
    ``date_order`` is ``dmy`` or ``mdy``, ``decimal_mark`` is ``.`` or ``,``.
    """

    currency: str = ""
    default_currency: str = ""
    kind: str | None = None
    columns: dict[str, str] = {}
    separator: str | None = None
    date_order: str | None = None
    decimal_mark: str | None = None


class ImportPlan:
    """What a file holds, ready to be written; close it to let its records go.

    ``refused`` and ``notices`` list the first 1,000, ``refused_count`` and ``notice_count`` say how many
    there are. ``counts`` has the number of records by type name. ``mapping`` and ``separator`` are of
    CSV only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.format = ""
        self.encoding = ""
        self.separator: str | None = None
        self.mapping: Mapping | None = None
        self.rows_read = 0
        self.counts: Counter[str] = Counter()
        self._refused, self._notices = Notices(), Notices()
        self._spool = _Spool()
        self._main: dict[str, int] = {}
        self._incidental: set[str] = set()

    @property
    def refused(self) -> tuple[Notice, ...]:
        return tuple(self._refused.listed)

    @property
    def refused_count(self) -> int:
        return self._refused.count

    @property
    def notices(self) -> tuple[Notice, ...]:
        return tuple(self._notices.listed)

    @property
    def notice_count(self) -> int:
        return self._notices.count

    def records(self) -> Iterator[Record]:
        """The records in the file's order, a customer before what belongs to it; can be asked for again."""
        return self._spool.read()

    def close(self) -> None:
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _refuse(self, line: int, reason: str) -> None:
        self.rows_read += 1
        self._refused.add(line, reason)

    def _take(self, line: int, records: Iterable[Record]) -> None:
        """Keep what a row gives; BadValue where it is the same thing as an earlier row."""
        records = list(records)
        main = [record.external_ref for record in records if not _is_incidental(record)]
        for ref in main:
            if ref in self._main:
                raise BadValue(f"the same as in line {self._main[ref]}, which was taken")
        self._main.update(dict.fromkeys(main, line))
        for record in records:
            if _is_incidental(record):
                if record.external_ref in self._main or record.external_ref in self._incidental:
                    continue
                self._incidental.add(record.external_ref)
            self._spool.write(record)
            self.counts[type(record).__name__] += 1
        self.rows_read += 1


def read(path: Path, options: ReadOptions | None = None, progress: Progress | None = None) -> ImportPlan:
    """Read and check a CSV or vCard file.

    ``progress`` is told the part done, from 0 to 1; what it raises ends the reading. Raises Unreadable for a
    file that can't be read as a whole; single bad rows are in the plan.
    """
    options = options or ReadOptions()
    plan = ImportPlan(path)
    try:
        with open_file(path) as stream:
            if _is_vcard(stream, path):
                _read_vcards(plan, stream, progress)
            else:
                _read_csv(plan, stream, options, progress)
    except BaseException:  # ctrl+c as well: its temporary file goes, the exception goes on
        plan.close()
        raise
    return plan


class _Rows(Protocol):
    def records(self, cells: Cells) -> list[Record]: ...


_ROWS: dict[str, Callable[[Mapping, Notices, Currencies], _Rows]] = {
    "customer": CustomerRows,
    "contact": ContactRows,
    "user": UserRows,
    "case": CaseRows,
    "order": OrderRows,
    "invoice": InvoiceRows,
    "forecast": ForecastRows,
    "actual": ActualRows,
}


def _read_csv(plan: ImportPlan, stream: BinaryIO, options: ReadOptions, progress: Progress | None) -> None:
    file = CsvFile(stream, separator=options.separator)
    mapping = choose_mapping(file.columns, kind=options.kind, overrides=options.columns)
    plan.mapping, plan.format = mapping, mapping.format
    plan.encoding, plan.separator = file.encoding.name, SEPARATORS.get(file.separator, file.separator)
    habits = _learn_habits(file, mapping, options, _part(progress, 0.0, 0.3))
    currencies = Currencies(options.currency.upper(), options.default_currency.upper())
    rows = _ROWS[mapping.kind](mapping, plan._notices, currencies)
    report = _Reporter(stream, _part(progress, 0.3, 1.0))
    for row in file.rows():
        report.step()
        if isinstance(row, BadRow):
            plan._refuse(row.line, row.reason)
            continue
        cells = Cells(row.line, row.values, mapping.columns, habits, plan._notices)
        try:
            plan._take(row.line, rows.records(cells))
        except BadValue as error:
            plan._refuse(row.line, str(error))


def _learn_habits(
    file: CsvFile, mapping: Mapping, options: ReadOptions, progress: Progress | None
) -> dict[str, Habits]:
    """How each column of dates and of numbers is written, which takes a pass of its own over the file."""
    fields = [field for field in mapping.columns if field in _DATES | _NUMBERS]
    # the amounts of a row are written alike: where one column shows which mark it is, the others follow it
    amounts = Habits(date_order=options.date_order, decimal_mark=options.decimal_mark)
    habits = {
        f: amounts if f in AMOUNTS else Habits(date_order=options.date_order, decimal_mark=options.decimal_mark)
        for f in fields
    }
    if not habits:
        return habits
    learn = [
        (mapping.columns[f], habit.learn_date if f in _DATES else habit.learn_number) for f, habit in habits.items()
    ]
    report = _Reporter(file.stream, progress)
    for row in file.rows():
        report.step()
        if not isinstance(row, BadRow):
            for column, note in learn:
                note(row.values[column])
    return habits


def _read_vcards(plan: ImportPlan, stream: BinaryIO, progress: Progress | None) -> None:
    people = People("vcard", plan._notices)
    report = _Reporter(stream, progress)
    encodings: Counter[str] = Counter()
    versions: Counter[str] = Counter()
    for card in read_cards(stream):
        report.step()
        if isinstance(card, BadCard):
            plan._refuse(card.line, card.reason)
            continue
        encodings[card.encoding] += 1
        versions[card.version] += 1
        try:
            plan._take(card.line, people.records(person_of(card, plan._notices)))
        except BadValue as error:
            plan._refuse(card.line, str(error))
    if not plan.rows_read:
        raise Unreadable("The file has no vCard in it.")
    plan.format = f"vCard {', '.join(sorted(versions))}".strip()
    plan.encoding = ", ".join(sorted(encodings))


def _is_incidental(record: Record) -> bool:
    """Whether a row brings the record along rather than being about it."""
    return isinstance(record, AddressRecord) or (isinstance(record, CustomerRecord) and record.by_name)


def _is_vcard(stream: BinaryIO, path: Path) -> bool:
    head = stream.read(256)
    stream.seek(0)
    encoding = marked_encoding(head)
    text = head[encoding.mark :].decode(encoding.codec, "replace") if encoding else head.decode("latin-1")
    return text.lstrip().upper().startswith("BEGIN:VCARD") or path.suffix.lower() in (".vcf", ".vcard")


def _part(progress: Progress | None, begin: float, end: float) -> Progress | None:
    """A progress of its own for one of several passes."""
    if progress is None:
        return None
    return lambda done: progress(begin + done * (end - begin))


class _Reporter:
    """Tells how far a stream has been read, now and then."""

    def __init__(self, stream: BinaryIO, progress: Progress | None) -> None:
        self._stream = stream
        self._progress = progress
        self._size = max(os.fstat(stream.fileno()).st_size, 1)
        self._rows = 0

    def step(self) -> None:
        self._rows += 1
        if self._progress is not None and self._rows % _STEP == 0:
            self._progress(min(self._stream.tell() / self._size, 1.0))


class _Spool:
    """Records in a file without a name: each is its length and its MessagePack form."""

    def __init__(self) -> None:
        self._file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Record)

    def write(self, record: Record) -> None:
        data = self._encoder.encode(record)
        self._file.write(len(data).to_bytes(4, "big") + data)

    def read(self) -> Iterator[Record]:
        position = 0
        while True:
            # sought each time, so that two iterations do not disturb each other
            self._file.seek(position)
            length = int.from_bytes(self._file.read(4), "big")
            if not length:
                return
            yield self._decoder.decode(self._file.read(length))
            position += 4 + length

    def close(self) -> None:
        self._file.close()
