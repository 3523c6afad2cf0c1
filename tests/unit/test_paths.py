"""Where things are kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crm_tui import paths

FOLDERS = {"DATA": paths.data_dir, "CONFIG": paths.config_dir, "STATE": paths.state_dir}


@pytest.mark.parametrize(("name", "folder"), FOLDERS.items())
def test_a_folder_of_ones_own(name: str, folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"CRM_TUI_{name}", "/somewhere/else")
    assert folder() == Path("/somewhere/else")


@pytest.mark.parametrize(("name", "folder"), FOLDERS.items())
def test_without_one_the_systems_own_place(
    name: str, folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(f"CRM_TUI_{name}")
    monkeypatch.setenv("HOME", "/home/sanna")
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    assert folder().is_relative_to("/home/sanna")
    assert folder().name == "crm-tui"


@pytest.mark.parametrize(("name", "folder"), FOLDERS.items())
def test_a_missing_home_says_what_to_set(
    name: str, folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(f"CRM_TUI_{name}")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(paths.NoHome, match=f"set HOME, or CRM_TUI_{name}"):
        folder()


def test_a_relative_folder_is_made_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRM_TUI_CONFIG", "here")
    assert paths.config_file() == tmp_path / "here" / "config.toml"
