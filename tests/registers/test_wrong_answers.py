"""Every wrong answer through the real client over loopback: what is said, and how often it was asked."""

from __future__ import annotations

import logging
import tracemalloc
from contextlib import nullcontext

import pytest
from tests.registers.asking import EQUINOR, NOKIA, StillClock, registers_of

from crm_tui.domain.errors import NotInRegister, RegisterFailed
from crm_tui.domain.register_entry import RegisterState
from crm_tui.domain.vat import register_number
from crm_tui.registers.double import RegistersDouble
from crm_tui.registers.faults import BY_NUMBER, Fault
from crm_tui.registers.settings import RegisterSettings

LATER = " Nothing was changed; try again later."
UNREADABLE = "gave an unreadable answer (HTTP 200): "
FORM = UNREADABLE + "it is not in the form that is expected." + LATER
TOO_LONG = UNREADABLE + "it is longer than 2 MB." + LATER
SETTINGS = " Nothing was changed; check the register's address and the proxy in the settings."
CLOSED = "closed the connection before its answer was complete." + LATER
BUSY = "takes no more questions for now: it was asked too often (HTTP 429). Nothing was changed; try again in "

WRONG = [
    (Fault.NOT_FOUND, "HTTP 404", "does not take the question (HTTP 404)." + SETTINGS, 1),
    (Fault.GONE, "HTTP 410", "does not take the question (HTTP 410)." + SETTINGS, 1),
    (Fault.BUSY, "too many questions", BUSY + "a minute.", 2),
    (Fault.BUSY_SECOND, "too many questions", BUSY + "1 second.", 2),
    (Fault.BUSY_HOUR, "too many questions", BUSY + "60 minutes.", 1),
    (Fault.BUSY_DATE, "too many questions", BUSY, 2),
    (Fault.BUSY_NONSENSE, "too many questions", BUSY + "a minute.", 2),
    (Fault.BROKEN, "HTTP 500", "is out of order just now (HTTP 500)." + LATER, 2),
    (Fault.OVERLOADED, "HTTP 503", "is out of order just now (HTTP 503)." + LATER, 2),
    (
        Fault.OVERLOADED_HOUR,
        "HTTP 503",
        "is out of order just now (HTTP 503). Nothing was changed; try again in 60 minutes.",
        1,
    ),
    (Fault.FORBIDDEN, "HTTP 403", "does not take the question (HTTP 403)." + SETTINGS, 1),
    (
        Fault.PAGE,
        "unreadable answer",
        UNREADABLE + "it is a web page, as networks show before one has logged in." + LATER,
        1,
    ),
    (Fault.NO_PAGE, "HTTP 404", "does not take the question (HTTP 404)." + SETTINGS, 1),
    (Fault.CUT_OFF, "unreadable answer", FORM, 1),
    (Fault.OTHER_JSON, "unreadable answer", FORM, 1),
    (
        Fault.OTHER_COMPANY,
        "unreadable answer",
        UNREADABLE + "it is about another company than the one that was asked for." + LATER,
        1,
    ),
    (Fault.BAD_TEXT, "unreadable answer", FORM, 1),
    (Fault.DEEP, "unreadable answer", FORM, 1),
    (Fault.HUGE, "unreadable answer", TOO_LONG, 1),
    (Fault.BOMB, "unreadable answer", TOO_LONG, 1),
    (Fault.BAD_PACKING, "unreadable answer", UNREADABLE + "it can't be unpacked." + LATER, 1),
    (
        Fault.AWAY,
        "redirect",
        "wants to be asked at another address, http://elsewhere.example (HTTP 302): nothing was sent there." + LATER,
        1,
    ),
    (Fault.CIRCLE, "unreadable answer", "gave an unreadable answer (HTTP 301): it leads in a circle." + LATER, 4),
    (Fault.CLOSED, "connection closed", CLOSED, 1),
    (Fault.CLOSED_INSIDE, "connection closed", CLOSED, 1),
    (
        Fault.NO_HTTP,
        "unreadable answer",
        "gave an unreadable answer (no HTTP status): it is not the web service that is expected there." + LATER,
        1,
    ),
]
#: seconds that the register wants to be left alone, where it says how many
WANTED = {Fault.BUSY_SECOND: 1, Fault.BUSY_HOUR: 3600, Fault.OVERLOADED_HOUR: 3600}
ENDLESS = (Fault.SILENCE, Fault.DRIPPING, Fault.DRIPPING_HEAD, Fault.CONTINUE)
#: where an answer is no failure in Norway
TOLD_BY_NORWAY = (Fault.NOT_FOUND, Fault.GONE)


