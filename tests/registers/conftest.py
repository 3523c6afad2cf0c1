"""One double for the tests of a module, whole again for each; no proxy of the environment leads away from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_tui.registers.double import RegistersDouble


@pytest.fixture(scope="module")
def listening() -> Iterator[RegistersDouble]:
    with RegistersDouble() as double:
        yield double
    assert not double.failures


@pytest.fixture
def double(listening: RegistersDouble) -> RegistersDouble:
    listening.mend()
    return listening


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
