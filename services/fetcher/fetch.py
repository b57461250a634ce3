"""One address fetched now, outside the line: what ``sitrep fetch`` shows. Nothing is sent or remembered."""

from services.common.messages import Article, Source
from services.fetcher.articles import article_from_html
from services.fetcher.deadline import workers
from services.fetcher.http import get, http_client
from services.fetcher.settings import FetcherSettings


async def fetch_article(
    url: str,
    settings: FetcherSettings,
    *,
    source: Source | None = None,
    language: str | None = None,
    allow_private: bool = False,
) -> Article:
    """The article at an address, as its first revision.

    ``source`` names the outlet (by default it is named after its site), ``language`` the one it writes in;
    ``allow_private`` says whether the page may be at an address that is not on the public internet. A person asks for
    this one page, so robots.txt, which is for programs that find pages themselves, is not looked at.

    Raises:
        TransientError: the address could not be fetched (``FetchFailed``).
        PermanentError: the page holds no article (``NotAnArticle``), or could not be read (``WorkTimedOut``).
    """
    async with http_client(settings) as client:
        page = await get(
            client,
            url,
            limit=settings.fetcher_page_bytes,
            redirects=settings.fetcher_redirects,
            seconds=settings.fetcher_request_seconds,
            allow_private=allow_private,
        )
    async with workers(1, settings.fetcher_work_seconds) as pool:
        return await pool.run(
            article_from_html,
            f"the page {page.url}",
            page.body,
            page.url,
            source=source,
            language=language,
            fetched_at=page.fetched_at,
            content_type=page.content_type,
            largest=settings.fetcher_page_bytes,
        )
