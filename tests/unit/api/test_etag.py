"""Entity tags."""

import pytest

from services.api.etag import content_tag, unchanged

TAG = content_tag(b"content")


def test_it_is_weak_and_of_the_content() -> None:
    assert TAG.startswith('W/"')
    assert TAG == content_tag(b"content") != content_tag(b"other")


@pytest.mark.parametrize(
    ("header", "same"),
    [
        (None, False),
        ("", False),
        (TAG, True),
        (TAG.removeprefix("W/"), True),
        (f'"other", {TAG}', True),
        ("*", True),
        ('"other"', False),
        (TAG[:-2] + '"', False),
        ("garbage", False),
    ],
)
def test_a_reader_that_has_it_is_told_so(header: str | None, same: bool) -> None:
    assert unchanged(header, TAG) is same
