"""Keeping drafts while somebody types: a thread writes them, so that no key waits for a disk.

A throttle and not a debounce: what is typed is on its way to the disk ``delay`` seconds after the first change
that is not written yet, also if the typing goes on. Knows nothing of Textual; whoever is told of a failure is
told in the thread that failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Lock, Thread

from crm_tui.domain.errors import CrmError, Unavailable
from crm_tui.store.drafts import Draft, Drafts

#: seconds; with the key's way to here and the writing it is a quarter of a second that a kill can cost
DELAY = 0.1
#: seconds to wait for a thread that writes, when the program is ending and can't wait longer
PATIENCE = 1.0


class DraftKeeper:
    """Writes the newest draft of each key in a daemon thread, which begins with the first one.

    All methods may be called from any thread. A write that fails is told to ``failed``, once until one
    succeeds again; what it was to write is kept and tried again with the next ``note``, ``drop`` or ``flush``.
    ``failed`` may be set later than the keeper is made, by what shows it.
    """

    def __init__(
        self,
        drafts: Drafts,
        *,
        delay: float = DELAY,
        clock: Callable[[], float] = time.monotonic,
        failed: Callable[[CrmError], object] | None = None,
    ) -> None:
        self._drafts = drafts
        self._delay = delay
        self._clock = clock
        self.failed = failed
        self._changed = Condition()  # guards what follows
        self._pending: dict[str, Draft | None] = {}  # by key, in order; None: to be dropped
        self._since: float | None = None  # when the first of them came that was not tried yet
        self._failure: CrmError | None = None
        self._closed = False
        self._thread: Thread | None = None
        self._writing = Lock()  # held by whoever writes; taken before the condition, never inside it

    @property
    def failure(self) -> CrmError | None:
        """Why what was typed is not on the disk; None if it is, or will be in a moment."""
        return self._failure

    def note(self, draft: Draft) -> None:
        """Keep this draft instead of an older one of its key. Returns at once; its dicts must not change."""
        self._remember(draft.key, draft)

    def drop(self, key: str) -> None:
        """The draft was saved or discarded: forget it, and remove it from the disk in the thread."""
        self._remember(key, None)

    def flush(self) -> None:
        """Write in the calling thread what is not written yet. Waits a second at most for a write in progress;
        if that hangs, ``failed`` is told."""
        if not self._writing.acquire(timeout=PATIENCE):
            self._report(_no_answer())
            return
        try:
            self._write()
        finally:
            self._writing.release()

    def all(self) -> tuple[Draft, ...]:
        """The drafts on the disk, newest first; raises what ``Drafts.all`` raises."""
        return self._drafts.all()

    def forget(self, form: str, entity: int) -> None:
        """Remove the drafts about a thing that was erased, wherever they are; raises what ``Drafts.forget`` does."""
        with self._writing:
            with self._changed:
                kept = self._pending.items()
                self._pending = {
                    key: draft for key, draft in kept if draft is None or not _is_about(draft, form, entity)
                }
            self._drafts.forget(form, entity)

    def close(self) -> None:
        """Write what is not written yet, end the thread, and close the drafts. Waits a second at most for a
        write in progress, as ``flush`` does."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(PATIENCE)
            if thread.is_alive():  # it hangs, and to close a file in use would hang, too
                self._report(_no_answer())
                return
        self.flush()
        self._drafts.close()

    def _remember(self, key: str, draft: Draft | None) -> None:
        with self._changed:
            self._pending.pop(key, None)  # so that it comes last
            self._pending[key] = draft
            if self._since is None:
                self._since = self._clock()
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._work, name="drafts", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _work(self) -> None:
        while self._wait_until_due():
            with self._writing:
                self._write()

    def _wait_until_due(self) -> bool:
        """Wait until something is to be written; false once the keeper is closed."""
        with self._changed:
            while not self._closed:
                left = None if self._since is None else self._since + self._delay - self._clock()
                if left is not None and left <= 0:
                    return True
                self._changed.wait(left)
            return False

    def _write(self) -> None:
        """Write what is pending, in order, up to the first failure; the caller holds ``_writing``."""
        with self._taken() as batch:
            while batch:
                key, draft = next(iter(batch.items()))
                try:
                    if draft is None:
                        self._drafts.drop(key)
                    else:
                        self._drafts.save(draft)
                except CrmError as error:
                    self._report(error)
                    return
                del batch[key]
                self._failure = None

    @contextmanager
    def _taken(self) -> Iterator[dict[str, Draft | None]]:
        """What is pending. What is left in it at the end is pending again, before what came meanwhile."""
        with self._changed:
            batch, self._pending, self._since = self._pending, {}, None
        try:
            yield batch
        finally:
            with self._changed:
                self._pending = {key: draft for key, draft in batch.items() if key not in self._pending} | self._pending

    def _report(self, error: CrmError) -> None:
        is_new, self._failure = self._failure is None, error
        if is_new and self.failed is not None:
            self.failed(error)


def _no_answer() -> Unavailable:
    return Unavailable("The last words that you typed could not be kept: the disk does not answer.")


def _is_about(draft: Draft, form: str, entity: int) -> bool:
    return draft.form == form and draft.entity == entity
