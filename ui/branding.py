"""The institution's names, logo and colour on every page; the room that knows them hands them in through `provider`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ui import text

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Branding:
    name_ar: str = "مكتب الدعم الفني"
    name_en: str = "Support desk"
    logo_url: str = ""
    colour: str = ""  # "#rrggbb", "" for the house's own

    @property
    def name(self):
        return (self.name_ar or self.name_en) if text.language() == "ar" else (self.name_en or self.name_ar)

    @property
    def other_name(self):
        return self.name_en if text.language() == "ar" else self.name_ar

    @property
    def accent(self):
        return self.colour if COLOUR.fullmatch(self.colour) else ""


HOUSE = Branding()
_provider: Callable | None = None


def provide(function):
    """function(request) -> Branding, cached by whoever gives it: it is asked once a page."""
    global _provider
    _provider = function
    return function


def branding_of(request):
    return (_provider(request) if _provider else None) or HOUSE
