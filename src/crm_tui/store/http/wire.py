"""A call of the port as a request, and its answer: written by one end, read by the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple, Union, get_args
from urllib.parse import urlencode

import msgspec
from msgspec import NODEFAULT, UNSET, UnsetType

from crm_tui.domain.errors import Invalid
from crm_tui.domain.leaves import check_numbers, check_texts
from crm_tui.store.http import query
from crm_tui.store.http.import_items import with_types
from crm_tui.store.http.parameters import Place, Signature, signature
from crm_tui.store.http.problems import Refused
from crm_tui.store.http.routes import PREFIX, Route, Shape
from crm_tui.store.http.told import told

IF_MATCH = "If-Match"
IF_NONE_MATCH = "If-None-Match"
#: on reads: a newer question of the same device in this slot makes the store stop
QUESTION = "Question"
#: on writes: carried out at most once under it
IDEMPOTENCY_KEY = "Idempotency-Key"
#: on every answer: Store.pulse()
PULSE = "Store-Pulse"
#: instead of a revision: there must be none yet
_NONE_YET = "*"


class Request(NamedTuple):
    """``path`` with its query, below the address of the server; ``body`` is JSON, None where there is none, or where it
    is no single document (Shape)."""

    verb: str
    path: str
    headers: dict[str, str]
    body: bytes | None


def to_request(route: Route, given: Mapping[str, Any]) -> Request:
    """The request for a call with these arguments (parameters.arguments). Invalid for a text that no JSON can hold."""
    try:
        return _request(route, given)
    except UnicodeEncodeError:
        for name, value in given.items():
            check_texts(value, name)
        raise


def _request(route: Route, given: Mapping[str, Any]) -> Request:
    its = signature(route)
    path = PREFIX + route.path.format_map({each.name: query.in_path(given[each.name]) for each in its.at(Place.PATH)})
    pairs = query.written(its.at(Place.QUERY), given)
    headers: dict[str, str] = {}
    for each in its.at(Place.REVISION):
        revision = given[each.name]
        headers |= {IF_NONE_MATCH: _NONE_YET} if revision is None else {IF_MATCH: f'"{revision}"'}
    body = _body(its, given) if route.shape is Shape.JSON else None
    return Request(route.verb, f"{path}?{urlencode(pairs)}" if pairs else path, headers, body)


def from_request(
    route: Route,
    path: Mapping[str, str],
    pairs: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    body: bytes,
) -> dict[str, Any]:
    """The arguments of the call that a request stands for, all but those of a body that is no single document.
    ``headers`` have names in small letters. Invalid and Refused say what is wrong with it."""
    its = signature(route)
    given = {each.name: query.from_text(each.name, each.type, path[each.name]) for each in its.at(Place.PATH)}
    given |= query.read(its.at(Place.QUERY), pairs)
    for each in its.at(Place.REVISION):
        given[each.name] = _revision(headers, may_be_new=type(None) in get_args(each.type))
    if its.body is not None and route.shape is Shape.JSON:
        given |= _read_body(its, body)
    return given


def read_json(body: bytes, kind: Any, where: str = "body") -> Any:
    """JSON as a value of a type, strictly. Refused where it is none, Invalid where it is of another type or has numbers
    that no store holds."""
    try:
        value = msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise told(error, where) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(400, f"The {where} is not valid JSON: {error}.") from None
    except RecursionError:
        raise Refused(400, f"The {where} is nested too deeply.") from None
    check_numbers(value, where)
    return value


def write_answer(value: Any) -> bytes:
    """What a method gave, as JSON. A figure that is hidden is null."""
    return msgspec.json.encode(None if value is UNSET else value)


def read_answer(route: Route, body: bytes) -> Any:
    """What the method gave on the other side. Raises msgspec.DecodeError for what is no answer to this route."""
    returns = signature(route).returns
    if returns is None:
        return None
    value = msgspec.json.decode(body, type=answer_type(returns))
    return UNSET if value is None and UnsetType in get_args(returns) else value


@cache
def answer_type(returns: Any) -> Any:
    """The type of an answer's JSON: null stands for what is hidden as a whole."""
    kinds = get_args(returns)
    if UnsetType not in kinds:
        return returns
    return Union[tuple(type(None) if each is UnsetType else each for each in kinds)]  # noqa: UP007


def tag(value: Any, body: bytes) -> str:
    """The ETag of an answer: a hash, behind the revision where it is one entity."""
    digest = hashlib.blake2b(body, digest_size=12).hexdigest()
    revision = getattr(value, "revision", None)
    return f'"{digest}"' if revision is None else f'"{revision}.{digest}"'


def matches(tags: str, own: str) -> bool:
    """Whether an If-None-Match names this ETag; proxies that compress make tags weak."""
    named = [each.strip().removeprefix("W/") for each in tags.split(",")]
    return own in named or _NONE_YET in named


def _body(its: Signature, given: Mapping[str, Any]) -> bytes | None:
    names = [each.name for each in its.at(Place.BODY)]
    if its.body is None:
        return None
    if its.is_whole:
        return msgspec.json.encode(given[names[0]])
    return msgspec.json.encode({name: given[name] for name in names if name in given})


def _read_body(its: Signature, body: bytes) -> dict[str, Any]:
    parameters = its.at(Place.BODY)
    if not body and all(each.default is not NODEFAULT for each in parameters):
        return {}
    value = read_json(body, its.body)
    if its.is_whole:
        return {parameters[0].name: value}
    found = {each.name: getattr(value, each.name) for each in parameters}
    return {"items": [with_types(item) for item in found["items"]]} if "items" in found else found


def _revision(headers: Mapping[str, str], *, may_be_new: bool) -> int | None:
    given = headers.get(IF_MATCH.lower())
    if given is None:
        if may_be_new and headers.get(IF_NONE_MATCH.lower()) == _NONE_YET:
            return None
        new = f", or {IF_NONE_MATCH}: {_NONE_YET} for what is not there yet" if may_be_new else ""
        raise Refused(428, f"Say which revision was seen: {IF_MATCH} with its ETag{new}.")
    number = given.strip().removeprefix("W/").strip('"').partition(".")[0]
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise Invalid(IF_MATCH, 'is the revision that was seen, such as "3", or its ETag')
    return int(number)
