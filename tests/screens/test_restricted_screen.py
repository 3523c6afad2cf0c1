"""The program of a restricted user: files of one folder by their names, and no command that would start a program."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from tests.driver import NOW, ZONE, WatchedApp, running
from tests.screens.kallavesi import NUMBER, cursor_on

from crm_tui.cli.restricted import WITHHELD, Confines
from crm_tui.config import Settings
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.interchange.transfer_folder import TransferFolder
from crm_tui.store.sql.store import SqlStore


@pytest.fixture
def app(open_sample: Callable[[str], SqlStore], tmp_path: Path) -> WatchedApp:
    """The program as the command line makes it for a restricted user; the settings of the account name programs."""
    confines = Confines(TransferFolder(tmp_path / "transfer"), WITHHELD, tmp_path)
    settings = Settings(copy_command=("touch", "copied"), open_command=("touch",), export_folder=tmp_path)
    return WatchedApp(
        open_sample("sanna"),
        confines.settings(settings),
        now=lambda: NOW,
        zone=ZONE,
        files=confines.files,
        withheld=confines.withheld,
        crash_folder=tmp_path / "crashes",
        motion=False,
    )


async def test_exports_land_in_the_folder_and_nowhere_else(app: WatchedApp, tmp_path: Path) -> None:
    async with running(app) as crm:
        await crm.filter("marin")
        await crm.press("E")
        await crm.see("customers-2026-11-18.csv")
        for way_out in (f"{tmp_path}/out.csv", "../out.csv", "~/out.csv", "./out.csv"):
            await crm.put(way_out)
            await crm.press("enter")
            await crm.see("names alone")
        (tmp_path / "transfer" / "link.csv").symlink_to(tmp_path / "out.csv")
        await crm.put("link.csv")
        await crm.press("enter")
        await crm.see("not a file of your transfer folder")
        await crm.put("mine.csv")
        await crm.press("enter")
        await crm.expect_toast("customers written to mine.csv")
        assert (tmp_path / "transfer" / "mine.csv").exists()
        assert not (tmp_path / "out.csv").exists()


async def test_files_of_a_customer_go_to_the_folder_and_come_from_it(app: WatchedApp, tmp_path: Path) -> None:
    store = app.session.store
    customer = store.customers.by_number(NUMBER).id
    store.files.create(NewFile(customer=customer, kind=FileKind.FILE, name="plan.txt"), BytesIO(b"berth 7"))
    (tmp_path / "secret.txt").write_text("of somebody else")
    async with running(app) as crm:
        await crm.open("kallavesi")
        await crm.panel("files")
        cursor_on(crm, "plan.txt")
        assert not {"list.link"} & set(crm.commands())
        await crm.press("o")
        assert (crm.app.opened, crm.toasts) == ([], [])
        await crm.press("S")
        await crm.see("Save as", "plan.txt")
        for way_out in (f"{tmp_path}/", "../", "~/", "/"):
            await crm.put(f"{way_out}plan.txt")
            await crm.press("enter")
            await crm.see("only names of files in this folder")
        await crm.put("..")
        await crm.press("enter")
        crm.see_no("secret.txt")
        await crm.put("plan.txt")
        await crm.press("enter")
        await crm.expect_toast("Saved to plan.txt")
        assert (tmp_path / "transfer" / "plan.txt").read_bytes() == b"berth 7"
        assert not (tmp_path / "plan.txt").exists()
        await crm.press("a")
        await crm.choose("File")
        await crm.see("Add a file")
        for way_out in (f"{tmp_path}/secret.txt", "../secret.txt", "~/"):
            await crm.put(way_out)
            await crm.press("enter")
            await crm.see("only names of files in this folder")
        await crm.put("plan.txt")
        await crm.press("enter")
        await crm.fill(path=str(tmp_path / "secret.txt"), name="secret")
        await crm.press("f2")
        await crm.see("names alone")
        await crm.fill(path="plan.txt", name="again")
        await crm.save()
        await crm.see("again")
