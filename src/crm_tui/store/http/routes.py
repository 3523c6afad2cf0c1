"""The one table of the HTTP API: which request stands for which method of the port.

Server, client and the OpenAPI document are all made from it. What a route does not say follows from the signature
of its method (parameters.py).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

#: all paths of the table stand below it
PREFIX = "/api/v1"


class Shape(StrEnum):
    """How body and answer travel. JSON: one document each way. BYTES: the answer is the content of a file. FORM: the
    body has parts, the JSON of ``new`` and ``content``. ROWS_IN, ROWS_OUT, ROWS: body, answer, or both are lines of
    JSON (rows.py)."""

    JSON = "json"
    BYTES = "bytes"
    FORM = "form"
    ROWS_IN = "rows in"
    ROWS_OUT = "rows out"
    ROWS = "rows"


class Route(NamedTuple):
    """``method`` is a facet of the port and its method, or a method of the store itself. ``is_read``: changes nothing
    although it is a POST, because what it asks about is too long, or too personal, for a URL. ``is_long`` may take
    minutes. ``local`` parameters stay on the client's side."""

    method: str
    verb: str
    path: str
    shape: Shape = Shape.JSON
    is_read: bool = False
    is_long: bool = False
    local: tuple[str, ...] = ()

    @property
    def reads(self) -> bool:
        """Whether it may be asked again, and be replaced by a newer question."""
        return self.verb == "GET" or self.is_read


