"""When a build has caught up with a topic that goes on growing."""

from aiokafka import TopicPartition

from services.common.lag import Place, Places
from services.indexer.reindex import Chase


def at(settled: int, end: int) -> Places:
    return {TopicPartition("t", 0): Place(0, settled, end), TopicPartition("t", 1): Place(5, 9, 9)}


def test_nothing_left_is_caught_up_at_once() -> None:
    assert Chase().caught(at(10, 10), 0.0)


def test_each_round_chases_the_end_as_it_is_then_until_one_is_short() -> None:
    chase = Chase()
    steps = [
        (at(0, 1000), 0.0, False),  # the first round begins: to 1000
        (at(900, 1100), 90.0, False),
        (at(1000, 1110), 100.0, False),  # there, after 100 s
        (at(1005, 1111), 100.2, False),  # the second: to 1111
        (at(1111, 1121), 110.2, False),  # after 10 s
        (at(1113, 1122), 110.4, False),
        (at(1122, 1123), 111.2, True),  # after 0.8 s
    ]
    assert [chase.caught(there, now) for there, now, _ in steps] == [expected for *_, expected in steps]


def test_a_slow_machine_is_caught_up_when_rounds_become_no_shorter() -> None:
    chase = Chase()
    steps = [
        (at(0, 100), 0.0, False),
        (at(100, 150), 20.0, False),
        (at(101, 151), 20.2, False),
        (at(151, 180), 25.2, False),
        (at(151, 181), 25.4, False),
        (at(181, 210), 29.9, True),
    ]
    assert [chase.caught(there, now) for there, now, _ in steps] == [expected for *_, expected in steps]
