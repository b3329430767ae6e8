"""What can be imported into this room: people and vendors."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from office.fold import fold
from office.imports import kinds
from office.imports.fields import Field, Unreadable
from office.imports.rows import RowKind
from people.models import Unit, User, Vendor
from people.models.units import UnitKind


@kinds.register
class Vendors(RowKind):
    name = "vendors"
    model = Vendor
    keys = (("name",), ("tax_number",))
    fields = (
        Field("name", required=True, max_length=200),
        Field("tax_number", "code", max_length=40),
        Field("phone", "code", max_length=40),
        Field("email", "code", max_length=254),
        Field("address", max_length=250),
        Field("notes", max_length=4000),
    )

    def begin(self, rows):
        everyone = list(Vendor.objects.all())
        self.by_name = {vendor.folded_name: vendor for vendor in everyone}
        self.by_tax = {vendor.tax_number: vendor for vendor in everyone if vendor.tax_number}

    def key(self, names, values):
        text = values.get(names[0])
        return fold(text) if text else None

    def find(self, values):
        found = {self.by_tax.get(values.get("tax_number")), self.by_name.get(fold(values["name"])[:200])}
        return list(found - {None})


ROLES = ("is_technician", "is_manager", "is_auditor", "is_administrator")


@kinds.register
class Users(RowKind):
    """People. They sign in once they have set a password by the reset mail, or by single sign-on."""

    name = "users"
    model = User
    keys = (("employee_number",), ("username",), ("email",))
    fields = (
        Field("username", "code", required=True, max_length=150),
        Field("name", required=True, max_length=160),
        Field("email", "code", max_length=254),
        Field("employee_number", "code", max_length=40),
        Field("job_title", max_length=120),
        Field("phone", "code", max_length=40),
        Field("extension", "code", max_length=12),
        Field("room", max_length=60),
        Field("unit", "reference", refers_to="people.unit"),
        Field("language", "choice", choices=("ar", "en")),
        *(Field(role, "flag") for role in ROLES),
    )

    def begin(self, rows):
        people = list(User.objects.filter(institution=self.institution).select_related("unit"))
        self.maps = {
            "employee_number": {fold(p.employee_number): p for p in people if p.employee_number},
            "username": {fold(p.username): p for p in people},
            "email": {fold(p.email): p for p in people if p.email},
        }
        everybody = User.objects.exclude(institution=self.institution).values_list("username", "email")
        self.elsewhere = {fold(text) for texts in everybody for text in texts if text}
        self.units = {fold(unit.name): unit for unit in Unit.objects.filter(institution=self.institution)}

    def key(self, names, values):
        text = values.get(names[0])
        return fold(text) if text else None

    def check(self, values):
        reasons = []
        for name in ("username", "email"):
            try:
                User._meta.get_field(name).run_validators(values.get(name) or "")
            except ValidationError as error:
                reasons.append(f"{name}: {' '.join(error.messages)}")
        return reasons, []

    def find(self, values):
        """Whoever has the number, else the user name, else the address; a weaker key never renames a stronger one."""
        names = [names[0] for names in self.keys if values.get(names[0])]
        for name in names:
            if name != "employee_number" and fold(values[name]) in self.elsewhere:
                raise _taken(name, values)
        found = [(name, person) for name in names if (person := self.maps[name].get(fold(values[name])))]
        if not found:
            return []
        strongest, person = found[0]
        for name in names[: names.index(strongest)]:
            if getattr(person, name):
                raise _taken(strongest, values)
        return list(dict.fromkeys(person for _name, person in found))

    def resolve(self, name, text):
        return self.units.get(fold(text))

    def suggest(self, name, text):
        import difflib

        near = difflib.get_close_matches(fold(text), self.units, n=1, cutoff=0.75)
        return self.units[near[0]].name if near else ""

    def create_reference(self, name, text, batch):
        unit = Unit.objects.create(name=text, parent=self.institution, kind=UnitKind.SECTION)
        self.units[fold(text)] = unit
        self.record(unit, "created", batch, {"name": text})
        return unit

    def build(self, values):
        person = User(institution=self.institution, **values)
        person.set_unusable_password()
        return person


def _taken(name, values):
    return Unreadable(_("%(field)s “%(text)s” belongs to somebody else") % {"field": name, "text": values[name]})
