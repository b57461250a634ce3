"""What a person sees of a run: a live table while it starts, then lines; without a terminal, only lines."""

import threading
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from deploy.local.fetch import Report
from deploy.local.supervisor import Change, State

COLUMN = 20
BAR = 20
SAY_PROGRESS_EVERY = 10.0  # seconds, without a terminal
STYLES = {
    State.WAITING: "dim",
    State.STARTING: "yellow",
    State.READY: "green",
    State.DIED: "bold red",
    State.STOPPING: "yellow",
    State.STOPPED: "dim",
}


class Screen:
    """Shows states, progress and sentences on a console. Reports may come from any thread."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[str, tuple[Text, tuple[int, int] | None]] = {}
        self._said: dict[str, float] = {}
        self._lock = threading.Lock()
        self._live = (
            Live(get_renderable=self._table, console=console, refresh_per_second=5) if console.is_terminal else None
        )

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.settle()

    def settle(self) -> None:
        """Leave the table as it is; from here on there are lines."""
        if self._live is not None:
            live, self._live = self._live, None
            live.stop()

    def say(self, sentence: str, style: str = "") -> None:
        """A sentence of its own."""
        self._console.print(Text(sentence, style=style), soft_wrap=True)

    def changed(self, change: Change) -> None:
        """A program's new state."""
        waiting = change.state is State.WAITING  # that is where everything begins: a row, not a line
        self.step(change.name, change.detail or str(change.state), STYLES[change.state], line=not waiting)

    def step(self, name: str, text: str, style: str = "", *, line: bool = True) -> None:
        """What somebody is doing now."""
        with self._lock:
            self._rows[name] = (Text(text, style=style), None)
        if self._live is None and line:
            self._line(name, text, style)

    def progress(self, name: str, doing: str) -> Report:
        """A callback that shows how far a download is."""
        last = ""

        def report(done: int, total: int) -> None:
            nonlocal last
            text = f"{doing} {done / 1e6:.0f} of {total / 1e6:.0f} MB"
            with self._lock:
                self._rows[name] = (Text(text, style="cyan"), (done, total))
                now = time.monotonic()
                due = now - self._said.get(name, 0.0) >= SAY_PROGRESS_EVERY or done == total
                if self._live is not None or not due or text == last:
                    return
                self._said[name], last = now, text
            self._line(name, text, "")

        return report

    def _line(self, name: str, text: str, style: str) -> None:
        self._console.print(Text(f"{name:<{COLUMN}}") + Text(text, style=style), soft_wrap=True)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        table.add_column(min_width=COLUMN - 2)
        with self._lock:
            for name, (text, progress) in self._rows.items():
                bar = (ProgressBar(total=progress[1], completed=progress[0], width=BAR),) if progress else ()
                table.add_row(name, text, *bar)
        return table
