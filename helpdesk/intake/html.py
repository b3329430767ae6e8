"""HTML of a mail: through one allow-list for showing, and into plain text for reading and searching."""

import re
from html.parser import HTMLParser

import nh3

from helpdesk.intake.limits import MOST_HTML, MOST_TEXT

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "div", "dl"),
    *("dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s"),
    *("small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul"),
}
ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
GONE_WITH_CONTENT = {"script", "style", "title", "head", "noscript", "template", "svg", "math", "iframe", "object"}
_DIRECTIONS = {"rtl", "ltr", "auto"}
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.I)
_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]{0,20})")
_SELF_CLOSING = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "p",
        "li",
        "td",
        "tr",
        "th",
        "dd",
        "dt",
        "option",
        "wbr",
        "o:p",
    ]
)
_DEEPEST = 300
_SAFE_NUMBER = re.compile(r"\d{1,4}")


def clean(html: str) -> str:
    """What may be shown: no script, form, style, nothing fetched from elsewhere; pictures only by `cid:`."""
    html = html[:MOST_HTML].replace("\x00", "")
    if _depth(html) > _DEEPEST:  # the parser takes quadratic time on these; nobody has written them to be read
        html = re.sub(r"<[^<>]*>", " ", html).replace("<", "&lt;")
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=GONE_WITH_CONTENT - TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_filter,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
    )


def _depth(html: str) -> int:
    """About how deep its elements nest; those that close by themselves are left out."""
    depth = deepest = 0
    for match in _TAG.finditer(html):
        if match[2].lower() not in _SELF_CLOSING:
            depth = max(depth + (-1 if match[1] else 1), 0)
            deepest = max(deepest, depth)
    return deepest


def _filter(tag: str, name: str, value: str) -> str | None:
    value = value.strip()
    if name == "src":
        return value if value.lower().startswith("cid:") else None
    if name == "href":
        return value if _LINK.match(value) else None
    if name == "dir":
        return value.lower() if value.lower() in _DIRECTIONS else None
    if name in ("width", "height", "colspan", "rowspan", "start"):
        return value if _SAFE_NUMBER.fullmatch(value) else None
    return value[:500]


def to_text(html: str) -> str:
    """The words of it as lines; quotations get `> ` before each line, so that they can be found."""
    reader = _Reader()
    reader.feed(clean(html))
    reader.close()
    return reader.text()


_LINES = {"p", "div", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "dt", "dd", "li"}
_SPACED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = self.pre = self.size = 0
        self.blank = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._end_line(keep=True)
        elif tag == "hr":
            self._end_line()
        elif tag == "blockquote":
            self._end_line()
            self.quotes += 1
        elif tag in _LINES:
            self._end_line()
            self.blank |= tag in _SPACED
            self.pre += tag == "pre"
            if tag == "li":
                self.line.append("- ")
        elif tag in ("td", "th") and "".join(self.line).strip():
            self.line.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._end_line()
            self.quotes = max(self.quotes - 1, 0)
        elif tag in _LINES:
            self._end_line()
            self.blank |= tag in _SPACED
            self.pre = max(self.pre - (tag == "pre"), 0)

    def handle_data(self, data: str) -> None:
        if self.size > MOST_TEXT:
            return
        self.size += len(data)
        if self.pre:
            first, *rest = data.split("\n")
            self.line.append(first)
            for line in rest:
                self._end_line(keep=True)
                self.line.append(line)
        else:
            self.line.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def _end_line(self, keep: bool = False) -> None:
        line = "".join(self.line)
        line = line.rstrip() if self.pre else re.sub(r" {2,}", " ", line.replace("\xa0", " ")).strip(" ")
        self.line = []
        if not line.strip() and not keep:
            return
        quote = "> " * min(self.quotes, 5)
        if self.blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(quote.rstrip() if self.lines[-1].startswith(">") else "")
        self.blank = False
        self.lines.append((quote + line).rstrip())

    def text(self) -> str:
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")
