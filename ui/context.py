"""The frame around every page: navigation by role, language, theme, who is signed in."""

from functools import cached_property, lru_cache

from django.template import loader
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from ui import markup, text
from ui.branding import branding_of
from ui.registry import navigation

THEMES = ("auto", "light", "dark")


def shell(request):
    """Context processor: `shell` in every template, computed only where it is used."""
    return {"shell": Shell(request)}


class Shell:
    """What base.html asks for.

    Of the user it takes, when they are there: theme ("auto", "light", "dark"), keyboard_shortcuts (bool), and
    navigation_key, a hashable value that changes whenever another navigation would show; without it the side bar is
    computed for every page.
    """

    def __init__(self, request):
        self.request = request

    @cached_property
    def user(self):
        return getattr(self.request, "user", None)

    @property
    def is_signed_in(self):
        return bool(self.user and self.user.is_authenticated)

    @cached_property
    def branding(self):
        return branding_of(self.request)

    @property
    def brand_url(self):
        """Of the sheet with the institution's colour; the colour in its name makes it safe to keep."""
        accent = self.branding.accent
        return reverse("brand", args=[accent.lstrip("#")]) if accent and self.urls["search"] else None

    @property
    def language(self):
        return text.language()

    @property
    def other_language(self):
        return "en" if self.language == "ar" else "ar"

    @property
    def other_language_name(self):
        return "English" if self.language == "ar" else "العربية"

    @property
    def direction(self):
        return text.direction()

    @property
    def stylesheet(self):
        return "vendor/tabler.rtl.min.css" if self.language == "ar" else "vendor/tabler.min.css"

    @property
    def head(self):
        """What stands in the head of every page, drawn once for each language and colour."""
        return _head(self.stylesheet, self.brand_url)

    @cached_property
    def theme(self):
        theme = getattr(self.user, "theme", None) or self.request.COOKIES.get("theme")
        return theme if theme in THEMES else "auto"

    @property
    def themes(self):
        """(value, words, icon, whether it is on) of the theme switch."""
        words = {
            "auto": (_("Auto"), "device-desktop"),
            "light": (_("Light"), "sun"),
            "dark": (_("Dark"), "moon"),
        }
        return [(theme, *words[theme], theme == self.theme) for theme in THEMES]

    @property
    def shortcuts(self):
        return getattr(self.user, "keyboard_shortcuts", True)

    @property
    def user_name(self):
        return str(self.user) if self.is_signed_in else ""

    @property
    def initials(self):
        return "".join(word[0] for word in self.user_name.split()[:2]).upper()

    @cached_property
    def urls(self):
        return known_urls()

    @property
    def here(self):
        return self.request.get_full_path()

    @cached_property
    def navigation(self):
        """The side bar's lines as html, the present page marked."""
        if not self.is_signed_in:
            return markup.EMPTY
        entries = navigation_of(self.user)
        here = _entry_at(entries, self.request.path)
        lines, group = [], ""
        for entry, url, title, heading, icon in entries:
            if heading != group:
                lines.append(markup.tag("li", heading, class_="nav-heading"))
                group = heading
            lines.append(self._line(entry, url, title, icon, url == here))
        return markup.join(lines)

    def _line(self, entry, url, title, icon, active):
        count = entry.badge(self.user) if entry.badge else None
        badge = markup.tag("span", f"{count:,}", class_="nav-count") if count else ""
        link = markup.tag(
            "a",
            markup.join([icon, markup.tag("span", title), badge]),
            href=url,
            aria_current="page" if active else None,
            data_go=entry.key or None,
        )
        return markup.tag("li", link)

    @cached_property
    def keys(self):
        """(key, title) of the places that `g` and a letter go to."""
        return [(entry.key, title) for entry, _url, title, *_rest in navigation_of(self.user) if entry.key]


def _entry_at(entries, path):
    """The url of the entry that this path belongs to: the longest that it begins with."""
    found = ""
    for _entry, url, *_rest in entries:
        if path == url or (url != "/" and path.startswith(url)):
            found = max(found, url, key=len)
    return found


_cache = {}


def navigation_of(user):
    """[(entry, url, title, heading, icon)] in this user's language, kept by what decides it: rights and language."""
    key = getattr(user, "navigation_key", None)
    if key is None:
        return _navigation(user)
    key = (key, text.language())
    if key not in _cache:
        if len(_cache) > 500:
            _cache.clear()
        _cache[key] = _navigation(user)
    return _cache[key]


def _navigation(user):
    entries = []
    for entry in navigation.allowed_to(user):
        url = _url(entry.url)
        if url:
            entries.append((entry, url, str(entry.title), str(entry.group), markup.icon(entry.icon or "point")))
    return sorted(entries, key=lambda line: _group_order(entries, line[3]))


def _group_order(entries, heading):
    """Groups stand in the order of their first entry; what has no group stands on top."""
    return -1 if not heading else next(number for number, line in enumerate(entries) if line[3] == heading)


@lru_cache(maxsize=64)
def _head(stylesheet, brand_url):
    return loader.render_to_string("ui/_head.html", {"stylesheet": stylesheet, "brand_url": brand_url})


@lru_cache
def known_urls():
    """The shell's own places, those that exist in this installation."""
    names = ("home", "search", "set_preferences", "account_logout", "account_login", "profile", "keys")
    names += ("notifications", "unread_notifications", "sheets")
    return {name: _url(name) for name in names}


def _url(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
