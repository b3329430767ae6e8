"""Received mail on pages: the list and its traces, a trial that writes nothing, and a letter as it was written."""

import re

import django_filters
from django import forms
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk import actions
from helpdesk.intake import handling, html, receiving, telling
from helpdesk.intake.limits import MOST_BYTES
from helpdesk.intake.reading import read
from helpdesk.models import Mailbox, ReceivedMail, Ticket
from helpdesk.models.mail import MailState
from helpdesk.permissions import can_change_setup, must_log_reading, sees_received_mail, sees_setup, standing_of
from office.files import clean_name, path_of
from office.history import history_of
from office.models import Attachment
from office.once import once
from office.views import SANDBOX
from people.picker import PersonField
from people.views.shared import SETUP, button
from ui import markup
from ui.filtering import ListFilter
from ui.forms import HouseForm
from ui.lists import ListPage
from ui.pages import FormPage, admit
from ui.tables import NOTHING, BaseTable, Column, MachineColumn, StateColumn, WhenColumn

LOOKS = {
    MailState.WAITING: ("azure", "clock"),
    MailState.DONE: ("green", "check"),
    MailState.UNVERIFIED: ("yellow", "mail-question"),
    MailState.HELD: ("orange", "player-pause"),
    MailState.IGNORED: ("secondary", "mail-off"),
    MailState.FAILED: ("red", "mail-x"),
}


def look(row):
    return (row.get_state_display(), *LOOKS[MailState(row.state)])


class ReceivedTable(BaseTable):
    subject = Column(_("Subject"), link=True)
    received_at = WhenColumn(_("Received"))
    sender = MachineColumn(_("From"))
    state = StateColumn(_("State"), look=look)
    ticket = Column(_("Ticket"))
    mailbox = Column(_("Mailbox"))

    def render_ticket(self, row):
        return markup.machine(row.ticket.number) if row.ticket_id else NOTHING

    def value_ticket(self, row):
        return row.ticket.number if row.ticket_id else None


