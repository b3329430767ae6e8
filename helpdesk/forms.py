"""What comes in at the desk: reports of faults, calls, replies, and what is asked before a ticket moves."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Custody
from helpdesk.choices import (
    CANCELLED_WITH,
    IMPACT_OF,
    SOLVED_BY,
    URGENCY_OF,
    Circle,
    Level,
    WaitingFor,
    Work,
)
from helpdesk.models import Category, Face, Queue, Ticket
from office.files import check
from office.prepared import prepared
from people.models import Team, Unit, User
from people.picker import PersonField
from ui.forms import HouseForm, ManyFilesField, ManyFilesInput, VersionedForm, VersionField, limit_length

TITLE = 100


class FilesField(ManyFilesField):
    """Photos and files; each is looked at before anything is written, so that a refusal changes nothing.

    Drawn by `_files_input.html`: one box for the camera, one for any files, of one name.
    """

    def __init__(self, **options):
        options.setdefault("label", _("Photo or file"))
        super().__init__(required=False, **options)
        self.widget = ManyFilesInput()

    def clean(self, data, initial=None):
        files = super().clean(data, initial)
        for file in files:
            check(file)
        return files


class TroubleWidget(forms.MultiWidget):
    """The two plain questions, as two rows of choices."""

    def __init__(self):
        super().__init__(
            {"work": forms.RadioSelect(choices=Work.choices), "circle": forms.RadioSelect(choices=Circle.choices)}
        )

    def decompress(self, value):
        return value or [Work.PARTLY, Circle.ME]


class TroubleField(forms.MultiValueField):
    """How urgent it is and how far it reaches, asked in the user's terms; cleaned to (impact, urgency)."""

    widget = TroubleWidget

    def __init__(self, **options):
        fields = (forms.ChoiceField(choices=Work.choices), forms.ChoiceField(choices=Circle.choices))
        super().__init__(fields, label=_("Can you work? Who is affected?"), **options)

    def compress(self, values):
        work, circle = values or ("", "")
        return IMPACT_OF[circle or Circle.ME], URGENCY_OF[work or Work.PARTLY]


class DeviceField(forms.ModelChoiceField):
    """A choice among devices that were read already: the one chosen is not read again."""

    def offer(self, devices):
        self.devices = {str(device.pk): device for device in devices}
        self.queryset = Asset.objects.filter(pk__in=[device.pk for device in devices])

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if str(value) not in self.devices:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        return self.devices[str(value)]


