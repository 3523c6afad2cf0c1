"""No picture is kept of what no test looks at any more. A test that is renamed leaves its pictures behind."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SNAPSHOTS = ROOT / "snapshots"
#: what is left out when a file is named after its test
NOT_IN_NAMES = str.maketrans("", "", '\\/?*:|"<>')


def test_every_picture_has_its_test() -> None:
    pictures = {path.relative_to(SNAPSHOTS) for path in SNAPSHOTS.rglob("*") if path.is_file()}
    modules = sorted({Path("tests", path.parent).with_suffix(".py") for path in pictures})
    missing = [str(module) for module in modules if not (ROOT / module).is_file()]
    assert not missing, f"pictures of modules that are gone: {missing}"
    stale = pictures - wanted(modules)
    assert not stale, f"no test makes these pictures: {sorted(map(str, stale))}"


def wanted(modules: list[Path]) -> set[Path]:
    """The pictures that the tests of these modules may take."""
    command = [sys.executable, "-m", "pytest", "-o", "addopts=", "--collect-only", "-q", *map(str, modules)]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^tests/(\S+)\.py::(.+)$", listed, re.MULTILINE)
    assert found, listed
    return {Path(module, f"{name.translate(NOT_IN_NAMES)}.svg") for module, name in found}
