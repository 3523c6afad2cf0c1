from tests.driver import drawn
from tests.screens.conftest import Start
from crm_tui.widgets.panel_columns import PanelColumns
from crm_tui.screens.case_panel import CasePanel
async def test_x(start: Start, tmp_path) -> None:
    async with start() as crm:
        await crm.find("winter lay-up")
        await crm.press("enter")
        for p in crm.app.screen.query(CasePanel):
            print(p.id, p.region, p.closed, p.display, p._wanted, p._closed, len(p._rows), p.natural_height, p._generations, p.is_mounted, p.styles.border)
        c=crm.app.screen.query_one(PanelColumns)
        print(c.regions(c.size), c.opened)
        print([ (k.data['id'] if False else str(w)) for w in crm.app.workers])