@pytest.mark.parametrize(("fault", "what", "sentence", "requests"), WRONG, ids=[wrong[0].name for wrong in WRONG])
def test_a_wrong_answer_is_told_in_words(
    double: RegistersDouble, fault: Fault, what: str, sentence: str, requests: int
) -> None:
    host = double.address.removeprefix("http://")
    numbers = {"PRH": NOKIA} if fault in TOLD_BY_NORWAY else {"PRH": NOKIA, "Brønnøysundregistrene": EQUINOR}
    for name, number in numbers.items():
        double.mend()
        double.fail_always(fault)
        with pytest.raises(RegisterFailed) as failed:
            registers_of(double, clock=StillClock()).look_up(number)
        assert (failed.value.host, failed.value.what) == (host, what)
        assert str(failed.value).startswith(f"{name} ({host}) {sentence}")
        assert len(double.seen) == requests
        # what would be the same again is not offered to be tried again
        assert failed.value.can_retry == ("try again" in sentence)
        if fault is not Fault.BUSY_DATE:
            assert failed.value.retry_after == WANTED.get(fault)


def test_each_fault_is_shown_or_comes_late() -> None:
    no_failure = {Fault.MOVED, Fault.BEHIND}
    assert {wrong[0] for wrong in WRONG} | no_failure | {*ENDLESS} == set(Fault)


def test_a_search_fails_in_the_same_words(double: RegistersDouble) -> None:
    for fault, what, sentence, requests in WRONG:
        if fault in (Fault.OTHER_COMPANY, Fault.BOMB, Fault.HUGE):
            continue
        double.mend()
        double.fail_always(fault)
        with pytest.raises(RegisterFailed) as failed:
            registers_of(double, clock=StillClock()).search("NO", "sesam")
        assert failed.value.what == what
        assert sentence in str(failed.value)
        assert len(double.seen) == requests


@pytest.mark.parametrize(
    ("faults", "waits"),
    [
        ((Fault.BUSY,), [0.5]),
        ((Fault.BUSY_SECOND,), [1.0]),
        ((Fault.BROKEN,), [0.5]),
        ((Fault.OVERLOADED,), [0.5]),
        ((Fault.BROKEN, Fault.BUSY_SECOND), [0.5, 1.0]),
        ((Fault.MOVED,), []),
    ],
)
def test_a_passing_fault_is_got_over(double: RegistersDouble, faults: tuple[Fault, ...], waits: list[float]) -> None:
    double.fail_next(*faults)
    clock = StillClock()
    assert registers_of(double, clock=clock).look_up(NOKIA).name == "Nokia Oyj"
    assert clock.waits == waits
    assert len(double.seen) == len(faults) + 1


def test_a_packed_answer_takes_no_more_memory_than_it_may(double: RegistersDouble) -> None:
    def peak(fault: Fault) -> int:
        double.fail_next(fault)
        tracemalloc.start()
        with pytest.raises(RegisterFailed) if fault is Fault.BOMB else nullcontext():
            assert registers_of(double).look_up(NOKIA).name == "Nokia Oyj"
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(Fault.BOMB)  # the bomb is made at its first use, by this very process
    assert max(peak(Fault.BOMB), peak(Fault.BEHIND)) < 20_000_000


def test_all_questions_of_a_look_up_are_asked_again_once(double: RegistersDouble) -> None:
    for faults, requests in (
        ((Fault.BROKEN, Fault.NOT_FOUND, Fault.BROKEN), 3),
        ((Fault.BUSY, Fault.NOT_FOUND, Fault.BUSY), 3),
        ((Fault.BROKEN, Fault.NOT_FOUND, Fault.BUSY, Fault.OVERLOADED), 4),
    ):
        double.mend()
        double.fail_next(*faults)
        with pytest.raises(RegisterFailed):
            registers_of(double, clock=StillClock()).look_up(EQUINOR)
        assert len(double.seen) == requests


