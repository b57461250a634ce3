"""The links of a page."""

from services.api.ui.links import links

AT = links([("q", "guns & shells"), ("source", "a"), ("source", "b"), ("after", ""), ("cursor", "x")])


def test_a_search_with_a_value_more_or_less_begins_at_its_first_page() -> None:
    assert AT.with_value("entity", "country/x") == "/?q=guns+%26+shells&source=a&source=b&entity=country%2Fx"
    assert AT.with_value("source", "a") == "/?q=guns+%26+shells&source=b&source=a"
    assert AT.without("source", "a") == "/?q=guns+%26+shells&source=b"
    assert AT.without("source") == "/?q=guns+%26+shells"
    assert AT.replaced("q", "howitzers") == "/?source=a&source=b&q=howitzers"


def test_the_next_page_is_the_same_search_further_on() -> None:
    assert AT.replaced("cursor", "y") == "/?q=guns+%26+shells&source=a&source=b&cursor=y"


def test_a_form_carries_what_is_not_its_own() -> None:
    assert AT.hidden("q") == [("source", "a"), ("source", "b")]


def test_nothing_asked_for_is_the_plain_path() -> None:
    assert links([("q", " ")]).at("/feed") == "/feed"
