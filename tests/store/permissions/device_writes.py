"""Tokens and passwords of others: as their login, they are for who sees all that they open (rule 18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.store.permissions.trial import ANY, DONE, HIDDEN, INVALID, Attempt, Trial

from crm_tui.store.devices import NewDevice

_PASSWORD = "a password of the actor"


def _stranger(trial: Trial) -> tuple[int, str]:
    """A user who may do everything but administrate, and what becomes of what is done to them: how far lesser
    administrators get is for other tests to say."""
    everything = trial.missing("all", "all", deletes=True, admin=True) is None
    outcome = DONE if everything else ANY if trial.permissions.admin else "administrator"
    return trial.one("SELECT id FROM crm_user WHERE login = 'stranger'"), outcome


def _create(trial: Trial) -> Iterator[Attempt]:
    user, outcome = _stranger(trial)
    yield Attempt(DONE if trial.permissions.admin else "administrator", (NewDevice(name="Desk"),))
    yield Attempt(outcome, (NewDevice(name="Desk", user=user),))


def _revoke_all(trial: Trial) -> Iterator[Attempt]:
    user, outcome = _stranger(trial)
    yield Attempt(DONE, (trial.sight.actor,))
    yield Attempt(outcome, (user,))


def _set_password(trial: Trial) -> Iterator[Attempt]:
    user, outcome = _stranger(trial)
    yield Attempt(INVALID, (trial.sight.actor, "short"))
    yield Attempt(outcome, (user, _PASSWORD))


DEVICE_WRITES: dict[str, Callable[[Trial], Iterator[Attempt]]] = {
    "devices.create": _create,
    "devices.revoke": lambda trial: iter((Attempt(HIDDEN, (1,)),)),
    "devices.revoke_all": _revoke_all,
    "devices.set_password": _set_password,
}
