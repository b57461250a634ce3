"""Reading tab-separated tables that a person edits: every mistake is named by file, line and column."""

from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import ValidationError

from services.common.errors import ConfigurationError
from services.extractor.knowledge.rows import Row

R = TypeVar("R", bound=Row)


def read(folder: Traversable, name: str, model: type[R], *, key: tuple[str, ...]) -> tuple[R, ...]:
    """The rows of one table. Empty lines and those that begin with ``#`` are notes; the first other names the columns.

    Raises:
        ConfigurationError: the table cannot be used; the sentence names file, line and column.
    """
    try:
        lines = folder.joinpath(name).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{name} cannot be read as UTF-8 text: {error}.") from error
    written = [(at, line) for at, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not written:
        raise ConfigurationError(f"{name} is empty: it needs a line that names its columns.")
    at, header = written[0]
    columns = header.split("\t")
    if unknown := [column for column in columns if column not in model.model_fields]:
        raise ConfigurationError(
            f"{name}, line {at}: there is no column {unknown[0]!r}; the columns are {', '.join(model.model_fields)}."
        )
    rows: list[R] = []
    first_at: dict[tuple[str, ...], int] = {}
    for at, line in written[1:]:
        row = _row(name, at, columns, line.split("\t"), model)
        this = tuple(str(getattr(row, column)) for column in key)
        if this in first_at:
            raise ConfigurationError(
                f"{name}, line {at}, column {key[0]}: {' '.join(this)!r} is already on line {first_at[this]}; keep one."
            )
        first_at[this] = at
        rows.append(row)
    return tuple(rows)


def _row(name: str, at: int, columns: list[str], cells: list[str], model: type[R]) -> R:
    if len(cells) > len(columns):
        raise ConfigurationError(
            f"{name}, line {at}: {len(cells)} cells but only {len(columns)} columns; cells are separated by one tab."
        )
    filled = {column: cell.strip() for column, cell in zip(columns, cells, strict=False)}
    try:
        return model.model_validate(filled)
    except ValidationError as error:
        first = error.errors()[0]
        column = str(first["loc"][0]) if first["loc"] else columns[0]
        got = f", got {filled[column]!r}" if column in filled else ""
        raise ConfigurationError(f"{name}, line {at}, column {column}: {first['msg']}{got}.") from error
