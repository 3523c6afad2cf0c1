"""``crm-tui find`` and what shares its words, on a store that is in no file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from psycopg.conninfo import conninfo_to_dict
from tests import postgres
from tests.cli.conftest import Crm
from tests.store.conftest import Clock, set_up_in_postgres

from crm_tui.cli import DONE, NOTHING_FOUND, main
from crm_tui.domain.contacts import Email, NewContact, Phone
from crm_tui.domain.customers import NewCustomer
from crm_tui.store.sql.store import open_postgres


@pytest.fixture
def address() -> Iterator[str]:
    """A store in PostgreSQL with two customers and a person."""
    made = postgres.new_database(postgres.template("set_up", set_up_in_postgres))
    with closing(open_postgres(made, login="admin", clock=Clock())) as store:
        aalto = store.customers.create(NewCustomer(name="Aalto Øl Oy", number=10482))
        store.customers.create(NewCustomer(name="Bodø Marin"))
        mobile = Phone("+358405550143")
        store.contacts.create(
            NewContact(
                customer=aalto.id,
                first_name="Eeva",
                last_name="Lahtinen",
                emails=(Email("eeva@aalto.example"),),
                phones=(Phone("1", do_not_use=True), mobile),
            )
        )
    given = conninfo_to_dict(made)
    parts = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in given.items() if name != "dbname")
    yield f"postgresql:///{given['dbname']}?{parts}"
    postgres.drop_database(made)


def test_a_store_in_no_file_is_looked_into_by_words(crm: Crm, address: str) -> None:
    def find(*arguments: str) -> tuple[int, str, str]:
        return crm("find", "--store", address, *arguments, login="admin")

    code, out, _ = find("eeva", "aalto", "--json")
    (hit,) = json.loads(out)
    assert (code, hit["kind"], hit["name"], hit["customer_number"]) == (DONE, "contact", "Eeva Lahtinen", 10482)
    assert (hit["phones"], hit["emails"]) == (["+358405550143"], ["eeva@aalto.example"])
    assert find("øl", "--ids")[:2] == (DONE, f"customer:{hit['customer']}\n")
    assert "Eeva Lahtinen" in find("eeva", "--format", "vcard")[1]
    code, out, err = find("alto")
    assert (code, "Aalto Øl Oy" in out) == (DONE, True)
    code, out, err = find("aatlo")
    assert (code, out) == (NOTHING_FOUND, "")
    assert "Did you mean “aalto”?" in err
    assert "Aalto Øl Oy" in crm("show", "--store", address, "eeva", login="admin").out


def test_a_shell_completes_what_is_in_such_a_store(
    address: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def completed(kind: str, word: str, store: str = address) -> str:
        assert main(["complete", "fish", kind, word, store, "admin", ""]) == DONE
        answer = capsys.readouterr()
        assert answer.err == ""
        return answer.out

    assert completed("number", "aalto") == "10482\tAalto Øl Oy\n"
    assert completed("name", "aal") == "Aalto Øl Oy\t10482\n"
    assert completed("query", "Eeva") == "Eeva Lahtinen\tAalto Øl Oy\n"
    assert completed("user", "ad") == "admin\tAino Admin\n"
    assert completed("profile", "mana") == "Manager\t\n"
    assert completed("view", "x") == completed("name", "") == completed("name", "x", f"{address}&port=1") == ""
    ran, folder = tmp_path / "ran", tmp_path / "settings"
    folder.mkdir()
    monkeypatch.setenv("CRM_TUI_CONFIG", str(folder))
    (folder / "config.toml").write_text(
        f'[stores.base]\nurl = "{address}"\npassword_command = ["touch", "{ran}"]\n[stores.plain]\nurl = "{address}"\n'
    )
    assert completed("user", "ad", "plain") == "admin\tAino Admin\n"
    assert completed("user", "ad", "base") == ""
    assert not ran.exists()  # a program that asks for a PIN is not started by a key
