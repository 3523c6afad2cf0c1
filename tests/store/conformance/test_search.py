"""What people type, and what they find: in the customers list and with find anything."""

from __future__ import annotations

import json
from itertools import cycle
from pathlib import Path

import pytest
from tests.store.conftest import TODAY, AsUser, Value

from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.cases import NewCase
from crm_tui.domain.contacts import ContactChange, Email, NewContact, Phone
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Denied
from crm_tui.domain.finance import NewInvoice, Receiver
from crm_tui.domain.permissions import CustomerLevel, ProjectLevel
from crm_tui.domain.registries import RegistryKind
from crm_tui.store.customers import CustomerQuery, CustomerSort
from crm_tui.store.history import ImportItem
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.search import LookUp

NAUGHTY: list[str] = json.loads((Path(__file__).parents[2] / "data/naughty/blns.json").read_text("utf-8"))


@pytest.fixture
def world(store: Store, value: Value, as_user: AsUser) -> Store:
    """Three customers with people, two cases and an invoice."""
    sanna = as_user("sanna").users.me().user.id
    kallavesi = store.customers.create(
        NewCustomer(
            name="Kallavesi Marine Engineering Oy",
            number=10482,
            vat_number="FI30918274",
            business_id="3091827-4",
            email="toimisto@kallavesi.example",
            phone="+358 17 555 0140",
            owner=sanna,
        )
    )
    store.addresses.create(NewAddress(customer=kallavesi.id, city="Kuopio", country="FI"))
    store.contacts.create(
        NewContact(
            customer=kallavesi.id,
            first_name="Eeva",
            last_name="Lahtinen",
            role=value(RegistryKind.CONTACT_ROLE, "Managing director"),
            keywords=(value(RegistryKind.KEYWORD, "Steering group"),),
            emails=(Email("eeva.lahtinen@kallavesi.example"),),
            phones=(Phone("+358405550143"),),
        )
    )
    bodo = store.customers.create(
        NewCustomer(name="Bodø Marinservice AS", phone="75 50 00 11", vat_number="NO974760673MVA")
    )
    store.addresses.create(NewAddress(customer=bodo.id, city="Bodø", country="NO"))
    store.contacts.create(NewContact(customer=bodo.id, first_name="Tore-Kai", last_name="Nygård"))
    store.customers.create(NewCustomer(name="Porvoon Submarin"))
    case = store.cases.create(NewCase(customer=kallavesi.id, name="Deck crane retrofit", order_number="PO-7788"))
    won = value(RegistryKind.SALES_STATUS, "Won")
    store.cases.create(NewCase(customer=bodo.id, name="Quay lighting", sales_status=won))
    store.finance.create_invoice(
        NewInvoice(
            customer=kallavesi.id,
            number="2026-0431",
            date=TODAY,
            currency="EUR",
            receiver=Receiver(name="K"),
            cases=(case.id,),
            total=1,
        )
    )
    return store


KALLAVESI, BODO, PORVOO = "Kallavesi Marine Engineering Oy", "Bodø Marinservice AS", "Porvoon Submarin"


def listed(store: Store, text: str) -> list[str]:
    return [row.name for row in store.customers.page(CustomerQuery(text=text), PageRequest()).rows]


def found(store: Store, text: str) -> list[tuple[Kind, str]]:
    return [(hit.kind, hit.label) for hit in store.search.anything(text).hits]


