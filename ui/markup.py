"""The only module that calls a string safe: everything put into one passes `escape` here or came from `format_html`.

`SafeString` and not `mark_safe`: that asks first whether its argument is lazy, which takes twenty times as long.
"""

import re
from functools import lru_cache

from django.templatetags.static import static
from django.utils.safestring import SafeString

EMPTY = SafeString("")
UNSAFE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_is_unsafe = re.compile("[&<>\"']").search
_is_word = re.compile(r"[\w-]+").fullmatch


def escape(value):
    """Safe html as it is, everything else escaped; Django's own does the same through a wrapper ten times as dear."""
    if hasattr(value, "__html__"):
        return value
    text = str(value)
    return text.translate(UNSAFE) if _is_unsafe(text) else text


def join(pieces, separator=""):
    """Safe html of the pieces; a piece that is not safe is escaped, so is the separator."""
    return SafeString(escape(separator).join([escape(piece) for piece in pieces]))


def from_allow_list(cleaned):
    """Safe html of a text that went through an allow-list of tags and attributes."""
    return SafeString(cleaned)


VOID = {"input", "img", "br", "hr"}


def tag(name, content="", **attributes):
    """`tag("a", "x", href="/", data_key="h")`; None and False leave an attribute out, True writes it bare."""
    if name in VOID:
        return SafeString(f"<{name}{attrs(attributes)}>")
    return SafeString(f"<{name}{attrs(attributes)}>{escape(content)}</{name}>")


def attrs(attributes):
    written = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        written.append(f" {key}" if value is True else f' {key}="{escape(value)}"')
    return SafeString("".join(written))


def machine(value):
    """Number, tag, serial, telephone, address: left to right wherever it stands."""
    if value is None or value == "":
        return EMPTY
    return SafeString(f'<bdi dir="ltr">{escape(value)}</bdi>')


def person(value):
    """People's own text: takes its direction from itself and leaves its surroundings alone."""
    if value is None or value == "":
        return EMPTY
    return SafeString(f"<bdi>{escape(value)}</bdi>")


def link(url, content):
    return SafeString(f'<a href="{escape(str(url))}">{escape(content)}</a>')


def money(figure, sign):
    """An amount and its currency, kept on one line."""
    return SafeString(f'<span class="money"><bdi dir="ltr">{escape(figure)}</bdi> {escape(sign)}</span>')


def badge(label, color, icon_name=""):
    """A state: icon, word and colour together."""
    drawing = icon(icon_name) if icon_name else ""
    return SafeString(f'<span class="state state-{escape(color)}">{drawing}{escape(label)}</span>')


def two_lines(first, second):
    """One above the other in a cell, the second one quiet."""
    return SafeString(f"{escape(first)}<small>{escape(second)}</small>") if second else escape(first)


def explained(content, sentence):
    """Something computed with the sentence that explains it, shown on hover and on focus; nothing more without one."""
    if not sentence:
        return content
    return tag("span", content, class_="explained", title=sentence, tabindex="0")


def titled(element, words):
    """The element with `words` shown on hover."""
    return SafeString(f'{element.partition(">")[0]} title="{escape(words)}">{element.partition(">")[2]}')


def moment(iso, exact, relative, focusable=True):
    """Relative time; the exact one shows on hover and on focus, in a list on hover alone."""
    if not focusable:
        return SafeString(f'<span title="{escape(exact)}">{escape(relative)}</span>')
    return SafeString(f'<time datetime="{escape(iso)}" title="{escape(exact)}" tabindex="0">{escape(relative)}</time>')


@lru_cache(maxsize=512)
def icon(name, classes=""):
    """An icon of the sprite; it says nothing to a screen reader, the word beside it does."""
    css = _quoted(f"icon {classes}".rstrip())
    href = escape(f"{static('i.svg')}#{name}")
    return SafeString(f'<svg class={css} aria-hidden=true><use href="{href}"/></svg>')


def rows(records, cells, *, labels, classes, select_label=""):
    """Table rows: the tight loop of every list. Cells and rows end by themselves, quotes stand where needed.

    cells: functions record -> str (escaped here) or safe html. labels: the columns' names, shown beside the value on
    a phone, "" for what needs none. classes: of the cells. select_label: names the check box, without it there is none.
    """
    openings = [_opening(label, css) for label, css in zip(labels, classes, strict=True)]
    openings[0] = _opening("", f"cell-main {classes[0]}".rstrip())
    columns = list(zip(openings, cells, strict=True))
    box = f'<td><input type=checkbox name=selected form=bulk aria-label="{escape(select_label)}" '
    written = []
    write = written.append
    for record in records:
        write("<tr>")
        if select_label:
            write(f"{box}value={_quoted(str(record.pk))}>")
        for opening, cell in columns:
            value = cell(record)
            write(f"{opening}{value if type(value) is SafeString else _cell(value)}")
    return SafeString("".join(written))


def _cell(value):
    return "" if value is None else escape(value)


def _opening(label, css):
    written = {"data-label": str(label), "class": css}
    return "".join(["<td", *(f" {name}={_quoted(value)}" for name, value in written.items() if value), ">"])


def _quoted(value):
    return value if _is_word(value) else f'"{escape(value)}"'
