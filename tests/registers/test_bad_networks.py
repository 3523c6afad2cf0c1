"""Networks that keep one waiting, lead nowhere, or can't be trusted: what is said, and how soon."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from tests.registers.asking import EQUINOR, NOKIA, HeldClock, registers_of

from crm_tui.domain.errors import Interrupted, RegisterFailed
from crm_tui.registers.clients import BusinessRegisters
from crm_tui.registers.double import RegistersDouble
from crm_tui.registers.faults import Fault
from crm_tui.registers.settings import RegisterSettings
from crm_tui.waiting.stop import Stop

CHECK = "Nothing was changed; check the network connection and try again"


def asking_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "register"}


def wait_until_ended(others: set[threading.Thread]) -> None:
    """Wait until all threads that ask have ended, but for the ``others``."""
    for thread in asking_threads() - others:
        thread.join(10)
        assert not thread.is_alive()


def failure(settings: RegisterSettings, number: str = NOKIA) -> RegisterFailed:
    with pytest.raises(RegisterFailed) as failed:
        BusinessRegisters(settings).look_up(number)
    return failed.value


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where nobody listens, and nobody else will."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


# -- time -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.DRIPPING, Fault.DRIPPING_HEAD, Fault.CONTINUE])
def test_no_server_keeps_one_longer_than_the_time(double: RegistersDouble, fault: Fault) -> None:
    double.drip = 0.02  # each byte well within a time-out of its own
    double.fail_always(fault)
    others = asking_threads()
    began = time.monotonic()
    with pytest.raises(RegisterFailed) as failed:
        registers_of(double, seconds=0.3).look_up(NOKIA)
    assert time.monotonic() - began < 5
    assert failed.value.what == "time-out"
    assert failed.value.can_retry
    assert str(failed.value).endswith("did not answer within 0.3 seconds. Nothing was changed; try again later.")
    wait_until_ended(others)  # nor does it keep the thread that asked


def test_a_name_that_is_looked_for_too_long_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, others = threading.Event(), asking_threads()

    def slow(*args: object, **options: object) -> object:
        go_on.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    error = failure(RegisterSettings(prh="http://register.example", seconds=0.1))
    assert (error.host, error.what) == ("register.example", "time-out")
    go_on.set()
    wait_until_ended(others)


def test_the_second_question_has_the_rest_of_the_time(double: RegistersDouble) -> None:
    double.fail_next(Fault.NOT_FOUND, Fault.SILENCE)
    with pytest.raises(RegisterFailed, match="did not answer within"):
        registers_of(double, seconds=0.3).look_up(EQUINOR)
    assert len(double.seen) == 2


def test_a_silent_server_is_left_at_once(double: RegistersDouble) -> None:
    double.fail_always(Fault.SILENCE)
    stop, others = Stop(), asking_threads()
    raised: list[BaseException] = []

    def ask() -> None:
        try:
            registers_of(double, seconds=30).look_up(NOKIA, stop=stop)
        except Interrupted as error:
            raised.append(error)

    asker = threading.Thread(target=ask, daemon=True)
    asker.start()
    while not double.seen:
        asker.join(0.001)
    began = time.monotonic()
    stop.set()
    asker.join(20)
    assert time.monotonic() - began < 5
    assert [type(error) for error in raised] == [Interrupted]
    wait_until_ended(others)


def test_a_stop_keeps_nothing_of_the_calls_that_are_over(double: RegistersDouble) -> None:
    class Counted(Stop):
        kept = 0

        def then(self, call: Callable[[], object]) -> None:
            super().then(call)
            self.kept += 1

        def forget(self, call: Callable[[], object]) -> None:
            super().forget(call)
            self.kept -= 1

    stop = Counted()
    for fault in (None, Fault.PAGE):
        double.fail_next(fault)
        with nullcontext() if fault is None else pytest.raises(RegisterFailed):
            registers_of(double).look_up(NOKIA, stop=stop)
        assert stop.kept == 0


def test_what_is_stopped_is_not_asked_again(double: RegistersDouble) -> None:
    double.fail_next(Fault.BUSY_SECOND)
    stop, clock, others = Stop(), HeldClock(), asking_threads()

    def stop_it() -> None:
        clock.is_waiting.wait(20)
        stop.set()

    threading.Thread(target=stop_it, daemon=True).start()
    with pytest.raises(Interrupted):
        registers_of(double, clock=clock).look_up(NOKIA, stop=stop)
    wait_until_ended(others)
    assert len(double.seen) == 1


def test_what_was_stopped_before_is_not_asked(double: RegistersDouble) -> None:
    stop = Stop()
    stop.set()
    with pytest.raises(Interrupted):
        registers_of(double).look_up(NOKIA, stop=stop)
    assert not double.seen


def test_a_silent_register_does_not_keep_the_program(double: RegistersDouble) -> None:
    double.fail_always(Fault.SILENCE)
    code = (
        "import sys, threading\n"
        "from crm_tui.domain.errors import Interrupted\n"
        "from crm_tui.registers.clients import BusinessRegisters\n"
        "from crm_tui.waiting.stop import Stop\n"
        "from crm_tui.registers.settings import RegisterSettings\n"
        f"registers = BusinessRegisters(RegisterSettings(prh={double.settings.prh!r}, seconds=60))\n"
        "stop = Stop(); threading.Timer(0.3, stop.set).start()\n"
        "try: registers.look_up('FI01120389', stop=stop)\n"
        "except Interrupted: print('stopped')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=20)
    assert (done.stdout, done.stderr) == ("stopped\n", "")


# -- ways that lead nowhere -------------------------------------------------------------------------------------------


def test_nobody_listens(nobody: str) -> None:
    error = failure(RegisterSettings(prh=f"http://{nobody}"))
    assert str(error) == f"There is no connection to PRH ({nobody}). {CHECK} later."
    assert (error.host, error.what, error.can_retry) == (nobody, "no connection", True)


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **options: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure(RegisterSettings(prh="https://ann:secret@register.example/api"))
    assert str(error) == f"This computer can't find PRH (register.example). {CHECK}."
    assert error.what == "host not found"


@pytest.mark.parametrize("base", ["http://a..b", "http://" + "a" * 70 + ".example"])
def test_an_address_that_is_none(base: str) -> None:
    error = failure(RegisterSettings(prh=base))
    assert (error.what, error.can_retry) == ("address", False)
    assert "its address in the settings is not a valid one" in str(error)


# -- certificates -----------------------------------------------------------------------------------------------------

Secure = Callable[..., RegisterFailed | str | None]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Secure:
    """Asks a double over https: the name that was found, or the failure."""

    def ask(certificate: trustme.LeafCert, trusted: trustme.CA = authority) -> RegisterFailed | str | None:
        file = tmp_path / "trusted.pem"
        trusted.cert_pem.write_to_path(file)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        with RegistersDouble(tls=context) as double:
            try:
                return registers_of(double).look_up(NOKIA).name
            except RegisterFailed as failed:
                assert not double.seen
                return failed

    return ask


def test_a_certificate_that_fits(secure: Secure, authority: trustme.CA) -> None:
    assert secure(authority.issue_cert("127.0.0.1")) == "Nokia Oyj"


def test_certificates_that_do_not_fit(secure: Secure, authority: trustme.CA) -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC)
    cases = [
        (authority.issue_cert("register.example"), authority, "it is for a machine of another name, so it may be"),
        (
            authority.issue_cert("127.0.0.1", not_before=old, not_after=old.replace(year=2021)),
            authority,
            "it has expired, or the clock of this computer is wrong",
        ),
        (authority.issue_cert("127.0.0.1"), trustme.CA(), "nobody that this computer trusts has issued it"),
    ]
    for certificate, trusted, why in cases:
        failed = secure(certificate, trusted)
        assert isinstance(failed, RegisterFailed)
        assert (failed.what, failed.can_retry) == ("certificate", False)
        assert str(failed).startswith(f"The certificate of PRH ({failed.host}) does not fit: {why}")
        assert str(failed).endswith("Nothing was sent and nothing was changed.")


def test_an_encrypted_connection_does_not_keep_the_thread_either(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "trusted.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    others, stop = asking_threads(), Stop()
    with RegistersDouble(tls=context) as double:
        double.drip = 0.02
        double.fail_always(Fault.DRIPPING_HEAD)
        threading.Timer(0.3, stop.set).start()
        with pytest.raises(Interrupted):
            registers_of(double, seconds=60).look_up(NOKIA, stop=stop)
        wait_until_ended(others)


def test_no_encryption_where_it_is_expected(double: RegistersDouble) -> None:
    error = failure(double.settings._replace(prh=double.settings.prh.replace("http:", "https:")))
    assert error.what == "no secure connection"
    assert str(error).startswith(f"No secure connection to PRH ({error.host}) could be made.")


def test_silence_before_the_encryption() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = failure(RegisterSettings(prh=f"https://127.0.0.1:{port}", seconds=0.3))
    assert error.what == "no connection"


def test_authorities_that_are_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    error = failure(RegisterSettings(prh="https://register.example"))
    assert (error.what, error.can_retry) == ("certificate", False)
    assert "named by SSL_CERT_FILE or SSL_CERT_DIR can't be read" in str(error)


# -- proxies ----------------------------------------------------------------------------------------------------------

#: a register that only a proxy can find
FAR = RegisterSettings(prh="http://register.example/opendata-ytj-api/v3", seconds=5)


def test_a_proxy_of_the_settings_goes_before_that_of_the_environment(
    double: RegistersDouble, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://{nobody}")
    assert BusinessRegisters(FAR._replace(proxy=double.address)).look_up(NOKIA).name == "Nokia Oyj"
    assert double.seen[0].headers["Host"] == "register.example"


@pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
def test_a_proxy_of_the_environment(double: RegistersDouble, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, double.address.removeprefix("http://"))
    assert BusinessRegisters(FAR).look_up(NOKIA).name == "Nokia Oyj"


def test_no_proxy_leads_to_this_machine(double: RegistersDouble, nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://{nobody}")
    assert registers_of(double).look_up(NOKIA).name == "Nokia Oyj"


def test_a_proxy_that_the_environment_excepts(nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **options: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setenv("http_proxy", f"http://{nobody}")
    monkeypatch.setenv("no_proxy", "register.example")
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure(FAR).what == "host not found"


def test_a_proxy_that_is_not_there(nobody: str) -> None:
    error = failure(FAR._replace(proxy=f"http://ann:secret@{nobody}"))
    assert str(error) == (
        f"There is no connection to the proxy {nobody}, which leads to PRH (register.example). {CHECK} later."
    )
    assert (error.host, error.what) == ("register.example", "no connection")


def test_a_proxy_that_refuses(double: RegistersDouble) -> None:
    error = failure(FAR._replace(prh="https://register.example", proxy=double.address))
    named = double.address.removeprefix("http://")
    assert (error.what, error.can_retry) == ("proxy", False)
    assert str(error).startswith(
        f"The proxy {named} did not let the question through to PRH (register.example): it refuses to lead there"
    )


@pytest.mark.parametrize(
    "proxy", ["socks5://127.0.0.1:1080", "http://", "http://a:b:c", "http://[::1", "http://a..b:1"]
)
def test_a_proxy_that_is_none(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    error = failure(FAR)
    assert (error.what, error.can_retry) == ("proxy", False)
    assert "is not an address such as http://proxy.example:3128" in str(error)
