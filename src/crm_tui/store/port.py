"""The store as the rest of the program knows it: facets by subject, bound to an actor.

The calls are synchronous and safe to make from several threads; screens make them in worker threads. Failures
are the exceptions of crm_tui.domain.errors and no others. Every call is made as the bound actor, and the store
refuses what the actor may not do and leaves out what they may not see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from crm_tui.store.activities import Activities, Notes
    from crm_tui.store.addresses import Addresses
    from crm_tui.store.cases import Cases
    from crm_tui.store.contacts import Contacts
    from crm_tui.store.customers import Customers
    from crm_tui.store.devices import Devices
    from crm_tui.store.duplicates import Duplicates
    from crm_tui.store.files import Files
    from crm_tui.store.finance import Finance
    from crm_tui.store.history import History, Imports, Portable
    from crm_tui.store.merging import Merging
    from crm_tui.store.reach import Reach
    from crm_tui.store.search import Search
    from crm_tui.store.settings import Billing, Registries, Users
    from crm_tui.store.views import Views


class Store(Protocol):
    """A place where customers live, bound to an actor."""

    @property
    def name(self) -> str:
        """What people call it: the name or path it was opened by."""
        ...

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about how it was opened (network home, read-only copy)."""
        ...

    @property
    def customers(self) -> Customers: ...
    @property
    def addresses(self) -> Addresses: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def activities(self) -> Activities: ...
    @property
    def notes(self) -> Notes: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def finance(self) -> Finance: ...
    @property
    def files(self) -> Files: ...
    @property
    def billing(self) -> Billing: ...
    @property
    def registries(self) -> Registries: ...
    @property
    def users(self) -> Users: ...
    @property
    def devices(self) -> Devices: ...
    @property
    def views(self) -> Views: ...
    @property
    def search(self) -> Search: ...
    @property
    def duplicates(self) -> Duplicates: ...
    @property
    def history(self) -> History: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def merging(self) -> Merging: ...
    @property
    def portable(self) -> Portable: ...

    def acting_as(self, login: str) -> Self:
        """The same store on behalf of another user; NotFound where no active user has that login."""
        ...

    def latest(self, slot: str) -> Self:
        """The same store for one question, of which only the newest in ``slot`` matters. It may take several
        reads; once a newer question was asked, those of older ones raise Interrupted."""
        ...

    def once(self, key: str) -> Self:
        """The same store for one write that is carried out at most once under this key by this actor: again it
        raises AlreadySaved. A write that fails or changes nothing leaves no key."""
        ...

    def was_saved(self, key: str) -> bool:
        """Whether the actor saved something under this key."""
        ...

    def pulse(self) -> int:
        """A number that grows whenever anybody changed data; what cards were opened and which customers are
        favourites does not count. To ask while nothing happens costs next to nothing."""
        ...

    def erasures(self) -> int:
        """How many people were erased so far: whoever keeps copies of what was read empties them when it changes."""
        ...

    def reach(self) -> Reach:
        """Whether the store answers now. To ask costs nothing."""
        ...

    def close(self) -> None: ...
