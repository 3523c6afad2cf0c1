"""Reading vCards as address books write them, and writing them."""

from __future__ import annotations

import datetime as dt
import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.contacts import Email, EmailKind, Phone, PhoneKind
from crm_tui.interchange.cells import Notices
from crm_tui.interchange.encoding import Unreadable
from crm_tui.interchange.people import People, labels
from crm_tui.interchange.plan import ImportPlan, read
from crm_tui.interchange.records import AddressRecord, ContactRecord, CustomerRecord
from crm_tui.interchange.vcard import MAX_CARDS, BadCard, Card, read_cards, split_value
from crm_tui.interchange.vcard_out import write_vcard
from crm_tui.interchange.vcard_people import person_of

CARDS = Path(__file__).parent.parent / "data" / "vcards"


def cards(data: str | bytes) -> list[Card]:
    found = list(read_cards(io.BytesIO(data.encode() if isinstance(data, str) else data)))
    assert all(isinstance(card, Card) for card in found), found
    return [card for card in found if isinstance(card, Card)]


def card(*lines: str) -> Card:
    [only] = cards("\r\n".join(("BEGIN:VCARD", *lines, "END:VCARD", "")))
    return only


def contacts(plan: ImportPlan) -> list[ContactRecord]:
    return [record for record in plan.records() if isinstance(record, ContactRecord)]


def plan_of(tmp_path: Path, data: str | bytes) -> ImportPlan:
    path = tmp_path / "people.vcf"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read(path)


@pytest.mark.parametrize(
    ("name", "version", "count", "properties"),
    [
        ("John_Doe_ANDROID.vcf", "2.1", 6, 42),
        ("John_Doe_GMAIL.vcf", "3.0", 1, 18),
        ("John_Doe_IPHONE.vcf", "3.0", 1, 23),
        ("John_Doe_LOTUS_NOTES.vcf", "3.0", 1, 30),
        ("John_Doe_MS_OUTLOOK.vcf", "2.1", 1, 24),
        ("issue114.vcf", "4.0", 1, 10),
        ("rfc2426-example.vcf", "3.0", 2, 16),
        ("rfc6350-example.vcf", "4.0", 1, 16),
    ],
)
def test_real_files_are_read_completely(name: str, version: str, count: int, properties: int) -> None:
    found = cards((CARDS / name).read_bytes())
    assert [one.version for one in found] == [version] * count
    assert sum(len(one.properties) for one in found) == properties
    with read(CARDS / name) as plan:
        assert (plan.rows_read, plan.refused_count, len(contacts(plan))) == (count, 0, count)
        assert (plan.format, plan.encoding) == (f"vCard {version}", "UTF-8")


def test_android() -> None:
    with read(CARDS / "John_Doe_ANDROID.vcf") as plan:
        people = contacts(plan)
    assert [(p.first_name, p.last_name) for p in people[:3]] == [("John", "Doe"), ("Jane", "Doe"), ("Ñ Ñ Ñ Ñ", "Ñ")]
    assert people[3].phones == (
        Phone("123456", PhoneKind.MOBILE),
        Phone("234567", PhoneKind.HOME),
        Phone("3456789", PhoneKind.MOBILE),
        Phone("45678901", PhoneKind.HOME),
    )
    # two notes, each quoted-printable over several lines with soft breaks
    assert people[3].description.count("Ñ") == 42
    assert "=" not in people[3].description
    assert people[4].phones == (
        Phone("123456", PhoneKind.MOBILE),
        Phone("123456", PhoneKind.WORK),
        Phone("123456", PhoneKind.FAX),
    )
    assert people[4].organization == "Ñ" * 12
    assert (people[5].last_name, people[5].organization) == ("ÑÑÑÑ", "Ñ" * 44)
    # "My Contacts" says nothing about anybody
    assert {keyword for person in people for keyword in person.keywords} == set()


def test_gmail() -> None:
    with read(CARDS / "John_Doe_GMAIL.vcf") as plan:
        [john] = contacts(plan)
    assert (john.first_name, john.last_name) == ("John Richter, James", "Doe")
    assert (john.organization, john.title, john.date_of_birth) == ("IBM", "Money Counter", dt.date(1980, 3, 22))
    assert john.emails == (Email("john.doe@ibm.com", EmailKind.PRIVATE),)
    assert john.phones == (Phone("905-555-1234", PhoneKind.MOBILE), Phone("905-666-1234", PhoneKind.HOME))
    assert john.description.endswith("POSSIBILITY OF SUCH DAMAGE.\nFavotire Color: Blue")
    assert 'PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND' in john.description
    assert "home address left out" in plan.notices[0].text