ROUTES: tuple[Route, ...] = (
    Route("was_saved", "GET", "/saved/{key}"),
    Route("pulse", "GET", "/pulse"),
    Route("erasures", "GET", "/erasures"),
    Route("customers.page", "GET", "/customers"),
    Route("customers.count", "GET", "/customers/count"),
    Route("customers.open_value", "GET", "/customers/open-value"),
    Route("customers.registered", "GET", "/customers/registered"),
    Route("customers.by_number", "GET", "/customers/by-number/{number}"),
    Route("customers.create", "POST", "/customers"),
    Route("customers.take_from_register", "POST", "/customers/take-from-register"),
    Route("customers.create_from_register", "POST", "/customers/create-from-register"),
    Route("customers.get", "GET", "/customers/{customer}"),
    Route("customers.update", "PATCH", "/customers/{customer}"),
    Route("customers.delete", "DELETE", "/customers/{customer}"),
    Route("customers.deletion", "GET", "/customers/{customer}/deletion"),
    Route("customers.neighbours", "GET", "/customers/{customer}/neighbours"),
    Route("customers.preview", "GET", "/customers/{customer}/preview"),
    Route("customers.card", "GET", "/customers/{customer}/card"),
    Route("customers.set_favourite", "PUT", "/customers/{customer}/favourite"),
    Route("customers.opened", "POST", "/customers/{customer}/opened"),
    Route("addresses.of_customer", "GET", "/customers/{customer}/addresses"),
    Route("addresses.create", "POST", "/addresses"),
    Route("addresses.get", "GET", "/addresses/{address}"),
    Route("addresses.update", "PATCH", "/addresses/{address}"),
    Route("addresses.delete", "DELETE", "/addresses/{address}"),
    Route("contacts.across", "GET", "/contacts"),
    Route("contacts.count_across", "GET", "/contacts/count"),
    Route("contacts.of_customer", "GET", "/customers/{customer}/contacts"),
    Route("contacts.count", "GET", "/customers/{customer}/contacts/count"),
    Route("contacts.create", "POST", "/contacts"),
    Route("contacts.get", "GET", "/contacts/{contact}"),
    Route("contacts.update", "PATCH", "/contacts/{contact}"),
    Route("contacts.delete", "DELETE", "/contacts/{contact}"),
    Route("activities.feed", "GET", "/customers/{customer}/feed/{part}"),
    Route("activities.feed_counts", "GET", "/customers/{customer}/feed-counts"),
    Route("activities.board", "GET", "/customers/{customer}/board"),
    Route("activities.agenda", "GET", "/agenda/{part}"),
    Route("activities.agenda_counts", "GET", "/agenda-counts"),
    Route("activities.create", "POST", "/activities"),
    Route("activities.get", "GET", "/activities/{activity}"),
    Route("activities.update", "PATCH", "/activities/{activity}"),
    Route("activities.delete", "DELETE", "/activities/{activity}"),
    Route("notes.of_projects", "GET", "/customers/{customer}/project-notes"),
    Route("notes.count_of_projects", "GET", "/customers/{customer}/project-notes/count"),
    Route("notes.create", "POST", "/notes"),
    Route("notes.get", "GET", "/notes/{note}"),
    Route("notes.update", "PATCH", "/notes/{note}"),
    Route("notes.delete", "DELETE", "/notes/{note}"),
    Route("cases.of_customer", "GET", "/customers/{customer}/cases/{life}"),
    Route("cases.totals", "GET", "/customers/{customer}/cases/{life}/totals"),
    Route("cases.listed", "GET", "/customers/{customer}/case-list/{choice}"),
    Route("cases.sums", "GET", "/customers/{customer}/case-list/{choice}/sums"),
    Route("cases.figures", "GET", "/customers/{customer}/case-figures"),
    Route("cases.create", "POST", "/cases"),
    Route("cases.get", "GET", "/cases/{case}"),
    Route("cases.update", "PATCH", "/cases/{case}"),
    Route("cases.delete", "DELETE", "/cases/{case}"),
    Route("cases.below", "GET", "/cases/{case}/below"),
    Route("cases.details", "GET", "/cases/{case}/details"),
    Route("finance.window", "GET", "/customers/{customer}/figures"),
    Route("finance.behind", "GET", "/customers/{customer}/figures/{figure}"),
    Route("finance.without_forecast", "GET", "/customers/{customer}/without-forecast"),
    Route("finance.invoices", "GET", "/customers/{customer}/invoices"),
    Route("finance.invoice_totals", "GET", "/customers/{customer}/invoice-totals"),
    Route("finance.create_invoice", "POST", "/invoices"),
    Route("finance.invoice", "GET", "/invoices/{invoice}"),
    Route("finance.update_invoice", "PATCH", "/invoices/{invoice}"),
    Route("finance.delete_invoice", "DELETE", "/invoices/{invoice}"),
    Route("finance.forecasts", "GET", "/cases/{case}/forecasts"),
    Route("finance.actuals", "GET", "/cases/{case}/actuals"),
    Route("finance.put_forecast", "PUT", "/forecasts"),
    Route("finance.delete_forecast", "DELETE", "/forecasts/{forecast}"),
    Route("finance.put_actual", "PUT", "/actuals"),
    Route("files.of_customer", "GET", "/customers/{customer}/files"),
    Route("files.count", "GET", "/customers/{customer}/files/count"),
    Route("files.create", "POST", "/files", shape=Shape.FORM),
    Route("files.get", "GET", "/files/{file}"),
    Route("files.open", "GET", "/files/{file}/content", shape=Shape.BYTES),
    Route("files.update", "PATCH", "/files/{file}"),
    Route("files.delete", "DELETE", "/files/{file}"),
    Route("billing.of_customer", "GET", "/customers/{customer}/billing"),
    Route("billing.update", "PATCH", "/customers/{customer}/billing"),
    Route("registries.list", "GET", "/registries/{kind}"),
    Route("registries.create", "POST", "/registry-values"),
    Route("registries.get", "GET", "/registry-values/{value}"),
    Route("registries.update", "PATCH", "/registry-values/{value}"),
    Route("registries.usage", "GET", "/registry-values/{value}/usage"),
    Route("registries.reorder", "PUT", "/registry-values/{value}/place"),
    Route("registries.delete", "DELETE", "/registry-values/{value}"),
    Route("users.me", "GET", "/users/me"),
    Route("users.list", "GET", "/users"),
    Route("users.create", "POST", "/users"),
    Route("users.get", "GET", "/users/{user}"),
    Route("users.update", "PATCH", "/users/{user}"),
    Route("users.profiles", "GET", "/profiles"),
    Route("users.create_profile", "POST", "/profiles"),
    Route("users.update_profile", "PUT", "/profiles/{profile}"),
    Route("users.delete_profile", "DELETE", "/profiles/{profile}"),
    Route("users.organization", "GET", "/organization"),
    Route("users.update_organization", "PATCH", "/organization"),
    Route("devices.own", "GET", "/devices/own"),
    Route("devices.of_everybody", "GET", "/devices"),
    Route("devices.create", "POST", "/devices"),
    Route("devices.revoke", "DELETE", "/devices/{device}"),
    Route("devices.revoke_all", "DELETE", "/users/{user}/devices"),
    Route("devices.set_password", "PUT", "/users/{user}/password"),
    Route("views.customers", "GET", "/views/customers"),
    Route("views.contacts", "GET", "/views/contacts"),
    Route("views.save_customers", "POST", "/views/customers"),
    Route("views.save_contacts", "POST", "/views/contacts"),
    Route("views.rename", "PUT", "/views/{view}/name"),
    Route("views.delete", "DELETE", "/views/{view}"),
    Route("search.anything", "GET", "/search"),
    Route("search.lookup", "GET", "/look-up"),
    Route("duplicates.like_customer", "POST", "/duplicates/like-customer", is_read=True),
    Route("duplicates.like_contact", "POST", "/duplicates/like-contact", is_read=True),
    Route("duplicates.pairs", "GET", "/duplicates/{kind}", is_long=True, local=("compared",)),
    Route("duplicates.dismissed", "GET", "/duplicates/{kind}/dismissed"),
    Route("duplicates.dismiss", "PUT", "/duplicates/{kind}/dismissed/{one}/{other}"),
    Route("duplicates.readmit", "DELETE", "/duplicates/{kind}/dismissed/{one}/{other}"),
    Route("history.of_customer", "GET", "/customers/{customer}/history"),
    Route("history.of_entity", "GET", "/history/of/{kind}/{entity}"),
    Route("history.steps", "GET", "/history/steps"),
    Route("history.undo", "POST", "/history/undo"),
    Route("history.redo", "POST", "/history/redo"),
    Route("imports.list", "GET", "/imports"),
    Route("imports.begin", "POST", "/imports"),
    Route("imports.check", "POST", "/imports/check", shape=Shape.ROWS, is_read=True, is_long=True),
    Route("imports.known", "POST", "/imports/known", is_read=True),
    Route("imports.write", "POST", "/imports/{run}/items", is_long=True),
    Route("imports.finish", "POST", "/imports/{run}/finish"),
    Route("imports.undo", "POST", "/imports/{run}/undo", is_long=True),
    Route("merging.check_customers", "GET", "/merging/customers/{stays}/{goes}"),
    Route("merging.customers", "POST", "/merging/customers/{stays}/{goes}"),
    Route("merging.check_contacts", "GET", "/merging/contacts/{stays}/{goes}"),
    Route("merging.contacts", "POST", "/merging/contacts/{stays}/{goes}"),
    Route("merging.went_into", "GET", "/merging/went-into/{kind}/{key}"),
    Route("portable.dump", "GET", "/dump", shape=Shape.ROWS_OUT, is_long=True),
    Route("portable.load", "POST", "/load", shape=Shape.ROWS_IN, is_long=True, local=("progress",)),
)