CASES = [
    ("kalla", [KALLAVESI]),
    ("KALLAVESI marine", [KALLAVESI]),
    ("oy engineering", [KALLAVESI]),
    ("10482", [KALLAVESI]),
    ("FI30918274", [KALLAVESI]),
    ("fi 3091827-4", [KALLAVESI]),
    ("3091827-4", [KALLAVESI]),
    ("30918274", [KALLAVESI]),
    ("toimisto@kallavesi.example", [KALLAVESI]),
    ("017 555 0140", [KALLAVESI]),
    ("+358175550140", [KALLAVESI]),
    ("00358 17 555", [KALLAVESI]),
    ("kuopio", [KALLAVESI]),
    ("bodo", [BODO]),
    ("BODØ", [BODO]),
    ("974 760 673", [BODO]),
    # a contact's name, e-mail and phone lead to the customer
    ("eeva", [KALLAVESI]),
    ("lahtinen eeva", [KALLAVESI]),
    ("eeva.lahtinen@", [KALLAVESI]),
    ("040 555 0143", [KALLAVESI]),
    ("040-5550143", [KALLAVESI]),
    ("+358 (0)40 5550143", [KALLAVESI]),
    ("358405550143", [KALLAVESI]),
    ("nygard", [BODO]),
    # words in two rows, and inside of words
    ("eeva kallavesi", [KALLAVESI]),
    ("tore bodø", [BODO]),
    ("eeva bodø", []),
    ("vesi", [KALLAVESI]),
    ("ahtine", [KALLAVESI]),
    ("gineer alla", [KALLAVESI]),
    ("bmar", [PORVOO]),
    ("zzz", []),
    # phrases, exclusions, fields
    ('"marine engineering"', [KALLAVESI]),
    ('"engineering marine"', []),
    ('"eeva lahtinen"', [KALLAVESI]),
    ('"lahtinen tore"', []),
    ('"tore-kai nyg"', [BODO]),
    ('"nyg tore"', []),
    ("marin -engineering", [BODO]),
    ("-marine -submarin", [BODO]),
    ("city:kuop", [KALLAVESI]),
    ("city:kuopio city:bodo", [BODO, KALLAVESI]),
    ("marin city:bodø", [BODO]),
    ("owner:sanna", [KALLAVESI]),
    ("owner:nobody", []),
    ("role:managing", [KALLAVESI]),
    ("keyword:group", [KALLAVESI]),
    ("keyword:steer role:director marine", [KALLAVESI]),
    ("", [BODO, KALLAVESI, PORVOO]),
    (" , ", [BODO, KALLAVESI, PORVOO]),
]


def test_the_list_finds_customers(world: Store) -> None:
    assert [(text, listed(world, text)) for text, _ in CASES] == CASES
    for text, expected in CASES:
        assert world.customers.count(CustomerQuery(text=text)).number == len(expected), text
        assert world.customers.count(CustomerQuery(text=text), exact=True).number == len(expected), text


def test_filters_narrow_what_words_find_and_change_nothing_else(world: Store, value: Value) -> None:
    industry = value(RegistryKind.INDUSTRY, "Manufacturing")
    for row in world.customers.page(CustomerQuery(), PageRequest()).rows:
        customer = world.customers.get(row.id)
        if row.name != PORVOO:
            world.customers.update(row.id, customer.revision, CustomerChange(industry=industry))
    education = value(RegistryKind.INDUSTRY, "Education")
    for text, expected in CASES:
        query = CustomerQuery(text=text, industry=industry)
        narrowed = [name for name in expected if name != PORVOO]
        assert [row.name for row in world.customers.page(query, PageRequest()).rows] == narrowed, text
        assert world.customers.count(CustomerQuery(text=text, industry=education)).number == 0, text


def test_words_of_every_script_are_found_by_their_beginning_and_their_inside(store: Store) -> None:
    names = (
        "Straße am Fluß",
        "Ørsted & Ångström",
        "東京商事株式会社",
        "Ελληνική Ναυτιλία",
        "★ Café",
        "Naïve \\:* | 'Oy'",
    )
    for name in names:
        store.customers.create(NewCustomer(name=name))
    german, nordic, japanese, greek, star, signs = names
    typed = {
        german: ["strasse", "STRASSE flu", "trass", '"am fluss"', "fluß -angstrom", "am fluss -ørsted"],
        nordic: ["orsted", "ØRSTED ångs", "ngstr", '"orsted ang"', "ångström -straße"],
        japanese: ["東京", "東京商事", "商事株", "式会社"],
        greek: ["ελλην", "ΝΑΥΤΙΛΊΑ", "αυτιλ"],
        star: ["★", "★ cafe", "CAFÉ"],
        signs: ["naive", "naïve oy", "aive", "'oy'", "oy -cafe"],
    }
    for name, texts in typed.items():
        assert [(text, listed(store, text)) for text in texts] == [(text, [name]) for text in texts]
        assert [(text, found(store, text)) for text in texts] == [(text, [(Kind.CUSTOMER, name)]) for text in texts]
    for text in ("京商", "\\", ":*", "|", "&", "{", '"', "%", "_"):  # too short for an inside, or no word at all
        assert found(store, text) == [], text


