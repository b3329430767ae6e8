"""Tags every template has (a builtin): machine values, people's text, icons, times, money, states."""

from django import template

from ui import markup, text
from ui.registry import panels_of

register = template.Library()

register.filter("machine", markup.machine)
register.filter("person", markup.person)
register.filter("day", text.day)
register.filter("day_time", text.day_time)
register.filter("file_size", text.file_size)
register.filter("explained", markup.explained)


@register.simple_tag
def machine(value):
    return markup.machine(value)


@register.filter
def ago(instant):
    return text.ago(instant)


@register.simple_tag
def when(instant):
    """Relative time; the exact one shows on hover and on focus."""
    return moment(instant)


def moment(instant, focusable=True):
    if not instant:
        return ""
    at = text.local(instant)
    exact = text.isolate_text(text.day_time(at))
    return markup.moment(at.isoformat(timespec="minutes"), exact, text.ago(instant), focusable)


@register.filter
def money(value, currency="JOD"):
    if value is None or value == "":
        return ""
    return markup.money(text.amount(value, currency), text.currency_sign(currency))


@register.simple_tag
def state_badge(label, color="secondary", icon=""):
    """A state: icon, word and colour together. color: a name of Tabler's palette (green, red, azure ...)."""
    return markup.badge(label, color, icon)


@register.simple_tag(takes_context=True)
def query_replace(context, **changes):
    """The query string of this page with these parameters changed; None or "" leaves one out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def panels(context, obj):
    """[(panel, data)] that the rooms above hang on this object's page."""
    return panels_of(obj, context["request"].user)


@register.inclusion_tag("ui/_empty.html")
def empty(icon, sentence, url="", button=""):
    """An empty place says what will appear here and gives the first step."""
    return {"icon": icon, "sentence": sentence, "url": url, "button": button}
