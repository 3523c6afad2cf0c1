"""What a business register says of a company, in one shape for all registers."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from crm_tui.domain.vat import RegisterCountry


class RegisterState(StrEnum):
    """What became of a company, in the words of the banner."""

    ACTIVE = "active"
    CEASED = "ceased"
    DELETED = "deleted from the register"
    REMOVED = "removed on legal grounds"
    BANKRUPT = "bankrupt"
    LIQUIDATION = "in liquidation"
    RESTRUCTURING = "in restructuring"

    @property
    def is_over(self) -> bool:
        """Whether it does business no more, so that nothing of it is proposed to be taken."""
        return self in _OVER


_OVER = (RegisterState.CEASED, RegisterState.DELETED, RegisterState.REMOVED, RegisterState.BANKRUPT)


class RegisterSource(StrEnum):
    """A register, by the name that is shown."""

    PRH = "PRH"
    BRREG = "Brønnøysundregistrene"

    @property
    def short(self) -> str:
        """The name where there is little room."""
        return "Brreg" if self is RegisterSource.BRREG else self.value

    @property
    def attribution(self) -> str:
        """What its licence asks to be shown beside its data."""
        return f"{self.value}, {_LICENCES[self]}"


_LICENCES = {RegisterSource.PRH: "CC BY 4.0", RegisterSource.BRREG: "NLOD 2.0"}
#: which register knows the companies of a country
SOURCES: dict[RegisterCountry, RegisterSource] = {"FI": RegisterSource.PRH, "NO": RegisterSource.BRREG}


class RegisterAddress(Struct, frozen=True, kw_only=True):
    """An address as the register writes it. ``lines`` are those before the postal code, c/o and boxes included;
    ``country`` is ISO 3166-1 alpha-2, None where it is not told."""

    lines: tuple[str, ...]
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None


class RegisterEntry(Struct, frozen=True, kw_only=True):
    """A company in its register. ``number`` is its id there (``0112038-9``, ``923609016``); ``other_names`` are names
    besides ``name`` that are in use; ``phones`` landline first. ``vat_registered`` is None where it is not told,
    ``since`` when it ceased, was deleted or went bankrupt. Of a company that was removed only the number is known."""

    country: RegisterCountry
    number: str
    name: str | None = None
    other_names: tuple[str, ...] = ()
    visiting: RegisterAddress | None = None
    postal: RegisterAddress | None = None
    email: str | None = None
    phones: tuple[str, ...] = ()
    website: str | None = None
    industry_code: str | None = None
    industry: str | None = None
    vat_registered: bool | None = None
    state: RegisterState = RegisterState.ACTIVE
    since: date | None = None
    is_subunit: bool = False
    fetched_at: datetime

    @property
    def source(self) -> RegisterSource:
        """The register that it is from."""
        return SOURCES[self.country]

    @property
    def attribution(self) -> str:
        """What has to be shown beside it."""
        return self.source.attribution


class RegisterHits(Struct, frozen=True, kw_only=True):
    """What a register found by a name: the first ``entries``, and how many there are in all."""

    source: RegisterSource
    entries: tuple[RegisterEntry, ...]
    total: int
