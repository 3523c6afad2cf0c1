"""Files made to hurt: each costs little time and memory, whatever becomes of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

#: reads a file in a process of its own and prints seconds and megabytes
MEASURE = """
import sys, time
from pathlib import Path
from crm_tui.interchange.encoding import Unreadable
from crm_tui.interchange.plan import ReadOptions, read
begin = time.monotonic()
try:
    with read(Path(sys.argv[1]), ReadOptions(default_currency="EUR")) as plan:
        for record in plan.records():
            pass
except Unreadable:
    pass
seconds = time.monotonic() - begin
status = Path("/proc/self/status").read_text()
print(seconds, int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""

CARD = b"BEGIN:VCARD\nFN:x\n%b\nEND:VCARD\n"
BOMBS: dict[str, Callable[[], bytes]] = {
    "wide cells.csv": lambda: (
        b"Name,Description\n" + b"".join(b"n%d,%b\n" % (n, b"\xf0\x9f\x98\x80" * 24_000) for n in range(300))
    ),
    "many labels.csv": lambda: (
        b"First Name,Last Name,Organization Name,Labels\n" + (b"a,b,c," + b"l;" * 60_000 + b"\n") * 100
    ),
    "blanks in numbers.csv": lambda: b"Name,Annual revenue\n" + (b"a,1" + b" " * 100_000 + b"x\n") * 100,
    "apostrophes.csv": lambda: b"Name,City\n" + (b"'" * 100_000 + b"," + b"' " * 50_000 + b"\n") * 50,
    "refusals.csv": lambda: b"Name,City\n" + b",x\n" * 400_000,
    "an open quotation mark.csv": lambda: b'Name,City\na,"' + b"y\n" * 2_000_000,
    "cards without end.vcf": lambda: b"BEGIN:VCARD\n" * 1_000_000,
    "cards in cards.vcf": lambda: b"BEGIN:VCARD\n" + b"AGENT:\nBEGIN:VCARD\n" * 500_000,
    "an endless fold.vcf": lambda: CARD % (b"NOTE:x\n" + b" y\n" * 3_000_000),
    "endless soft breaks.vcf": lambda: CARD % (b"NOTE;QUOTED-PRINTABLE:x=\n" + b"y=\n" * 3_000_000),
    "no properties.vcf": lambda: CARD % (b"y\n" * 3_000_000),
    "many properties.vcf": lambda: CARD % (b"A:\n" * 3_000_000),
    "quotation marks.vcf": lambda: CARD % (b"NOTE;A=" + b'"' * 900_001 + b":x"),
    "colons.vcf": lambda: CARD % (b"NOTE;" + b'A=";:";' * 140_000) * 10,
    "backslashes.vcf": lambda: CARD % (b"N:" + b"\\" * 900_000 + b";") * 10,
    "semicolons.vcf": lambda: CARD % (b"N:" + b";" * 900_000 + b"\nCATEGORIES:" + b"a," * 50_000) * 10,
    "addresses.vcf": lambda: CARD % (b"ADR:;;;;;;\n" * 4_000 + b"EMAIL:a@b.c\n" * 900) * 100,
    "a large picture.vcf": lambda: CARD % (b"PHOTO:" + b"A" * 30_000_000),
}
#: those that are much like another, or dear: for the long runs
_LATER = dict.fromkeys(
    (
        *("cards in cards.vcf", "endless soft breaks.vcf", "no properties.vcf", "backslashes.vcf", "addresses.vcf"),
        *("apostrophes.csv", "colons.vcf"),
    ),
    pytest.mark.soak,
)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured as Linux tells it")
@pytest.mark.parametrize("name", [pytest.param(name, marks=_LATER.get(name, ())) for name in BOMBS])
def test_bombs_cost_little_time_and_memory(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(BOMBS[name]())
    done = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    seconds, megabytes = map(float, done.stdout.split())
    assert (seconds < 10, megabytes < 200) == (True, True), done.stdout