def test_the_inside_of_a_word_is_that_and_not_its_parts_elsewhere(store: Store) -> None:
    for name in ("Xabcybcdx", "Xabcdy", "Yabc Zbcd"):
        store.customers.create(NewCustomer(name=name))
    assert listed(store, "abcd") == ["Xabcdy"]
    assert found(store, "abcd") == [(Kind.CUSTOMER, "Xabcdy")]
    assert listed(store, "bc") == []  # two letters are too few


def test_exact_names_come_first_then_beginnings_then_the_rest(store: Store) -> None:
    for name in ("Alfa Marin", "Marinex", "Zeta Marin", "Marin", "Marin & Havn", "Marin Ab"):
        store.customers.create(NewCustomer(name=name))
    assert listed(store, "marin") == [
        "Marin",
        "Marin Ab",
        "Marin & Havn",
        "Marinex",
        "Alfa Marin",
        "Zeta Marin",
    ]
    by_name = CustomerQuery(text="marin", descending=True)
    assert store.customers.page(by_name, PageRequest()).rows[0].name == "Zeta Marin"


def test_a_number_leads_before_names_with_that_number(store: Store) -> None:
    store.customers.create(NewCustomer(name="10482 Club", number=5))
    store.customers.create(NewCustomer(name="Zeta", number=10482))
    assert set(listed(store, "10482")) == {"Zeta", "10482 Club"}
    hits = store.search.anything("10482").hits
    assert {hit.label for hit in hits} == {"Zeta", "10482 Club"}


def test_a_long_list_of_hits_is_capped_and_says_so(store: Store) -> None:
    items = [
        ImportItem(
            kind=Kind.CUSTOMER,
            external_ref=f"customer {number}",
            fields={"name": f"Common {number}"},
            refs={},
            registry={},
            line=number,
        )
        for number in range(1005)
    ]
    run = store.imports.begin("customers.csv")
    store.imports.write(run, items)
    store.imports.finish(run)
    query = CustomerQuery(text="com")
    count = store.customers.count(query)
    assert (count.number, count.capped) == (1000, True)
    assert store.customers.count(query, exact=True) == count  # no more can be reached
    assert len(store.customers.page(query, PageRequest(limit=2000)).rows) == 1000
    ends = [store.customers.page(query, PageRequest(limit=1, from_end=end)).rows[0].id for end in (False, True)]
    assert [store.customers.neighbours(query, end).position for end in ends] == [1, 1000]
    hits = store.search.anything("com", limit=20)
    assert (len(hits.hits), hits.capped) == (20, True)


def test_a_search_follows_every_change(world: Store) -> None:
    customer = world.customers.by_number(10482)
    world.customers.update(customer.id, customer.revision, CustomerChange(name="Saimaa Marine", phone="0401234567"))
    assert listed(world, "saimaa") == ["Saimaa Marine"]
    assert listed(world, "engineering") == []
    assert listed(world, "gineerin") == []
    assert listed(world, "017 555 0140") == []
    assert listed(world, "+358 40 1234567") == ["Saimaa Marine"]
    (eeva,) = (hit for hit in world.search.anything("eeva").hits)
    contact = world.contacts.get(eeva.id)
    contact = world.contacts.update(contact.id, contact.revision, ContactChange(first_name="Maija", phones=()))
    assert found(world, "eeva") == [(Kind.CONTACT, "Maija Lahtinen")]  # her e-mail address is still eeva's
    contact = world.contacts.update(contact.id, contact.revision, ContactChange(emails=()))
    assert found(world, "eeva") == []
    assert found(world, "0405550143") == []
    world.contacts.delete(contact.id, contact.revision)
    assert found(world, "maija") == []
    assert found(world, "ahtin") == []


