"""What can be imported into this room: people and vendors."""

from office.fold import fold
from office.imports import kinds
from office.imports.fields import Field
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
        Field("tax_number", max_length=40),
        Field("phone", max_length=40),
        Field("email", max_length=254),
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
        Field("username", required=True, max_length=150),
        Field("name", required=True, max_length=160),
        Field("email", max_length=254),
        Field("employee_number", max_length=40),
        Field("job_title", max_length=120),
        Field("phone", max_length=40),
        Field("extension", max_length=12),
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
        self.taken = {fold(name) for name in User.objects.values_list("username", flat=True)}
        self.units = {fold(unit.name): unit for unit in Unit.objects.filter(institution=self.institution)}

    def key(self, names, values):
        text = values.get(names[0])
        return fold(text) if text else None

    def check(self, values):
        email = values.get("email") or ""
        return ([f"email: {email}"] if email and not _is_address(email) else []), []

    def find(self, values):
        for name in ("employee_number", "username", "email"):
            text = values.get(name)
            if text and (person := self.maps[name].get(fold(text))):
                return [person]
        return []

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


def _is_address(text):
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
