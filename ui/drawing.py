"""The head and the rows of a list, drawn in Python because a template costs three times as much."""

from django.utils.translation import gettext

from ui import markup


def head(page, columns):
    """Header cells of [(name, header, ListColumn or None)]; those the list can be sorted by are links."""
    own = page.table.own_columns()
    cells = [_select_all()] if page.bulk_actions else []
    for name, header, added in columns:
        column = None if added else own[name]
        key = (column.sort or name) if column else name
        css = column.css if column else ""
        cells.append(_sort_cell(page, key, header, css) if key in page.orderings else _plain_cell(header, css))
    return markup.join(cells)


def rows(page, records, columns):
    """The rows of a page of records; a column of an upper room fetches for all of them at once."""
    own = page.table.own_columns()
    page.table.prepare(records)
    cells, labels, classes = [], [], []
    for name, header, added in columns:
        labels.append(header if added or own[name].labelled else "")
        cells.append(_added_cell(added, records, page.request.user) if added else page.table.cell(name))
        classes.append("" if added else own[name].css)
    select_label = gettext("Select this row") if page.bulk_actions else ""
    return markup.rows(records, cells, labels=labels, classes=classes, select_label=select_label)


def _added_cell(column, records, user):
    data = column.fetch(records, user) if records else {}
    return lambda record: column.cell(record, data.get(record.pk))


def _select_all():
    """Hidden until a script that can do it is there."""
    words = gettext("Select every row of this page")
    options = {"data_select_all": True, "data_needs_script": True, "hidden": True, "aria_label": words}
    box = markup.tag("input", type="checkbox", **options)
    return markup.tag("th", box, class_="cell-select", scope="col")


def _plain_cell(header, css):
    return markup.tag("th", header, scope="col", class_=css or None)


def _sort_cell(page, key, header, css):
    current = page.sort.lstrip("-") == key
    down = current and page.sort.startswith("-")
    target = f"-{key}" if current and not down else key
    arrow = markup.icon("arrow-down" if down else "arrow-up") if current else ""
    url = page.query.url(sort=target, after=None, before=None)
    link = markup.tag("a", markup.join([header, arrow]), href=url)
    order = ("descending" if down else "ascending") if current else None
    return markup.tag("th", link, scope="col", class_=f"sortable {css}".strip(), aria_sort=order)
