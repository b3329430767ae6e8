"""The institution's names and colour on every page."""

import re

from people.models import Unit
from ui.branding import HOUSE, Branding, provide

ARABIC = re.compile("[\u0600-\u06ff]")


@provide
def branding(request):
    """Of the reader's institution; before sign-in of the only one, since a list of them is nobody's business."""
    user = getattr(request, "user", None)
    if user is None:
        return HOUSE
    if user.is_authenticated:
        return of_institution(user.institution) if user.institution_id else HOUSE
    institutions = list(Unit.objects.institutions().in_use()[:2])
    return of_institution(institutions[0]) if len(institutions) == 1 else HOUSE


def of_institution(unit):
    """An institution has one name or two; the letters tell which language it is."""
    name, second = unit.name, unit.second_name
    arabic, english = (name, second) if ARABIC.search(name) else (second, name)
    return Branding(name_ar=arabic or english, name_en=english or arabic, colour=unit.colour)
