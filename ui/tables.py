"""Tables declare their columns with django-tables2, one per line; the list page draws the rows by `markup.rows`.

A cell is `column.cell(record)`, or the table's `render_<name>(self, record)` where a column needs its own words; what
goes into a sheet is `column.value(record)`, or `value_<name>(self, record)`. A cell runs no query.
"""

from operator import attrgetter

import django_tables2
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext

from ui import markup, text
from ui.templatetags.ui import moment, money

NOTHING = markup.tag("span", "–", class_="nothing")


class Column(django_tables2.Column):
    """People's text.

    link: True for the record's own page, or a function record -> url. sort: key of the list's `orderings`, when it
    differs from the column's name. css: class of the cell. labelled: whether a phone shows the column's name beside it.
    """

    css = ""

    def __init__(self, verbose_name=None, *, link=False, sort=None, css=None, labelled=True, **options):
        super().__init__(verbose_name, **options)
        self.labelled = labelled
        self.target = (lambda record: record.get_absolute_url()) if link is True else (link or None)
        self.sort = sort
        self.css = css or self.css
        self._get = None

    def raw(self, record, name=None):
        """The attribute this column stands for; None when something on the way is missing."""
        if self._get is None:
            self._get = attrgetter(str(self.accessor or name).replace("__", "."))
        try:
            value = self._get(record)
        except (AttributeError, ObjectDoesNotExist):
            return None
        return value() if callable(value) and not hasattr(value, "all") else value

    def show(self, value):
        """Escaped or safe html of one value that is not empty."""
        return markup.person(value)

    def cell(self, record):
        value = self.raw(record)
        if value is None or value == "":
            return NOTHING
        return self.linked(record, self.show(value))

    def linked(self, record, content):
        if self.target and (url := self.target(record)):
            return markup.link(url, content)
        return content

    def value(self, record):
        """What a sheet gets: numbers, dates and plain text; never html."""
        return self.raw(record)

    def named(self, name):
        """This column, knowing the attribute that it is called by."""
        if self._get is None:
            self.raw(None, name)
        return self


class MachineColumn(Column):
    """Number, tag, serial, telephone, address."""

    def show(self, value):
        return markup.machine(value)


class NumberColumn(Column):
    """A count; tabular figures at the end of the cell."""

    css = "cell-number"

    def show(self, value):
        return markup.machine(f"{value:,}")


class MoneyColumn(Column):
    """An amount with its currency; currency: attribute path, or a code such as "JOD"."""

    css = "cell-number"

    def __init__(self, verbose_name=None, *, currency="currency", **options):
        super().__init__(verbose_name, **options)
        fixed = currency.isupper()
        self.currency = (lambda record: currency) if fixed else attrgetter(currency.replace("__", "."))

    def cell(self, record):
        value = self.raw(record)
        return NOTHING if value is None else self.linked(record, money(value, self.currency(record)))


class DayColumn(Column):
    """A date: 15 Nov 2026."""

    css = "cell-day"

    def show(self, value):
        return text.day(value)


class WhenColumn(Column):
    """An instant, as time gone or to come."""

    def show(self, value):
        return moment(value, focusable=False)  # twenty-five stops of the tab key would be in the way

    def value(self, record):
        instant = self.raw(record)
        return instant and text.local(instant)


class ChoiceColumn(Column):
    """The label of a field with choices."""

    def raw(self, record, name=None):
        if self._get is None:
            self._get = attrgetter(f"get_{self.accessor or name}_display")
        return None if record is None else self._get(record)()


class YesColumn(Column):
    """Yes or no, in words."""

    def show(self, value):
        return gettext("Yes") if value else gettext("No")

    def value(self, record):
        return self.show(self.raw(record))


class StateColumn(Column):
    """State as icon, word and colour. look(record) -> (label, color, icon)."""

    def __init__(self, verbose_name=None, *, look, **options):
        super().__init__(verbose_name, **options)
        self.look = look

    def cell(self, record):
        return self.linked(record, markup.badge(*self.look(record)))

    def value(self, record):
        return str(self.look(record)[0])


class BaseTable(django_tables2.Table):
    """Without data it is only its declarations, which is all that the list page needs and costs nothing to make.

    `self.request` and `self.user` are there for `render_<name>`; `default_columns` names the columns shown until the
    reader chooses others (all of them when empty).
    """

    default_columns = ()
    request = None

    class Meta:
        template_name = "ui/table.html"
        orderable = False

    def __init__(self, data=None, *, request=None, **options):
        self.request = request
        if data is not None:
            super().__init__(data, request=request, **options)

    @property
    def user(self):
        return getattr(self.request, "user", None)

    @classmethod
    def own_columns(cls):
        """{name: column} as declared."""
        if "_own_columns" not in cls.__dict__:
            cls._own_columns = {name: _known(column, name) for name, column in cls.base_columns.items()}
        return cls._own_columns

    def prepare(self, records):
        """Called with the records of a page before its cells are drawn: what they need together is fetched here."""

    def cell(self, name):
        """Function record -> html of one column."""
        return getattr(self, f"render_{name}", None) or self.own_columns()[name].cell

    def value(self, name):
        """Function record -> value for a sheet of one column."""
        return getattr(self, f"value_{name}", None) or self.own_columns()[name].value


def _known(column, name):
    if not isinstance(column, Column):
        raise TypeError(f"Column {name}: use a column of ui.tables, not {type(column).__name__}")
    return column.named(name)