class ReceivedFilter(ListFilter):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=MailState.choices)
    sender = django_filters.CharFilter(label=_("From"), lookup_expr="icontains")
    mailbox = django_filters.ModelChoiceFilter(label=_("Mailbox"), queryset=Mailbox.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        institution = self.request.user.institution_id
        self.filters["mailbox"].extra["queryset"] = Mailbox.objects.filter(institution=institution)


class ReceivedList(ListPage):
    name, title = "received_mails", _("Received mail")
    template_name = "helpdesk/received_mails.html"
    breadcrumbs = [SETUP]
    table_class = ReceivedTable
    filterset_class = ReceivedFilter
    orderings = {"newest": ("-pk",)}
    empty_icon = "mail-opened"
    empty_text = _("Everything that is received will stand here, with what became of it and why.")

    def allowed(self, request):
        return sees_received_mail(request.user)

    def get_queryset(self):
        rows = ReceivedMail.objects.visible_to(self.request.user)
        return rows.select_related("ticket", "mailbox").defer("trace", "ticket__search_text", "ticket__description")

    def count_words(self, count):
        return ngettext("%(count)s mail", "%(count)s mails", count) % {"count": f"{count:,}"}


class AcceptForm(HouseForm):
    """Whose request a held mail is."""

    submit_label = _("Make a ticket of it")
    requester = PersonField(label=_("Requester"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["requester"].offer(user)


class Received(FormPage):
    """One received mail: the trace, the words, and what may be done with it; the form accepts it."""

    form_class, template_name = AcceptForm, "helpdesk/received_mail.html"
    success_message = _("It is a ticket now.")

    def allowed(self, request):
        return sees_received_mail(request.user)

    def get_object(self):
        rows = ReceivedMail.objects.visible_to(self.request.user).select_related("ticket", "mailbox", "raw")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_form_arguments(self):
        return {"user": self.request.user}

    def get_breadcrumbs(self):
        return [SETUP, (ReceivedList.title, reverse("received_mails"))]

    def get_context(self, **context):
        received = self.object
        return context | {
            "title": str(received),
            "mail": received,
            "state": look(received),
            "letter": receiving.letter_of(received),
            "trace": telling.in_words(received.trace),
            "can_accept": received.state in handling.AGAIN,
            "can_lay_aside": received.state in (MailState.HELD, MailState.FAILED),
            "history": history_of(received),
        }

    def act(self, form):
        def accept():
            return handling.accept_mail(self.object, by=self.request.user, requester=form.cleaned_data["requester"])

        pk, _made = once(form.form_key, user=self.request.user, kind=f"mail:{self.object.pk}", act=accept)
        return Ticket.objects.get(pk=pk)


@require_POST
def again(request, pk):
    received = _received(request, pk)
    return button(request, received, handling.process_again, gettext("It was processed again."))


@require_POST
def aside(request, pk):
    received = _received(request, pk)
    return button(request, received, handling.lay_aside, gettext("It is laid aside."))


@require_POST
def resume(request, pk):
    mailbox = get_object_or_404(Mailbox.objects.filter(institution=request.user.institution_id), pk=pk)
    admit(sees_setup(request.user), can_change_setup(request.user))
    return button(request, mailbox, handling.resume_mailbox, gettext("The mailbox is read again."))


def _received(request, pk):
    return get_object_or_404(ReceivedMail.objects.visible_to(request.user), pk=pk)


# A trial


class TrialForm(HouseForm):
    """A file, and as if it had come to which mailbox."""

    has_form_key = False
    submit_label = _("Show what would become of it")
    mailbox = forms.ModelChoiceField(
        Mailbox.objects.none(), label=_("Mailbox"), required=False, empty_label=_("by its recipients")
    )
    file = forms.FileField(label=_("A message as a file (.eml)"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mailbox"].queryset = Mailbox.objects.in_use().filter(institution=user.institution_id)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES + 1:
            raise forms.ValidationError(_("More than 25 MiB are not read."), code="too_large")
        return file


class Trial(FormPage):
    title, form_class, template_name = _("Try a mail"), TrialForm, "helpdesk/mail_trial.html"
    lead = _("What would become of a message, and why. Nothing is written.")
    breadcrumbs = [SETUP, (_("Received mail"), "/setup/mail/received/")]

    def allowed(self, request):
        return sees_received_mail(request.user)

    def get_form_arguments(self):
        return {"user": self.request.user}

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST, request.FILES)
        if form.is_valid():
            raw = form.cleaned_data["file"].read()
            institution = request.user.institution
            box = form.cleaned_data["mailbox"] or receiving.mailbox_for(read(raw), institution)
            self.told, self.decision = receiving.dry_run(raw, box)
        return self.page(form)

    def get_context(self, **context):
        if not hasattr(self, "told"):
            return context
        return context | {
            "letter": self.told,
            "trace": telling.in_words(self.decision.trace),
            "result": telling.ANSWERS["result", self.decision.result],
        }


# A letter as it was written


def _mail_of_ticket(request, pk):
    """(received mail, ticket or None, standing) for administrators, and for the desk of its ticket."""
    user = request.user
    received = ReceivedMail.objects.select_related("raw", "ticket__queue").filter(pk=pk).first()
    if received is None:
        raise Http404
    if received.ticket_id and Ticket.objects.visible_to(user).filter(pk=received.ticket_id).exists():
        standing = standing_of(user, received.ticket)
        if standing.sees_notes:
            return received, standing
    if ReceivedMail.objects.visible_to(user).filter(pk=pk).exists():
        return received, None
    raise Http404


def _read_by(request, pk):
    """The mail for reading; of a restricted ticket that leaves a line."""
    received, standing = _mail_of_ticket(request, pk)
    if standing is not None and must_log_reading(standing, received.ticket):
        actions.note_reading(received.ticket, by=request.user, part=f"mail {received.pk}")
    return received


@require_safe
def raw(request, pk):
    """The bytes as they were received, always as a download."""
    received = _read_by(request, pk)
    response = FileResponse(path_of(received.raw.sha256).open("rb"), content_type="application/octet-stream")
    name = clean_name(f"{received.subject[:60] or 'mail'}.eml")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def letter(request, pk):
    """The letter with its own form, through the allow-list; pictures of its own, none from elsewhere."""
    received = _read_by(request, pk)
    told = receiving.letter_of(received)
    context = {
        "title": received.subject or "-",
        "mail": received,
        "letter": told,
        "shown": markup.from_allow_list(_with_pictures(html.clean(told.html), told, received))
        if told.html.strip()
        else "",
    }
    return render(request, "helpdesk/mail_letter.html", context)


def _with_pictures(shown, told, received):
    """`cid:` becomes the small picture that we encoded ourselves, where there is one."""
    files = {file.content_id: file.sha256 for file in told.files if file.content_id}
    by_hash = {}
    if files and received.ticket_id:
        attached = Attachment.objects.of(received.ticket).filter(blob__has_thumbnail=True)
        by_hash = dict(attached.filter(blob__sha256__in=files.values()).values_list("blob__sha256", "pk"))

    def picture(match):
        pk = by_hash.get(files.get(match[1], ""))
        return match[0].replace(f"cid:{match[1]}", reverse("attachment_thumbnail", args=[pk])) if pk else ""

    return re.sub(r'<img [^>]*?src="cid:([^"]*)"[^>]*>|<img(?![^>]*\ssrc=)[^>]*>', picture, shown)


@require_POST
def accept_message(request, pk):
    received, standing = _mail_of_ticket(request, pk)
    if received.ticket_id is None:
        raise Http404
    admit(True, standing is not None and standing.at_desk)
    return button(
        request,
        received,
        handling.accept_message,
        gettext("Everybody concerned reads it now."),
        back=received.ticket.get_absolute_url(),
    )