def test_a_date_to_wait_for_is_understood(double: RegistersDouble) -> None:
    double.fail_next(Fault.BUSY_DATE)
    clock = StillClock()
    assert registers_of(double, clock=clock).look_up(EQUINOR).name == "EQUINOR ASA"
    assert len(clock.waits) == 1
    assert 0 <= clock.waits[0] <= 2


def test_a_wait_that_does_not_fit_is_not_begun(double: RegistersDouble) -> None:
    double.fail_next(Fault.BUSY_SECOND)
    clock = StillClock()
    with pytest.raises(RegisterFailed, match="try again in 1 second"):
        registers_of(double, clock=clock, seconds=1).look_up(NOKIA)
    assert not clock.waits
    assert len(double.seen) == 1


def test_norway_says_unknown_and_removed_by_the_status(double: RegistersDouble) -> None:
    registers = registers_of(double)
    double.fail_always(Fault.NOT_FOUND)
    with pytest.raises(NotInRegister, match="has no company with the organization number 923609016"):
        registers.look_up(EQUINOR)
    assert [seen.path.rpartition("/api/")[2] for seen in double.seen] == [
        f"enheter/{EQUINOR}",
        f"underenheter/{EQUINOR}",
    ]
    double.mend()
    double.fail_always(Fault.GONE)
    entry = registers.look_up(EQUINOR)
    assert (entry.number, entry.state, entry.name) == (EQUINOR, RegisterState.REMOVED, None)


def test_finland_says_unknown_with_200(double: RegistersDouble) -> None:
    with pytest.raises(NotInRegister) as failed:
        registers_of(double).look_up("FI20774740")
    assert str(failed.value) == (
        "PRH has no company 2077474-0 in the register's open data (sole traders and some bodies are left out)."
    )


def test_nothing_is_sent_to_where_a_register_points(double: RegistersDouble) -> None:
    with RegistersDouble() as other:
        double.elsewhere = other.address
        for fault in (Fault.AWAY, Fault.MOVED):
            double.fail_next(fault)
        registers = registers_of(double)
        with pytest.raises(RegisterFailed, match=r"another address, http://127\.0\.0\.1:\d+ \(HTTP 302\)"):
            registers.look_up(NOKIA)  # another port is another machine
        assert registers.look_up(NOKIA).name == "Nokia Oyj"
        assert not other.seen
    double.elsewhere = double.address.replace("http:", "https:")  # so is another scheme
    double.fail_next(Fault.AWAY)
    with pytest.raises(RegisterFailed, match="another address, https://"):
        registers.look_up(NOKIA)


def test_no_answer_is_logged(double: RegistersDouble, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    registers_of(double).look_up(NOKIA)
    double.fail_next(Fault.CUT_OFF, Fault.OTHER_COMPANY)
    for _ in range(2):
        with pytest.raises(RegisterFailed):
            registers_of(double).look_up(NOKIA)
    assert "Karakaari" not in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_user_of_the_double_can_see_each_fault(double: RegistersDouble) -> None:
    assert sorted(BY_NUMBER.values()) == sorted([*Fault, *Fault])
    assert all(register_number(number).id == number for number in BY_NUMBER)
    registers = registers_of(double, clock=StillClock())
    moved = [registers.look_up(number) for number, fault in BY_NUMBER.items() if fault is Fault.MOVED]
    assert [entry.name for entry in moved] == ["Koeyhtiö Oy", "PRØVESELSKAPET AS"]
    for number, fault in BY_NUMBER.items():
        if fault in (Fault.BUSY, Fault.PAGE, Fault.BROKEN):
            with pytest.raises(RegisterFailed):
                registers.look_up(number)


def test_ten_seconds_are_waited_for_at_most() -> None:
    assert RegisterSettings().seconds == 10
