import time, asyncio
import pytest
from tests.screens.conftest import Start
@pytest.mark.parametrize("n", range(12))
async def test_x(start: Start, n) -> None:
    async with start() as crm:
        await crm.open("Kalla")
        await crm.tab(2)
        a=crm.text()
        await asyncio.sleep(0.3)
        b=crm.text()
        await crm.tab(3)
        c=crm.text()
        await asyncio.sleep(0.3)
        d=crm.text()
        (print(a) if n==0 else 0); print("\n", n, a==b, b.count("╭"), b.splitlines().index(next(l for l in b.splitlines() if "2150 Class" in l)), c==d)
