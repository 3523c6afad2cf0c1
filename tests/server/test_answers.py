"""Answers and their headers: entities with their ETags, revisions that have to be named, keys of writes."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from tests.server.conftest import Served

from crm_tui.domain.errors import Away
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.store.port import Store


def test_a_customer_is_created_read_changed_and_deleted(client: httpx.Client) -> None:
    created = client.post("/customers", json={"name": "Kallio Oy"})
    assert created.status_code == 200
    where = f"/customers/{created.json()['id']}"
    read = client.get(where)
    assert read.json() == created.json()
    assert read.headers["etag"].startswith('"1.')
    changed = client.patch(where, json={"name": "Kallio Oyj"}, headers={"If-Match": read.headers["etag"]})
    assert (changed.json()["name"], changed.json()["revision"]) == ("Kallio Oyj", 2)
    assert client.delete(where, headers={"If-Match": '"2"'}).status_code == 204
    gone = client.get(where)
    assert (gone.status_code, gone.headers["content-type"]) == (404, "application/problem+json")
    assert gone.json()["type"] == "/problems/not-found"


def test_what_is_known_is_not_sent_again(client: httpx.Client) -> None:
    number = client.post("/customers", json={"name": "Kallio Oy"}).json()["id"]
    read = client.get(f"/customers/{number}")
    again = client.get(f"/customers/{number}", headers={"If-None-Match": read.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == read.headers["etag"]
    page = client.get("/customers")
    weak = client.get("/customers", headers={"If-None-Match": f'"other", W/{page.headers["etag"]}'})
    assert weak.status_code == 304
    client.post("/customers", json={"name": "Another Oy"})
    assert client.get("/customers", headers={"If-None-Match": page.headers["etag"]}).status_code == 200


def test_a_write_names_the_revision_that_it_saw(client: httpx.Client) -> None:
    where = f"/customers/{client.post('/customers', json={'name': 'Kallio Oy'}).json()['id']}"
    blind = client.patch(where, json={"name": "Kallio Oyj"})
    assert (blind.status_code, blind.json()["detail"]) == (428, "Say which revision was seen: If-Match with its ETag.")
    client.patch(where, json={"name": "Theirs Oy"}, headers={"If-Match": '"1"'})
    late = client.patch(where, json={"name": "Mine Oy"}, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert (late.json()["theirs"]["name"], late.json()["mine"]) == ("Theirs Oy", {"name": "Mine Oy"})
    odd = client.patch(where, json={"name": "Mine Oy"}, headers={"If-Match": '"one"'})
    assert (odd.status_code, odd.json()["field"]) == (422, "If-Match")


def test_a_write_under_a_key_is_carried_out_once(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "key-1"}
    first = client.post("/customers", json={"name": "Kallio Oy"}, headers=headers)
    second = client.post("/customers", json={"name": "Kallio Oy"}, headers=headers)
    assert (first.status_code, second.status_code) == (200, 409)
    assert (second.json()["kind"], second.json()["key"]) == ("customer", first.json()["id"])
    assert client.get("/customers/count").json() == {"number": 1, "capped": False}
    assert client.get("/saved/key-1").json() is True


def test_every_answer_tells_the_pulse(client: httpx.Client) -> None:
    before = int(client.get("/customers").headers["store-pulse"])
    created = client.post("/customers", json={"name": "Kallio Oy"})
    assert int(created.headers["store-pulse"]) > before
    missing = client.get("/customers/77")
    assert missing.headers["store-pulse"] == created.headers["store-pulse"]


def test_each_acts_as_whose_token_it_is(client: httpx.Client, client_of: Callable[..., httpx.Client]) -> None:
    number = client.post("/customers", json={"name": "Kallio Oy"}).json()["id"]
    reader, nobody = client_of("vera", CustomerLevel.READ), client_of("nils", CustomerLevel.NONE)
    assert reader.get("/users/me").json()["user"]["login"] == "vera"
    assert reader.get(f"/customers/{number}").status_code == 200
    denied = reader.patch(f"/customers/{number}", json={"name": "x"}, headers={"If-Match": '"1"'})
    assert (denied.status_code, denied.json()["type"]) == (403, "/problems/denied")
    assert nobody.get(f"/customers/{number}").status_code in (403, 404)


def test_answers_may_be_compressed(client: httpx.Client) -> None:
    for number in range(20):
        client.post("/customers", json={"name": f"Kallio {number} Oy"})
    packed = client.get("/customers", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/customers", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()
    assert packed.headers["etag"] == plain.headers["etag"]
    assert packed.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/customers/count", "/files/3/content", "/dump"])
def test_which_database_went_away_meanwhile_and_why_is_for_the_log(
    path: str, served: Served, client: httpx.Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "The connection to crm on db.internal broke (terminated); nothing of this was saved: try again."

    def broken(*_: object, **__: object) -> None:
        raise Away(why)

    for facet, method in ((store.customers, "count"), (store.files, "open"), (store.portable, "dump")):
        monkeypatch.setattr(type(facet), method, broken)
    answer = client.get(path)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/away")
    assert "internal" not in answer.text
    assert [line["reason"] for line in served.lines if line["event"] == "store"] == [why]