def test_find_anything_knows_where_it_is(world: Store) -> None:
    (customer,) = world.search.anything("kallavesi marine").hits
    assert (customer.kind, customer.label, customer.tab) == (Kind.CUSTOMER, KALLAVESI, 1)
    assert customer.id == customer.customer
    assert "10482" in customer.detail
    (eeva,) = world.search.anything("040 555 0143").hits
    assert (eeva.kind, eeva.label, eeva.tab) == (Kind.CONTACT, "Eeva Lahtinen", 1)
    assert (eeva.customer, eeva.customer_name) == (customer.id, KALLAVESI)
    assert eeva.detail == "+358405550143, eeva.lahtinen@kallavesi.example"
    (case,) = world.search.anything("crane").hits
    assert (case.kind, case.label, case.tab) == (Kind.CASE, "Deck crane retrofit", 2)
    (invoice,) = world.search.anything("2026-0431").hits
    assert (invoice.kind, invoice.label, invoice.tab) == (Kind.INVOICE, "2026-0431", 4)


FINDS: list[tuple[str, list[tuple[Kind, str]]]] = [
    ("eeva", [(Kind.CONTACT, "Eeva Lahtinen")]),
    ("eeva lahtinen", [(Kind.CONTACT, "Eeva Lahtinen")]),
    ("eeva kallavesi", [(Kind.CONTACT, "Eeva Lahtinen")]),
    ("PO-7788", [(Kind.CASE, "Deck crane retrofit")]),
    ("deck kuopio", [(Kind.CASE, "Deck crane retrofit")]),
    ("20260431", [(Kind.INVOICE, "2026-0431")]),
    ("ight", [(Kind.CASE, "Quay lighting")]),
    ("kind:project quay", [(Kind.CASE, "Quay lighting")]),
    ("kind:sales quay", []),
    ("kind:case deck", [(Kind.CASE, "Deck crane retrofit")]),
    ("kind:contact kallavesi", [(Kind.CONTACT, "Eeva Lahtinen")]),
    ("kind:invoice 2026", [(Kind.INVOICE, "2026-0431")]),
    ("kind:nonsense kallavesi", []),
    ("role:director", [(Kind.CONTACT, "Eeva Lahtinen")]),
    ("keyword:steering", [(Kind.CONTACT, "Eeva Lahtinen")]),
    ("city:kuopio kind:contact", [(Kind.CONTACT, "Eeva Lahtinen")]),
    ("owner:sanna kind:customer", [(Kind.CUSTOMER, KALLAVESI)]),
    ("kind:project", [(Kind.CASE, "Quay lighting")]),
    ("kind:sales", [(Kind.CASE, "Deck crane retrofit")]),
    ("kind:case", [(Kind.CASE, "Deck crane retrofit"), (Kind.CASE, "Quay lighting")]),
    ("kind:case city:kuopio", [(Kind.CASE, "Deck crane retrofit")]),
    ("kind:invoice", [(Kind.INVOICE, "2026-0431")]),
    ("owner:aino kind:case", [(Kind.CASE, "Deck crane retrofit"), (Kind.CASE, "Quay lighting")]),
    ("owner:sanna kind:case", []),
    ('"crane retrofit"', [(Kind.CASE, "Deck crane retrofit")]),
    ('"retrofit crane"', []),
    ('"Tore-Kai Nygård"', [(Kind.CONTACT, "Tore-Kai Nygård")]),
    ("crane -retrofit", []),
    ("", []),
    ("-kallavesi", []),
]


def test_find_anything_finds(world: Store) -> None:
    assert [(text, found(world, text)) for text, _ in FINDS] == FINDS


