"""What our parser reads of the Finnish register, held against the register's own schema.

What is read is taken from the Structs of `crm_tui.registers.prh` themselves, so that this list can't grow old. Run as a
program (`python -m tests.registers.contract`), it prints every field of the schema and whether we read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec.inspect as shapes
import yaml

from crm_tui.registers.prh import Company, CompanyResult

_DATA = Path(__file__).parents[1] / "data" / "registers"
SCHEMA = _DATA / "prh_ytj_v3_openapi.yaml"
#: an error after the schema, made up
ERROR = _DATA / "prh_v3_ErrorResponse_SHAPE_ONLY.json"
#: the list that this module prints, kept beside the schema
LIST = _DATA / "prh_fields.txt"
ROOT = "CompanyResult"


class Read(NamedTuple):
    """How a field is read: the types of JSON that are understood, and the most characters, 0 for any number."""

    types: frozenset[str]
    longest: int


def schema() -> dict[str, Any]:
    """The schema of the register, as it was published."""
    document: dict[str, Any] = yaml.safe_load(SCHEMA.read_text("utf-8"))
    return document


def fields_read() -> dict[str, Read]:
    """The fields that the parser names, by their place: `companies[].names[].endDate`."""
    return dict(_read("", shapes.type_info(CompanyResult)))


def fields_of(document: dict[str, Any], name: str = ROOT) -> dict[str, dict[str, Any]]:
    """The fields of a schema, by their place."""
    return dict(_published(document, "", {"$ref": f"#/components/schemas/{name}"}))


def unmet(document: dict[str, Any]) -> list[str]:
    """What the parser takes for granted and the schema does not say: a sentence each, with the field's name."""
    published = fields_of(document)
    return [
        f"{place}: {fault}" for place, read in fields_read().items() if (fault := _fault(read, published.get(place)))
    ]


def marked(document: dict[str, Any]) -> str:
    """Every field of the schema on a line of its own, marked if we read it."""
    read = fields_read()
    lines = [f"{'read' if place in read else '':6}{place}" for place in fields_of(document)]
    return "\n".join(["# What crm-tui reads of an answer of PRH. By: python -m tests.registers.contract", *lines, ""])


def checkable(node: Any) -> Any:
    """A schema of OpenAPI 3.0 as one of JSON Schema, which writes `nullable` as a second type."""
    if isinstance(node, list):
        return [checkable(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: checkable(value) for key, value in node.items()}
    return plain | {"type": [plain["type"], "null"]} if plain.get("nullable") is True else plain


def _fault(read: Read, published: dict[str, Any] | None) -> str:
    if published is None:
        return "the schema has no such field"
    if published.get("type") not in read.types:
        return f"the schema says {published.get('type')}, we read {' or '.join(sorted(read.types))}"
    if read.longest and published.get("maxLength", 0) > read.longest:
        return f"may have {published['maxLength']} characters, we read {read.longest}"
    return ""


def _read(place: str, info: shapes.Type) -> Iterator[tuple[str, Read]]:
    types, longest = set(), 0
    for kind in info.types if isinstance(info, shapes.UnionType) else (info,):
        match kind:
            case shapes.StructType():
                types.add("object")
                for field in kind.fields:
                    yield from _read(f"{place}.{field.encode_name}".lstrip("."), field.type)
            case shapes.VarTupleType():
                types.add("array")
                yield from _read(f"{place}[]", kind.item_type)
            case shapes.RawType():  # a company, which is read by itself
                yield from _read(place, shapes.type_info(Company))
                return
            case shapes.StrType():
                types.add("string")
                longest = kind.max_length or 0
            case shapes.IntType():
                types.add("integer")
            case shapes.NoneType():
                pass  # nulls are taken out before
            case _:
                raise AssertionError(f"{place} is read as {kind}, which no schema can be held against")
    if place:
        yield place, Read(frozenset(types), longest)


def _published(document: dict[str, Any], place: str, node: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if "$ref" in node:
        node = document["components"]["schemas"][node["$ref"].rpartition("/")[2]]
    if place:
        yield place, node
    for name, field in node.get("properties", {}).items():
        yield from _published(document, f"{place}.{name}".lstrip("."), field)
    if "items" in node:
        yield from _published(document, f"{place}[]", node["items"])


if __name__ == "__main__":
    import sys

    sys.stdout.write(marked(schema()))
