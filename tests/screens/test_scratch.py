from tests.driver import drawn
from tests.screens.conftest import Start
async def test_x(start: Start, tmp_path) -> None:
    async with start() as crm:
        await crm.filter("marin")
        await crm.press("E")
        await crm.put(str(tmp_path / "no such folder" / "out.csv"))
        await crm.press("enter")
        print(crm.text())