def test_iphone() -> None:
    with read(CARDS / "John_Doe_IPHONE.vcf") as plan:
        [john] = contacts(plan)
        [work] = [record for record in plan.records() if isinstance(record, AddressRecord)]
    assert [(phone.number[4:7], phone.kind.value) for phone in john.phones] == [
        ("555", "mobile"), ("666", "home"), ("777", "work"), ("888", "fax"), ("999", "fax"), ("111", "other"),
        ("222", "other"),
    ]  # fmt: skip
    assert (work.line1, work.line2, work.postal_code) == ("Street4", "Building 6, Floor 8", "12345")
    assert (work.city, work.country) == ("New York", "US")
    assert john.date_of_birth == dt.date(2012, 6, 6)


def test_lotus_notes_and_outlook() -> None:
    with read(CARDS / "John_Doe_LOTUS_NOTES.vcf") as plan:
        [lotus] = contacts(plan)
    assert lotus.external_ref == "vcard:0e7602cc-443e-4b82-b4b1-90f62f99a199"
    assert (lotus.role, lotus.title) == ("Counting Money", "Generic Accountant")
    assert [email.address for email in lotus.emails] == ["john.doe@ibm.com", "billy_bob@gmail.com"]
    with read(CARDS / "John_Doe_MS_OUTLOOK.vcf") as plan:
        [outlook] = contacts(plan)
        [address] = [record for record in plan.records() if isinstance(record, AddressRecord)]
    assert (outlook.first_name, outlook.date_of_birth) == ("John Richter James", dt.date(1980, 3, 22))
    assert (address.line1, address.city, address.region) == ("Cresent moon drive", "Albaney", "New York")


def test_the_examples_of_the_standards() -> None:
    with read(CARDS / "rfc2426-example.vcf") as plan:
        frank, tim = contacts(plan)
        addresses = [record for record in plan.records() if isinstance(record, AddressRecord)]
    assert [email.address for email in frank.emails] == ["Frank_Dawson@Lotus.com", "fdawson@earthlink.net"]
    assert frank.phones[1] == Phone("+1-919-676-9564", PhoneKind.FAX)
    assert (tim.first_name, tim.organization) == ("Tim", "Netscape Communications Corp.")
    assert [a.postal_code for a in addresses] == ["27613-3502", "94043"]
    with read(CARDS / "rfc6350-example.vcf") as plan:
        [simon] = contacts(plan)
    assert (simon.last_name, simon.language, simon.date_of_birth) == ("Perreault", "fr", None)
    assert [phone.number for phone in simon.phones] == ["+1-418-656-9254 ext. 102", "+1-418-262-6501"]
    assert ["--0203" in notice.text for notice in plan.notices] == [True]
    with read(CARDS / "issue114.vcf") as plan:
        [dummy] = contacts(plan)
        [where] = [record for record in plan.records() if isinstance(record, AddressRecord)]
    assert dummy.external_ref == "vcard:8b574c60-fd7f-4e99-b584-c5db131ae687"
    assert (where.line1, where.city, where.country) == ("Dummy-Dummy-Strasse 1", "Bad Homburg", "DE")


def test_a_line_is_cut_at_the_first_colon_outside_quotation_marks() -> None:
    one = card('ADR;LABEL="a:b;c";TYPE="work,postal":;;x', "item1.TEL;TYPE=CELL;TYPE=PREF:1:2", 'X;A="open:b')
    address, phone, unknown = one.properties
    assert (address.params["LABEL"], sorted(address.types)) == (("a:b;c",), ["postal", "work"])
    assert (phone.group, phone.name, sorted(phone.types)) == ("item1", "TEL", ["cell", "pref"])
    assert (address.value, phone.value) == (";;x", "1:2")
    assert (unknown.name, unknown.value) == ("X", "b")


def test_values_are_unescaped_and_split_once() -> None:
    assert split_value(r"a\;b;c\\;\,d;e\n", ";") == ["a;b", "c\\", ",d", "e"]
    assert card(r"NOTE:a\, b\; c\\n\nd").text("NOTE") == "a, b; c\\n\nd"
    assert split_value("", ";") == [""]


