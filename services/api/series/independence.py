"""Independent sources: copies of one article, and outlets that quote the same speaker, count once."""

from collections.abc import Iterable, Sequence

from services.api.series.figures import Figure


def independent(figures: Sequence[Figure]) -> list[list[Figure]]:
    """The figures in groups that do not depend on each other, each group and the groups in time order.

    What one speaker said depends on what else that speaker said, in whatever outlet. Where nobody is named, what an
    outlet puts forward depends on what else it does, and on every copy of its article elsewhere.
    """
    group_of: dict[str, list[Figure]] = {}
    for figure in sorted(figures, key=lambda each: each.order):
        keys = tuple(_keys(figure))
        merged = [figure]
        for group in {id(group_of[key]): group_of[key] for key in keys if key in group_of}.values():
            merged = group + merged
        for member in merged:
            group_of.update(dict.fromkeys(_keys(member), merged))
    groups = {id(group): group for group in group_of.values()}.values()
    return sorted((sorted(group, key=lambda each: each.order) for group in groups), key=lambda group: group[0].order)


def _keys(figure: Figure) -> Iterable[str]:
    if figure.speaker:
        yield f"speaker {figure.speaker}"
    else:
        yield f"source {figure.source.id}"
        yield f"story {figure.story}"
