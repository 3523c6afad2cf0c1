"""Files with small real contents, and links."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from crm_tui.demo.cases import Case
from crm_tui.demo.companies import Company
from crm_tui.demo.world import World
from crm_tui.domain.files import FileKind

_TYPES = {"pdf": "application/pdf", "csv": "text/csv", "txt": "text/plain", "md": "text/markdown"}
_NAMES = (
    "Offer {number}.pdf", "Frame agreement {year}.pdf", "Minutes of the kick-off.txt", "Contact list.csv",
    "Measurements {number}.csv", "Inspection report {number}.pdf", "Site rules.txt", "Cost estimate.csv",
    "Non-disclosure agreement.pdf", "Travel instructions.md",
)  # fmt: skip
_LINKS = (
    ("Drawings (shared folder)", "drawings"),
    ("Photos of the site (shared folder)", "photos"),
    ("Class register entry", "class"),
    ("Public procurement notice", "notice"),
)


def add_files(world: World, company: Company, cases: Sequence[Case]) -> None:
    """Files and links of a customer and of its cases."""
    random = world.random
    for _ in range((0, random.randint(0, 1), random.randint(0, 4), 60)[company.size]):
        case = random.choice(cases) if cases and world.chance(0.5) else None
        offset = -random.randint(1, 600)
        if world.chance(0.25):
            name, path = random.choice(_LINKS)
            add_link(
                world, company, name, f"https://files.{company.domain}/{path}/{random.randint(100, 999)}", offset, case
            )
        else:
            name = random.choice(_NAMES).format(number=random.randint(1, 60), year=world.day(offset).year)
            add_file(world, company, name, offset, case)


def add_link(
    world: World, company: Company, name: str, url: str, offset: int, case: Case | None = None, by: int | None = None
) -> None:
    """A link to somewhere else."""
    world.add(
        "file", made=world.some_time(world.workday(offset)), by=by or company.owner, customer=company.id,
        case=case.id if case else None, name=name, kind=FileKind.LINK, url=url,
    )  # fmt: skip


def add_file(
    world: World,
    company: Company,
    name: str,
    offset: int,
    case: Case | None = None,
    *,
    lines: int = 12,
    by: int | None = None,
) -> None:
    """A file whose content fits its name."""
    ending = name.rpartition(".")[2]
    title = f"{name.rpartition('.')[0]}: {company.name}"
    content = _content(world, ending, title, lines)
    key = f"{world.random.getrandbits(128):032x}"
    world.add(
        "file", made=world.some_time(world.workday(offset)), by=by or company.owner, customer=company.id,
        case=case.id if case else None, name=name, kind=FileKind.FILE, content_type=_TYPES.get(ending, _TYPES["txt"]),
        size=len(content), sha256=hashlib.sha256(content).hexdigest(), content_key=key,
        description="Signed by both" if "agreement" in name and world.chance(0.7) else None,
    )  # fmt: skip
    world.put("content", key=key, part=0, data=base64.b64encode(content).decode())


def _content(world: World, ending: str, title: str, lines: int) -> bytes:
    random = world.random
    if ending == "csv":
        rows = (f"{n};{random.uniform(1, 90):.2f};{random.choice('ABC')}" for n in range(1, lines * 3))
        return "\r\n".join((f"# {title}", "point;value;grade", *rows, "")).encode()
    text = [f"{n}. Point {random.choice('ABCDEFG')}{n} was looked at and is in order." for n in range(1, lines)]
    if ending == "pdf":
        return pdf(title, text)
    return "\n".join((title, "=" * len(title), "", *text, "")).encode()


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """A page with a title and lines below it, as small as a PDF can be."""
    escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in (title, "", *lines))
    shown = "".join(f"({line}) Tj T*\n" for line in escaped)
    stream = f"BT /F1 11 Tf 60 780 Td 16 TL\n{shown}ET".encode("cp1252", errors="replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    page = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(page))
        page += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    page += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(page),
    )  # fmt: skip
    return bytes(page)