def test_a_line_that_is_no_property_belongs_to_the_one_before() -> None:
    assert card("NOTE:first", "second, third").text("NOTE") == "first\nsecond, third"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("FN:Äiti Öljy".encode(), "UTF-8"),
        ("FN:Äiti Öljy".encode("cp1252"), "Windows-1252"),
        (b"FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:=C4iti =D6ljy", "ISO-8859-1"),
        (b"FN;CHARSET=nonsense;ENCODING=QUOTED-PRINTABLE:=C3=84iti =C3=96ljy", "UTF-8"),
    ],
)
def test_encodings_property_by_property(data: bytes, encoding: str) -> None:
    [one] = cards(b"BEGIN:VCARD\n" + data + b"\nEND:VCARD\n")
    assert (one.text("FN"), one.encoding) == ("Äiti Öljy", encoding)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16(codec: str, tmp_path: Path) -> None:
    mark = "\ufeff".encode(codec)
    with plan_of(tmp_path, mark + "BEGIN:VCARD\r\nN:Öljy;Äiti 😀\r\nEND:VCARD\r\n".encode(codec)) as plan:
        [contact] = contacts(plan)
    assert (contact.first_name, contact.last_name) == ("Äiti 😀", "Öljy")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_line_ends(end: str) -> None:
    [one] = cards(end.join(["BEGIN:VCARD", "FN:John", " ny", "END:VCARD", ""]))
    assert one.text("FN") == "Johnny"


def test_bad_cards_stop_nothing(tmp_path: Path) -> None:
    text = (
        "BEGIN:VCARD\nN:One;A\nBEGIN:VCARD\nN:Two;B\nEND:VCARD\n"
        "BEGIN:VCARD\nNOTE:nobody\nEND:VCARD\n"
        "BEGIN:VCARD\nN:\0;C\nEND:VCARD\n"
        f"BEGIN:VCARD\nN:Big;D\nNOTE:{'x' * (1 << 20)}\nEND:VCARD\n"
        "BEGIN:VCARD\nN:Two;B\nUID:u1\nEND:VCARD\nBEGIN:VCARD\nN:Two;B\nUID:u1\nEND:VCARD\n"
        "BEGIN:VCARD\nN:Three;E\n"
    )
    with plan_of(tmp_path, text) as plan:
        assert [contact.last_name for contact in contacts(plan)] == ["Two", "Two"]
    reasons = {refused.line: refused.text for refused in plan.refused}
    assert list(reasons) == [1, 6, 9, 12, 20, 24]
    assert "END:VCARD is missing" in reasons[1]
    assert "neither a name" in reasons[6]
    assert "NUL" in reasons[9]
    assert "larger than" in reasons[12]
    assert "the same as in line 16" in reasons[20]
    assert "cut off" in reasons[24]


def test_a_card_inside_a_card_is_not_a_card_of_its_own() -> None:
    one = card("FN:Boss", "AGENT:", "BEGIN:VCARD", "FN:Assistant", "END:VCARD", "TITLE:CEO")
    assert [prop.value for prop in one.all("FN")] == ["Boss"]
    assert one.text("TITLE") == "CEO"


def test_pictures_are_skipped_however_they_are_folded() -> None:
    base64 = "QUJD" * 20
    one = card(
        f"PHOTO;ENCODING=b:{base64}", f" {base64}", f"LOGO;BASE64:{base64}", base64, base64, "", "KEY:data:x", "FN:A"
    )
    assert [prop.name for prop in one.properties] == ["FN"]


def test_too_many_cards_are_refused() -> None:
    with pytest.raises(Unreadable, match="20,000"):
        list(read_cards(io.BytesIO(b"BEGIN:VCARD\nEND:VCARD\n" * (MAX_CARDS + 1))))


def test_a_file_without_a_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no vCard"):
        plan_of(tmp_path, "hello\n")


def test_the_same_card_is_the_same_contact_in_the_next_export(tmp_path: Path) -> None:
    refs = []
    for revision in ("REV:20260101", "REV:20260202"):
        with plan_of(tmp_path, f"BEGIN:VCARD\nFN:John Doe\n{revision}\nEND:VCARD\n") as plan:
            refs.append([record.external_ref for record in plan.records()])
            assert [type(record) for record in plan.records()] == [CustomerRecord, ContactRecord]
    assert refs[0] == refs[1]


