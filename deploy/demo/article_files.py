"""The article files: YAML front matter and plain paragraphs, checked when loaded.

A file reads

    ---
    outlet: northwire
    slug: guns-on-flatcars
    title: Guns seen on flatcars
    authors: [Marta Ellingsen]
    published: 2024-11-16T09:30:00Z
    ---
    First paragraph.

    ## A subhead

    > A quotation set apart.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from deploy.demo.articles import Article, Block, FrontMatter
from services.common.errors import ConfigurationError

ARTICLES = Path(__file__).parent / "articles"
FENCE = "---"
_FOREIGN_MARKUP = re.compile(r"#|```|<\w|[-*] |\[[^\]]*\]\(")


class ArticleFileError(ConfigurationError):
    """An article file that cannot be used; the text names the file, the line or field, and what to do."""


def load_articles(folder: Path = ARTICLES) -> tuple[Article, ...]:
    """Every `*.md` file of a folder, oldest first.

    Raises:
        ArticleFileError: a file cannot be read as an article, or two of them are at odds.
    """
    files = sorted(folder.glob("*.md"))
    if not files:
        raise ArticleFileError(f"{folder}: there is no article (*.md) in this folder.")
    loaded = [parse_article(_text_of(path), path.name) for path in files]
    articles = [_with_borrowed_text(article, loaded) for article in loaded]
    _check_unique(articles)
    for article in articles:
        _check_edit(article)
    return tuple(sorted(articles, key=lambda article: (article.front.published, article.file)))


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ArticleFileError(f"{path.name}: the file is not UTF-8; save it as UTF-8.") from error


def parse_article(content: str, file: str) -> Article:
    """One file's content as an article; an article with `text_of` has no blocks yet.

    Raises:
        ArticleFileError: naming `file` and the line or field.
    """
    lines = content.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != FENCE:
        raise ArticleFileError(f"{file}, line 1: the file must begin with a line of three hyphens (---).")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        raise ArticleFileError(f"{file}: the front matter has no end; close it with a line of three hyphens.")
    front = _front_matter("\n".join(lines[1:end]), file)
    blocks = _blocks(lines[end + 1 :], file, first_line=end + 2)
    if front.text_of is None and not any(block.kind == "paragraph" for block in blocks):
        raise ArticleFileError(f"{file}, line {end + 1}: there is no paragraph below the front matter.")
    if front.text_of is not None and blocks:
        raise ArticleFileError(
            f"{file}, line {end + 2}: an article with text_of takes its text from {front.text_of}; "
            "remove the paragraphs here, or the field."
        )
    return Article(file=file, front=front, blocks=blocks)


def _front_matter(source: str, file: str) -> FrontMatter:
    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode):
            raise ArticleFileError(f"{file}, line 2: the front matter must be lines such as `title: …`.")
        _check_fields_once(root, file)
        values = yaml.safe_load(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 2
        raise ArticleFileError(
            f"{file}, line {line}: the front matter is no YAML ({getattr(error, 'problem', error)}); "
            "a value with a colon or a leading quotation mark must stand in quotation marks."
        ) from error
    except ValueError as error:  # a date such as 2024-13-40
        raise ArticleFileError(f"{file}: the front matter has an impossible value ({error}).") from error
    try:
        return FrontMatter.model_validate(values)
    except ValidationError as error:
        raise ArticleFileError("\n".join(_sentences(error, root, file))) from error


def _check_fields_once(root: yaml.MappingNode, file: str) -> None:
    seen: set[str] = set()
    for key, _ in root.value:
        name = str(key.value)
        if name in seen:
            raise ArticleFileError(f"{file}, line {key.start_mark.line + 2}, field {name}: is there twice; remove one.")
        seen.add(name)


def _sentences(error: ValidationError, root: yaml.Node, file: str) -> Iterable[str]:
    for problem in error.errors():
        field = ".".join(str(part) for part in problem["loc"])
        message = {
            "missing": "is missing",
            "extra_forbidden": f"is not a known field; known are {', '.join(FrontMatter.model_fields)}"
            if len(problem["loc"]) == 1
            else "is not a known field here",
        }.get(problem["type"], problem["msg"].removeprefix("Value error, "))
        yield f"{file}, line {_line_of(root, problem['loc'])}, field {field}: {message}."


def _line_of(root: yaml.Node, location: tuple[int | str, ...]) -> int:
    """Line of a field in its file (or of the innermost part of it that is there); the fence is line 1."""
    node, line = root, 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found: list[tuple[Any, Any]] = [pair for pair in node.value if pair[0].value == part]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            found = [(item, item) for item in node.value[part : part + 1]]
        else:
            found = []
        if not found:
            break
        line, node = found[0][0].start_mark.line + 2, found[0][1]
    return line


def _blocks(lines: list[str], file: str, first_line: int) -> tuple[Block, ...]:
    blocks: list[Block] = []
    paragraph: list[str] = []
    for number, line in enumerate([*lines, ""], first_line):
        text = line.strip()
        if not text:
            if paragraph:
                blocks.append(_block(paragraph))
            paragraph = []
            continue
        first = not paragraph
        bare = text.removeprefix("## " if first else "").removeprefix("> ")
        if _FOREIGN_MARKUP.match(bare) or (not first and text.startswith("## ")):
            raise ArticleFileError(
                f"{file}, line {number}: only paragraphs, subheads (## …, a line alone) and quotations (> …) "
                f"are understood, not {text[:30]!r}."
            )
        if paragraph and paragraph[0].startswith("## "):
            raise ArticleFileError(f"{file}, line {number}: leave an empty line after the subhead.")
        paragraph.append(text)
    return tuple(blocks)


def _block(lines: list[str]) -> Block:
    if lines[0].startswith("## "):
        return Block("subhead", lines[0].removeprefix("## "))
    if lines[0].startswith("> "):
        return Block("quote", " ".join(line.removeprefix("> ").removeprefix(">") for line in lines))
    return Block("paragraph", " ".join(lines))


def _with_borrowed_text(article: Article, loaded: list[Article]) -> Article:
    name = article.front.text_of
    if name is None:
        return article
    original = next((other for other in loaded if other.file == name), None)
    if original is None or original.front.text_of is not None:
        raise ArticleFileError(
            f"{article.file}, field text_of: {name} is not the file of an article with its own text."
        )
    return Article(article.file, article.front, original.blocks, syndicated_from=original.outlet)


def _check_unique(articles: list[Article]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for article in articles:
        key = (article.front.outlet, article.front.slug)
        if key in seen:
            raise ArticleFileError(
                f"{article.file}, field slug: {key[1]!r} is already used by {seen[key]} for {key[0]}."
            )
        seen[key] = article.file


def _check_edit(article: Article) -> None:
    edit = article.front.edited
    if edit is None:
        return
    if edit.after_seconds <= article.front.appears_after_seconds:
        raise ArticleFileError(f"{article.file}, field edited.after_seconds: must be later than appears_after_seconds.")
    if edit.at <= article.front.published:
        raise ArticleFileError(f"{article.file}, field edited.at: must be later than published.")
    texts = [article.front.title, article.summary, *(block.text for block in article.blocks)]
    for index, replacement in enumerate(edit.replace):
        if not any(replacement.old in text for text in texts):
            raise ArticleFileError(
                f"{article.file}, field edited.replace.{index}.old: "
                f"{replacement.old!r} is nowhere in the title, summary or text."
            )
