"""Pictures are taken of the same sample company as the screens are tested with."""

from tests.screens.conftest import open_sample, sample

__all__ = ["open_sample", "sample"]