def test_inactive_ones_are_found_only_if_asked_for(world: Store) -> None:
    customer = world.customers.by_number(10482)
    world.customers.update(customer.id, customer.revision, CustomerChange(is_active=False))
    for text in ("kallavesi marine", "eeva", "crane", "2026-0431"):
        assert found(world, text) == []
        (hit,) = world.search.anything(text, inactive=True).hits
        assert not hit.is_active


def test_find_anything_obeys_permissions(world: Store, as_user: AsUser) -> None:
    outsider = as_user("outsider", customers=CustomerLevel.READ, projects=ProjectLevel.NONE)
    member = as_user("member", customers=CustomerLevel.READ, projects=ProjectLevel.MEMBER)
    assert found(outsider, "kallavesi marine") == [(Kind.CUSTOMER, KALLAVESI)]
    for hidden in ("crane", "quay", "PO-7788", "2026-0431", "ight", "deck kuopio"):
        assert found(outsider, hidden) == []
        assert found(member, hidden) == []
    mine = NewCase(
        customer=world.customers.by_number(10482).id, name="Crane for me", members=(member.users.me().user.id,)
    )
    world.cases.create(mine)
    assert found(member, "crane") == [(Kind.CASE, "Crane for me")]
    assert found(outsider, "crane") == []


def test_any_text_is_a_query(world: Store) -> None:
    texts = [*NAUGHTY, '"', '""', '"*', "*", "a*", "NEAR(a b)", "a AND", "OR", "NOT", "^a", "words:a", "{a b}:c", "'"]
    texts += ["-", "--", "city:", 'city:"', "-city:x", "kind:", "x" * 5000, "%_%", "\x00", "\ud800", "\u202e"]
    for text, inactive in zip(texts, cycle([True, False]), strict=False):
        world.search.anything(text, inactive=inactive)
        world.customers.count(CustomerQuery(text=text))
        world.customers.page(CustomerQuery(text=text, sort=CustomerSort.CITY), PageRequest(limit=3))


def test_a_look_up_from_the_shell_has_numbers_and_addresses_at_hand(world: Store, as_user: AsUser) -> None:
    kallavesi, (eeva, toimisto) = world.customers.by_number(10482), ("+358405550143", "toimisto@kallavesi.example")
    found = world.search.lookup("kallavesi eeva kind:contact")
    assert [(line.kind, line.name, line.phones, line.emails) for line in found.lines] == [
        (Kind.CONTACT, "Eeva Lahtinen", (eeva,), ("eeva.lahtinen@kallavesi.example",))
    ]
    assert (found.near, found.capped) == ((), False)
    (customer,) = world.search.lookup("10482").lines
    assert (customer.id, customer.number, customer.emails) == (kallavesi.id, "10482", (toimisto,))
    (person,) = world.search.anything("kind:contact eeva").hits
    contact = world.contacts.get(person.id)
    told = (Phone("+358 9 1\x1f2"), Phone("+358405550143", do_not_use=True), Phone("040 555"))
    world.contacts.update(contact.id, contact.revision, ContactChange(phones=told, title="Ship's \\ master"))
    (line,) = world.search.lookup("eeva kind:contact").lines
    assert (line.phones, line.title, line.customer_number) == (("+358 9 1 2", "040 555"), "Ship's \\ master", 10482)
    assert world.search.lookup("kalavesi").near == ("kallavesi",)
    assert world.search.lookup("qqqq") == LookUp(lines=(), capped=False, near=())
    assert world.search.lookup("marin", limit=1).capped
    for text in ("eeva", "crane", "po-7788", "kind:invoice 20", "bodo"):
        hits = [(hit.kind, hit.id, hit.is_active) for hit in world.search.anything(text).hits]
        assert [(line.kind, line.id, line.is_active) for line in world.search.lookup(text).lines] == hits
    with pytest.raises(Denied):
        as_user("nobody", customers=CustomerLevel.NONE).search.lookup("eeva")
