"""Fields that name a person (type a name or a number and choose; without scripts, type all of it) or a unit."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from office.fold import sort_key
from people.models import Unit, User
from people.permissions import searches_contact_details
from ui import markup, text

SEPARATOR = " · "
LONGEST = 400
NO_BREAK = "\u00a0"
NUMBERED = re.compile(r"#([0-9]{1,18})\Z")


def label(person):
    """Amal Haddad · Accounts section · 210"""
    return SEPARATOR.join(part for part in (person.name, details(person)) if part)


def details(person):
    """Accounts section · 210"""
    return SEPARATOR.join(str(part) for part in (person.unit, person.extension) if part)


def labels(people):
    """[label] of several people; those that would read alike carry their key."""
    written = [label(person) for person in people]
    return [
        f"{words} #{person.pk}" if written.count(words) > 1 else words
        for person, words in zip(people, written, strict=True)
    ]


class PersonInput(forms.TextInput):
    """A text box with suggestions that come while one types."""

    def render(self, name, value, attrs=None, renderer=None):
        attrs = attrs or {}
        options = f"{attrs.get('id', f'id_{name}')}_people"
        attrs |= {
            "list": options,
            "hx-get": f"{reverse('pick_person')}?from={name}",
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{options}",
            "hx-swap": "innerHTML",
            "autocomplete": "off",
            "placeholder": gettext("Begin to type a name, then choose"),
            "maxlength": LONGEST,
            "dir": "auto",
        }
        return markup.join([super().render(name, value, attrs, renderer), markup.tag("datalist", id=options)])


class PersonField(forms.ModelChoiceField):
    """Cleaned to a User of `queryset`, or None. The form calls `offer(user, queryset)` to say who may be named.

    self.fields["head"].offer(by)                                  # active people of the institution
    self.fields["assignee"].offer(by, team_members)
    """

    widget = PersonInput
    choices = ()
    default_error_messages = {
        "invalid_choice": _("Nobody is called so. Choose a name from the list."),
        "several": _("Several people are called so. Choose one from the list."),
    }

    def __init__(self, queryset=None, **options):
        super().__init__(User.objects.none() if queryset is None else queryset, **options)
        self.by_details = False

    def offer(self, user, queryset=None):
        people = User.objects.visible_to(user).active() if queryset is None else queryset
        self.queryset = people.select_related("unit")
        self.by_details = searches_contact_details(user)

    def prepare_value(self, value):
        if isinstance(value, int):
            value = User.objects.select_related("unit").filter(pk=value).first()
        return label(value) if hasattr(value, "_meta") else value

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if hasattr(value, "_meta"):
            return value
        typed = " ".join(text.strip_bidi(str(value))[:LONGEST].split())
        return self._called(typed) if typed else None

    def _called(self, typed):
        numbered = NUMBERED.search(typed)
        found = list(self.queryset.filter(pk=int(numbered[1]))) if numbered else []
        found = found or self._known_as(typed) or self._named(typed)
        if len(found) == 1:
            return found[0]
        code = "several" if found else "invalid_choice"
        raise ValidationError(self.error_messages[code], code=code)

    def _known_as(self, typed):
        """By user name, mail address or employee number, for those who may know them."""
        if not self.by_details:
            return []
        if person := self.queryset.called(typed):
            return [person]
        return list(self.queryset.filter(employee_number=text.ascii_digits(typed))[:2])

    def _named(self, typed):
        name = typed.split(SEPARATOR.strip())[0].strip()
        namesakes = list(self.queryset.filter(sort_key=sort_key(name)[:160])[:50])
        exactly = [person for person in namesakes if " ".join(label(person).split()) == typed]
        return exactly or (namesakes if name == typed else [])


class UnitField(forms.ModelChoiceField):
    """A unit out of the tree, each set in by how far below the institution it stands."""

    def __init__(self, queryset=None, **options):
        super().__init__(Unit.objects.none() if queryset is None else queryset, **options)

    def offer(self, user, queryset=None):
        self.queryset = Unit.objects.visible_to(user).in_use() if queryset is None else queryset

    def label_from_instance(self, unit):
        return f"{NO_BREAK * 3 * unit.level}{unit.name}"
