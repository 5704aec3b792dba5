"""People first: work in the same process waits while somebody is being answered, but not without end."""

from threading import Thread

from engine.jobs import Traffic

FOR_LONG = 60.0


def test_work_waits_until_nobody_is_being_answered() -> None:
    traffic, order = Traffic(share=1e12, longest=FOR_LONG), list[str]()

    def work() -> None:
        traffic.give_way()
        order.append("work")

    with traffic.answering():
        with traffic.answering():
            worker = Thread(target=work)
            worker.start()
        order.append("people")
    worker.join()
    assert order == ["people", "work"]


def test_with_people_without_end_it_goes_on_all_the_same() -> None:
    traffic = Traffic(share=0)

    def work() -> None:
        for _ in range(3):
            traffic.give_way()

    with traffic.answering():
        worker = Thread(target=work)
        worker.start()
        worker.join(FOR_LONG)
        assert not worker.is_alive()
