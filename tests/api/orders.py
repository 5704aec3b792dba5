"""The values of an order that can be saved."""


def order(supplier: int, /, **more: object) -> dict[str, object]:
    lines = [{"product": "Bolt", "qty": "10", "price": 2.5}, {"product": "Nut", "qty": 4, "price": "1.25"}]
    return {"supplier": supplier, "order_date": "2026-03-02", "lines": lines, **more}
