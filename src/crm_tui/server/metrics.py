"""Figures for Prometheus, by route and status: how many requests, and how long they took. Nobody's data is in them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Counted in the thread of the event loop alone."""

    def __init__(self) -> None:
        self.open_requests = 0
        self.open_streams = 0
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._times: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
        self._seconds: defaultdict[tuple[str, str], float] = defaultdict(float)

    @contextmanager
    def open_stream(self) -> Iterator[None]:
        """A client is told of changes meanwhile."""
        self.open_streams += 1
        try:
            yield
        finally:
            self.open_streams -= 1

    def count(self, verb: str, route: str, status: int, seconds: float) -> None:
        """A request is over."""
        self._requests[verb, route, status] += 1
        self._times[verb, route][bisect_left(_BOUNDS, seconds)] += 1
        self._seconds[verb, route] += seconds

    def text(self) -> str:
        """All figures, as Prometheus reads them."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield "# HELP crm_tui_requests_total Requests that were answered."
        yield "# TYPE crm_tui_requests_total counter"
        for (verb, route, status), number in sorted(self._requests.items()):
            yield f'crm_tui_requests_total{{method="{verb}",route="{route}",status="{status}"}} {number}'
        yield "# HELP crm_tui_request_seconds How long requests took."
        yield "# TYPE crm_tui_request_seconds histogram"
        for (verb, route), numbers in sorted(self._times.items()):
            labels = f'method="{verb}",route="{route}"'
            total = 0
            for bound, number in zip((*map(str, _BOUNDS), "+Inf"), numbers, strict=True):
                total += number
                yield f'crm_tui_request_seconds_bucket{{{labels},le="{bound}"}} {total}'
            yield f"crm_tui_request_seconds_sum{{{labels}}} {self._seconds[verb, route]:.6f}"
            yield f"crm_tui_request_seconds_count{{{labels}}} {total}"
        for name, what, number in (
            ("crm_tui_open_requests", "Requests under way.", self.open_requests),
            ("crm_tui_open_event_streams", "Clients that are told of changes.", self.open_streams),
        ):
            yield f"# HELP {name} {what}"
            yield f"# TYPE {name} gauge"
            yield f"{name} {number}"
