import io

import pytest
from rich.console import Console

from deploy.local.screen import Screen
from deploy.local.supervisor import Change, State


def plain() -> tuple[Screen, io.StringIO]:
    output = io.StringIO()
    return Screen(Console(file=output, width=40)), output


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (Change("kafka", State.STARTING, pid=7), "kafka               starting\n"),
        (Change("kafka", State.READY, "ready in 3.4 s", 7), "kafka               ready in 3.4 s\n"),
        (
            Change("indexer", State.DIED, "died (exit -9, SIGKILL), starting again in 1 s"),
            "indexer             died (exit -9, SIGKILL), starting again in 1 s\n",
        ),
        (Change("indexer", State.WAITING), ""),
    ],
)
def test_without_a_terminal_every_change_is_one_line(change: Change, line: str) -> None:
    screen, output = plain()
    with screen:
        screen.changed(change)
    assert output.getvalue() == line


def test_sentences_are_not_broken_and_not_read_as_markup() -> None:
    screen, output = plain()
    sentence = "Port 8400 for the API is taken by java [pid 7]: stop that, or set SITREP_API_PORT to another port."
    screen.say(sentence)
    assert output.getvalue() == sentence + "\n"


def test_a_download_says_its_beginning_and_its_end_not_every_chunk() -> None:
    screen, output = plain()
    report = screen.progress("kafka", "downloading 4.1.0:")
    for done in range(0, 44_000_001, 1_000_000):
        report(done, 44_000_000)
    assert output.getvalue().splitlines() == [
        "kafka               downloading 4.1.0: 0 of 44 MB",
        "kafka               downloading 4.1.0: 44 of 44 MB",
    ]


def test_on_a_terminal_there_is_a_table_until_it_settles_and_lines_afterwards() -> None:
    output = io.StringIO()
    screen = Screen(Console(file=output, width=80, force_terminal=True, color_system=None))
    with screen:
        screen.changed(Change("kafka", State.STARTING))
        screen.progress("elasticsearch", "downloading 8.19.8:")(50_000_000, 104_000_000)
        screen.changed(Change("kafka", State.READY, "ready in 3.4 s"))
        screen.settle()
        table = output.getvalue()
        screen.changed(Change("kafka", State.DIED, "died (exit 1), starting again in 1 s"))
    assert "ready in 3.4 s" in table
    assert "50 of 104 MB" in table
    assert "━" in table
    assert output.getvalue()[len(table) :] == "kafka               died (exit 1), starting again in 1 s\n"