class NewTicketForm(HouseForm):
    """Report a fault, in four fields."""

    submit_label = _("Send")
    asset = DeviceField(Asset.objects.none(), label=_("Which device?"), required=False, empty_label=_("Something else"))
    text = forms.CharField(label=_("What is wrong?"), widget=forms.Textarea(attrs={"rows": 4}))
    trouble = TroubleField(required=False)
    files = FilesField()

    def __init__(self, *args, user, asset=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.devices = devices_for(user, asset)
        self.fields["asset"].offer(self.devices)
        self.fields["asset"].initial = asset
        limit_length(self.fields["text"], 20_000)

    @property
    def chosen_asset(self):
        """Key of the device that is chosen now, as text; "" for something else."""
        return str(self["asset"].value() or "")

    def get_values(self):
        """What `actions.file_ticket` takes."""
        data = self.cleaned_data
        impact, urgency = data["trouble"]
        return {
            "subject": title_of(data["text"]),
            "description": data["text"],
            "asset": data["asset"],
            "impact": impact,
            "urgency": urgency,
            "files": data["files"],
        }


class PhoneForm(HouseForm):
    """A call: who, on what, what is wrong; filed in the caller's name."""

    submit_label = _("File the ticket")
    requester = PersonField(label=_("Caller"))
    subject = forms.CharField(label=_("Subject"), max_length=200)
    asset = forms.ModelChoiceField(Asset.objects.none(), label=_("Device"), required=False)
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Category"), required=False, empty_label=_("By the device")
    )
    description = forms.CharField(
        label=_("More about it"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    trouble = TroubleField(required=False)
    take = forms.BooleanField(label=_("I work on it myself"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["requester"].offer(user)
        self.fields["requester"].widget = CallerInput()
        self.fields["asset"].queryset = Asset.objects.visible_to(user).live()
        self.fields["category"].queryset = Category.objects.visible_to(user).in_use()

    def get_values(self):
        data = {name: self.cleaned_data[name] for name in ("subject", "description", "asset", "category", "take")}
        impact, urgency = self.cleaned_data["trouble"]
        return data | {"impact": impact, "urgency": urgency}


class CallerInput(forms.TextInput):
    """One box for name, number or extension; the list below it is chosen from by arrow keys and Enter (helpdesk.js)."""

    def get_context(self, name, value, attrs):
        search = {
            "autocomplete": "off",
            "role": "combobox",
            "aria-expanded": "false",
            "aria-controls": "callers",
            "aria-autocomplete": "list",
            "data-combobox": "callers",
            "hx-get": reverse("phone_callers"),
            "hx-trigger": "input changed delay:150ms",
            "hx-target": "#callers",
            "hx-sync": "this:queue last",
            "class": "form-control",
            "maxlength": 400,
            "autofocus": True,
            "dir": "auto",
        }
        return super().get_context(name, value, search | (attrs or {}))


class ReplyForm(HouseForm):
    """A message: text and files; `then` is the button that sent it."""

    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000)
    files = FilesField()
    then = forms.ChoiceField(
        choices=[("", ""), ("wait", ""), ("resolve", "")], required=False, widget=forms.HiddenInput
    )
    seen = VersionField(required=False)  # key of the newest message that stood before the writer, 0 for none
    to = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    quote_ok = forms.BooleanField(required=False, widget=forms.HiddenInput)
    call_end = forms.ChoiceField(choices=[("", ""), *((end.value, end.label) for end in SOLVED_BY)], required=False)
    hold = forms.BooleanField(required=False, widget=forms.HiddenInput)  # may be taken back for a while

    def get_checks(self):
        """Arguments of `sending.check`."""
        return {name: self.cleaned_data[name] for name in ("seen", "to", "quote_ok")}


class DraftForm(HouseForm):
    """What a box keeps of itself while one writes."""

    face = forms.ChoiceField(choices=Face.choices)
    text = forms.CharField(required=False, strip=False, max_length=20_000)
    files = FilesField()


class ReopenForm(HouseForm):
    text = forms.CharField(
        label=_("What happens now?"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    files = FilesField()


class WaitForm(HouseForm):
    kind = forms.ChoiceField(label=_("Waiting for"), choices=WaitingFor.choices)
    note = forms.CharField(label=_("Whom, and their reference"), required=False, max_length=200)


class CancelForm(HouseForm):
    """Why; and, at the desk, what becomes of a call to a vendor that is still open."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    call_end = forms.ChoiceField(
        label=_("The call to the vendor is still open:"),
        choices=[(end.value, end.label) for end in CANCELLED_WITH],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, asks_of_calls=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_of_calls:
            del self.fields["call_end"]


class AssignForm(HouseForm):
    """To whom: the team first, then the other technicians who may have it."""

    has_form_key = False
    assignee = forms.ModelChoiceField(
        User.objects.none(), label=_("Assignee"), required=False, empty_label=_("Back to the queue")
    )

    def __init__(self, *args, ticket=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(user).active().filter(is_technician=True).defer("search_text")
        field = self.fields["assignee"]
        field.queryset = people.order_by("sort_key")
        if ticket is None:
            return
        members = Team.members.through.objects.filter(team=ticket.queue.team_id, user=OuterRef("pk"))
        if ticket.queue.is_restricted:
            people = people.filter(Exists(members))
        field.queryset = people.order_by(Exists(members).desc(), "sort_key")
        field.initial = ticket.assignee_id
        if not ticket.assignee_id:  # it is in the queue already
            field.required, field.empty_label = True, _("Choose ...")


class TransferForm(HouseForm):
    has_form_key = False
    queue = forms.ModelChoiceField(Queue.objects.none(), label=_("Queue"))

    def __init__(self, *args, ticket, **kwargs):
        super().__init__(*args, **kwargs)
        queues = Queue.objects.in_use().filter(institution=ticket.institution_id)
        self.fields["queue"].queryset = queues.exclude(pk=ticket.queue_id)


class WatcherForm(HouseForm):
    has_form_key = False
    person = PersonField(label=_("Who else should follow it?"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].offer(user)


class TicketForm(VersionedForm):
    """The properties of a ticket; who saves second is shown both values."""

    identifiers = ("extension", "asset_tag")
    asset_tag = forms.CharField(
        label=_("Device"), required=False, max_length=60, help_text=_("Its tag or serial number; empty for none.")
    )

    class Meta:
        model = Ticket
        fields = ("subject", "category", "impact", "urgency", "unit", "room", "extension")

    field_order = ("subject", "category", "asset_tag", "impact", "urgency", "unit", "room", "extension")

    def __init__(self, *args, user, **kwargs):
        instance = kwargs["instance"]
        kwargs.setdefault("initial", {})["asset_tag"] = _tag_of(instance.asset) if instance.asset_id else ""
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["category"].queryset = Category.objects.visible_to(user).in_use() | Category.objects.filter(
            pk=instance.category_id
        )
        self.fields["unit"].queryset = Unit.objects.visible_to(user)
        self.fields["impact"].choices = [(level.value, words) for level, words in IMPACT_WORDS.items()]
        self.fields["urgency"].choices = [(level.value, words) for level, words in URGENCY_WORDS.items()]

    def clean_asset_tag(self):
        typed = self.cleaned_data["asset_tag"]
        self.asset = None
        if typed and self.instance.asset_id and typed == _tag_of(self.instance.asset):
            self.asset = self.instance.asset
        elif typed:
            visible = Asset.objects.visible_to(self.user)
            found = list(visible.filter(tag__iexact=typed)[:2]) or list(visible.filter(serial_number__iexact=typed)[:2])
            if len(found) != 1:
                raise ValidationError(_("No device has this tag or serial number."), code="asset")
            self.asset = found[0]
        return typed

    def get_values(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"asset": self.asset}


IMPACT_WORDS = {
    Level.HIGH: _("More than one section"),
    Level.MEDIUM: _("One section"),
    Level.LOW: _("One person"),
}
URGENCY_WORDS = {
    Level.HIGH: _("Cannot work at all"),
    Level.MEDIUM: _("Can work partly"),
    Level.LOW: _("Can work"),
}


def devices_for(user, asset=None):
    """What somebody may report a fault of: her own devices, and one she came from and may see."""
    return _devices_of(user.pk, asset.pk if asset else 0)


@prepared
def _devices_of(person, asset):
    """What a person holds and one device more, 0 for none."""
    held = Custody.objects.current().filter(person=person).values("asset")
    devices = Asset.objects.filter(Q(pk__in=held) | Q(pk=asset)).live()
    return devices.select_related("category", "model__manufacturer").defer("search_text", "notes").order_by("tag", "pk")


def title_of(text):
    """The subject of what somebody wrote in one box: its first line or sentence, cut at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    for mark in (". ", "؟ ", "? ", "! ", "؛ "):
        head, found, _rest = line.partition(mark)
        if found and len(head) >= 10:
            line = (head + mark).strip()
            break
    if len(line) > TITLE:
        line = line[:TITLE].rsplit(" ", 1)[0] + " …"
    return line.rstrip(".") or line


def _tag_of(asset):
    return asset.tag or asset.serial_number or str(asset.pk)
