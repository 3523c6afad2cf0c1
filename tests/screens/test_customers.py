import time

from tests.screens.conftest import Start


async def test_x(start: Start) -> None:
    t = time.monotonic()
    async with start() as crm:
        await go(crm, t)


async def go(crm, t):
    print(time.monotonic() - t)
    t = time.monotonic()
    await crm.see("Kallavesi")
    print(crm.text())
    await crm.filter("mari")
    print(time.monotonic() - t)
    t = time.monotonic()
    print(crm.text())
    await crm.press("escape")
    await crm.open("Kalla")
    print(time.monotonic() - t)
    t = time.monotonic()
    print(crm.text())
    for i in range(2, 6):
        await crm.tab(i)
        print(time.monotonic() - t)
        t = time.monotonic()
        print(crm.text())