def mutants(data: bytes, count: int, seed: int) -> list[bytes]:
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        mutant = bytearray(data)
        for _ in range(chance.randrange(1, 30)):
            at = chance.randrange(len(mutant))
            change = chance.randrange(4)
            if change == 0:
                mutant[at] = chance.randrange(256)
            elif change == 1:
                del mutant[at : at + chance.randrange(1, 50)]
            elif change == 2:
                mutant[at:at] = chance.choice([b'"', b"\r", b"\n", b":", b";", b"\\", b"=", b" ", b"\0", b"\xff"])
            else:
                mutant[at:at] = mutant[at : at + 100]
        made.append(bytes(mutant))
    return made


def read_mutants(tmp_path: Path, count: int, seed: int) -> None:
    names = sorted(path.name for path in CARDS.glob("*.vcf"))
    for name in names:
        for mutant in mutants((CARDS / name).read_bytes(), count // len(names), seed):
            try:
                plan = plan_of(tmp_path, mutant)
            except Unreadable:
                continue
            with plan:
                refs = {record.external_ref for record in plan.records() if isinstance(record, CustomerRecord)}
                assert {contact.customer_ref for contact in contacts(plan)} <= refs
                assert plan.rows_read >= plan.refused_count


def test_mutants_are_read_or_refused(tmp_path: Path) -> None:
    read_mutants(tmp_path, 200, seed=1)


@pytest.mark.soak
def test_a_thousand_mutants_are_read_or_refused(tmp_path: Path) -> None:
    read_mutants(tmp_path, 1_000, seed=2)


@given(st.binary(max_size=300))
def test_any_bytes_between_begin_and_end_are_read_or_refused(data: bytes) -> None:
    for found in read_cards(io.BytesIO(b"BEGIN:VCARD\n" + data + b"\nEND:VCARD\n")):
        assert isinstance(found, Card | BadCard)


WORD = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1, max_size=40)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=120).map(str.strip)
CONTACT = st.builds(
    ContactRecord,
    line=st.just(1),
    external_ref=WORD.map(lambda word: f"vcard:{word}"),
    customer_ref=st.just(""),
    first_name=WORD,
    last_name=WORD,
    organization=WORD,
    title=TEXT,
    role=TEXT,
    description=TEXT,
    emails=st.sampled_from([(), (Email("a@b.example"), Email("c@d.example", EmailKind.PRIVATE))]),
    phones=st.lists(
        st.builds(Phone, st.from_regex(r"\A\+?[0-9]{3,12}\Z"), st.sampled_from(PhoneKind)),
        max_size=3,
        unique_by=lambda phone: (phone.number, phone.kind),
    ).map(tuple),
    keywords=st.lists(WORD.filter(lambda word: labels([word]) == [word]), max_size=3, unique=True).map(tuple),
    date_of_birth=st.none() | st.dates(min_value=dt.date(1000, 1, 1)),
)


@given(st.lists(CONTACT, max_size=3, unique_by=lambda contact: contact.external_ref), st.sampled_from(["3.0", "4.0"]))
def test_what_was_written_is_read_back(people: list[ContactRecord], version: str) -> None:
    written = write_vcard(people, "3.0" if version == "3.0" else "4.0")
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    found = cards(written)
    assert [one.version for one in found] == [version] * len(people)
    for contact, one in zip(people, found, strict=True):
        again = People("vcard", Notices()).records(person_of(one, Notices()))[-1]
        assert isinstance(again, ContactRecord)
        for field in ("external_ref", "first_name", "last_name", "organization", "title", "role", "emails",
                      "phones", "keywords", "date_of_birth", "description"):  # fmt: skip
            assert getattr(again, field) == getattr(contact, field), field


def test_what_must_not_be_used_is_not_written() -> None:
    contact = ContactRecord(
        line=1, external_ref="x", customer_ref="", first_name="A", last_name="B",
        emails=(Email("a@b.example", do_not_use=True),), phones=(Phone("123", do_not_use=True),),
    )  # fmt: skip
    assert "a@b.example" not in write_vcard([contact])
    assert "123" not in write_vcard([contact])
