"""Where the registers are and how long they are waited for. Imports nothing, as settings are read at every start."""

from __future__ import annotations

from typing import NamedTuple


class RegisterSettings(NamedTuple):
    """Base addresses without a slash at the end; ``seconds`` is the most that one look-up takes, retries included;
    ``proxy`` an address such as ``http://proxy.example:3128``, None: as the environment says."""

    prh: str = "https://avoindata.prh.fi/opendata-ytj-api/v3"
    brreg: str = "https://data.brreg.no/enhetsregisteret/api"
    seconds: float = 10.0
    proxy: str | None = None
