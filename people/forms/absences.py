"""The form of an absence."""

from django.utils.translation import gettext_lazy as _

from people.models import Absence, User
from people.picker import PersonField
from ui.forms import DayField, VersionedForm


class AbsenceForm(VersionedForm):
    """Somebody is away; administrators also say who, everybody else is away himself."""

    person = PersonField(label=_("Person"))
    from_date = DayField(label=_("First day away"))
    to_date = DayField(label=_("Last day away"))
    substitute = PersonField(
        label=_("Substitute"), required=False, help_text=_("Acts meanwhile: gets what waits for the person.")
    )

    class Meta:
        model = Absence
        fields = ("from_date", "to_date", "substitute")

    def __init__(self, *args, by, for_others=False, **kwargs):
        super().__init__(*args, **kwargs)
        if for_others:
            self.fields["person"].offer(by)
        else:
            del self.fields["person"]
        away = self.instance.person_id or (None if for_others else by.pk)
        self.fields["substitute"].offer(by, User.objects.visible_to(by).active().exclude(pk=away))

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("from_date"), cleaned.get("to_date")
        if first and last and last < first:
            self.add_error("to_date", _("The last day is before the first."))
        return cleaned

    def get_values(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
