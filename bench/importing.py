"""``crm-tui import``: rows a second, with search index and change log."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

from bench.data import LOGIN, Scene, crm_script
from bench.report import Row
from bench.timing import Missing, children_seconds, finished

TITLE = "Import from CSV, with search index and change log"
_CUSTOMERS = 20_000
_CITIES = ("Helsinki", "Oslo", "Tampere", "Ålesund", "Aarhus")
_FIRST = ("Søren", "Mette", "Aino", "Lars", "Ulrika", "Jaan", "Eeva")
_LAST = ("Korhonen", "Åkesson", "Østergaard", "Berg", "Nieminen", "Hansen")
_SETUP = ["--organization", "Bench", "--country", "FI", "--currency", "EUR", "--language", "en", "--time-zone", "UTC"]


def measure(scene: Scene) -> Iterator[Row]:
    """A file of customers, and a file of their contacts, into an empty store. The sum is what counts, of the
    processor's time: an import waits for little else, and other programs are no part of it."""
    customers = min(_CUSTOMERS, 20 * scene.smallest)
    files = {
        "customers": _customers(scene.folder / "customers.csv", customers),
        "contacts": _contacts(scene.folder / "contacts.csv", customers),
    }
    spent = computed = 0.0
    for name, path in files.items():
        wall, processor = _import(scene.folder / "imported.db", path)
        spent, computed = spent + wall, computed + processor
        yield Row(
            f"{customers:,} {name}", f"{customers / wall:,.0f} rows/s", f"{wall:.1f} s, processor {processor:.1f} s"
        )
    rows = 2 * customers
    speed = rows / computed
    clock = f"{rows:,} rows, on the clock {rows / spent:,.0f} rows/s, processor {computed / rows * 1e6:.0f} µs a row"
    yield Row(
        "both, start and all, by the processor", f"{speed:,.0f} rows/s", clock, "≥ 20,000 rows/s", speed >= 20_000
    )


def _import(store: Path, path: Path) -> tuple[float, float]:
    """Seconds on the clock and of the processor. Whatever is refused ends the benchmark: it would count as fast."""
    command = [crm_script(), "--store", str(store), "--as", LOGIN, *_SETUP, "import", str(path)]
    start, before = time.perf_counter(), children_seconds()
    done = finished(command)
    if "none refused" not in done.stdout + done.stderr:
        raise Missing(f"the import of {path.name} failed: {done.stdout[-500:]}{done.stderr[-500:]}")
    return time.perf_counter() - start, children_seconds() - before


def _customers(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Name", "Number", "E-mail", "Phone", "Street", "Postal code", "City", "Country"])
        for n in range(count):
            city = _CITIES[n % len(_CITIES)]
            writer.writerow(
                [f"{city} Works {n} Oy", 30_000 + n, f"info@works{n}.example", f"+358 9 555 {n:05}",
                 f"Street {n % 99}", f"{n:05}", city, "FI"]
            )  # fmt: skip
    return path


def _contacts(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["First name", "Last name", "Customer", "E-mail", "Phone"])
        for n in range(count):
            first, last = _FIRST[n % len(_FIRST)], _LAST[n % len(_LAST)]
            customer = f"{_CITIES[n % len(_CITIES)]} Works {n} Oy"
            writer.writerow([first, last, customer, f"{n}@works{n}.example", f"+358 40 555 {n:05}"])
    return path
