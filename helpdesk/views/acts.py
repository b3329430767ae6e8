"""The buttons and small forms of a ticket: each opens it for this reader, does one act, and comes back to its page."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from helpdesk import actions
from helpdesk.boxes import box_of
from helpdesk.forms import (
    AssignForm,
    CancelForm,
    ReopenForm,
    ReplyForm,
    TicketForm,
    TransferForm,
    WaitForm,
    WatcherForm,
)
from helpdesk.models import Face, Ticket
from helpdesk.permissions import has_ticket_list
from helpdesk.promise_forms import ChoosePolicyForm
from helpdesk.vendor_forms import RatingForm
from helpdesk.views.ticket import drafts_of, draw, open_ticket
from office.once import once
from people.models import User
from ui import kept
from ui.forms import add_refusal
from ui.pages import FormPage, admit


def go(request, url):
    """To another page; htmx is told so in its own way, so that it keeps no half of this one.

    A browser that is told to go where it is, to another place of the page, only scrolls: it is told to reload instead.
    """
    if not getattr(request, "htmx", False):
        return HttpResponseRedirect(url)
    here = request.htmx.current_url_abs_path or ""
    if urlsplit(here).path == urlsplit(url).path:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def press(request, pk, act, sentence, **values):
    """Do `act` and say `sentence`; what it refuses comes back as a notice."""
    ticket = open_ticket(request, pk).ticket
    try:
        act(ticket, by=request.user, **values)
    except ValidationError as refusal:
        for words in refusal.messages:
            messages.error(request, words)
    else:
        messages.success(request, sentence)
    return go(request, ticket.get_absolute_url())


@require_POST
def take(request, pk):
    return press(request, pk, actions.take_ticket, _("The ticket is yours."))


@require_POST
def take_next(request):
    admit(has_ticket_list(request.user), request.user.is_technician)
    ticket = actions.take_next(by=request.user)
    if ticket is None:
        messages.info(request, _("Nothing waits in your queues."))
        return HttpResponseRedirect(reverse("tickets"))
    messages.success(request, _("The ticket is yours."))
    return HttpResponseRedirect(ticket.get_absolute_url())


@require_POST
def start(request, pk):
    return press(request, pk, actions.start_ticket, _("You work on it now."))


@require_POST
def resume(request, pk):
    return press(request, pk, actions.resume_ticket, _("The clocks run again."))


@require_POST
def close(request, pk):
    return press(request, pk, actions.close_ticket, _("The ticket is closed."))


@require_POST
def confirm(request, pk):
    return press(request, pk, actions.confirm_ticket, _("Thank you. We are glad that it works."))


@require_POST
def rate(request, pk):
    """How the help was, after "It works now"."""
    opened = open_ticket(request, pk)
    form = RatingForm(request.POST)
    if form.is_valid():
        stars, comment = int(form.cleaned_data["stars"]), form.cleaned_data["comment"]
        sentence = _("Thank you for your rating.")
        return press(request, pk, actions.rate_ticket, sentence, stars=stars, comment=comment)
    return draw(request, opened, status=422, rating_form=form)


@require_POST
def watch(request, pk):
    return press(request, pk, actions.watch_ticket, _("You follow this ticket now."), person=request.user)


@require_POST
def unwatch(request, pk):
    return press(request, pk, actions.unwatch_ticket, _("You no longer follow this ticket."), person=request.user)


@require_POST
def reply(request, pk):
    """A public word; the button decides whether it also asks something or solves the ticket.

    `hold`: it leaves after a while in which it can be taken back.
    """
    opened = open_ticket(request, pk)
    form = ReplyForm(request.POST, request.FILES)

    def act(data):
        words = {name: data[name] for name in ("text", "files", "then", "call_end")}
        act_on = actions.send_later if data["hold"] and opened.standing.at_desk else actions.send
        return act_on(opened.ticket, by=request.user, **words, **form.get_checks())

    return _say(request, opened, form, "reply_box", act)


@require_POST
def note(request, pk):
    """A word for the desk alone."""
    opened = open_ticket(request, pk)
    form = ReplyForm(request.POST, request.FILES, prefix="note")

    def act(data):
        return actions.send(opened.ticket, by=request.user, text=data["text"], files=data["files"], face=Face.NOTE)

    return _say(request, opened, form, "note_box", act)


@require_POST
def reopen(request, pk):
    """ "Still broken", with a word about it or without."""
    opened = open_ticket(request, pk)
    form = ReopenForm(request.POST, request.FILES, prefix="again")

    def act(data):
        return actions.reopen_ticket(opened.ticket, by=request.user, text=data["text"], files=data["files"])

    return _say(request, opened, form, "reopen_box", act, _("We are on it again."))


def _say(request, opened, form, name, act, sentence=""):
    """Take in a form of the conversation once; refused, it comes back as it was typed."""
    refusal = None
    kept.take_in(form, request.user)
    if form.is_valid():
        try:
            once(
                form.form_key, user=request.user, kind=f"{name}:{opened.ticket.pk}", act=lambda: act(form.cleaned_data)
            )
        except ValidationError as error:
            refusal = error
            add_refusal(form, error)
        else:
            kept.let_go(form, request.user)
            if sentence:
                messages.success(request, sentence)
            return go(request, f"{opened.ticket.get_absolute_url()}#talk-end")
    kept.hold(form, request.user)
    status = 409 if getattr(refusal, "code", "") in ("unread", "recipients") else 422
    status = 200 if getattr(request, "htmx", False) else status
    draft = drafts_of(opened.ticket, request.user).get(FACES.get(name))
    return draw(request, opened, status=status, **{name: box_of(form, draft, refusal)})


FACES = {"reply_box": Face.REPLY, "note_box": Face.NOTE}


class TicketAct(FormPage):
    """A small form about one ticket: a page of its own, and the inside of a menu when htmx asks for it."""

    may = ""  # the key of `Opened.may`
    fragment = "helpdesk/_act_form.html"

    def get_object(self):
        self.opened = open_ticket(self.request, self.kwargs["pk"])
        if not self.opened.may()[self.may]:
            raise PermissionDenied
        return self.opened.ticket

    def get_form_arguments(self):
        return {}

    def get_breadcrumbs(self):
        return [(_("Tickets"), reverse("tickets")), (self.object.number, self.object.get_absolute_url())]

    def get_context(self, **context):
        return context | {"action_url": self.request.path}

    def page(self, form):
        if getattr(self.request, "htmx", False) and self.request.method == "GET":
            self.template_name = self.fragment
        return super().page(form)

    def get_success_url(self, outcome):
        return reverse("ticket", args=[self.object.pk])


class Assign(TicketAct):
    title, submit_label, may = gettext_lazy("Assign"), gettext_lazy("Assign"), "assign"
    form_class, success_message = AssignForm, gettext_lazy("The ticket has changed hands.")

    def get_form_arguments(self):
        return {"ticket": self.object, "user": self.request.user}

    def act(self, form):
        return actions.assign_ticket(self.object, by=self.request.user, to=form.cleaned_data["assignee"])


class Transfer(TicketAct):
    title, submit_label, may = gettext_lazy("Transfer"), gettext_lazy("Transfer"), "assign"
    form_class, success_message = TransferForm, gettext_lazy("The ticket is in the other queue now.")

    def get_form_arguments(self):
        return {"ticket": self.object}

    def act(self, form):
        return actions.transfer_ticket(self.object, by=self.request.user, queue=form.cleaned_data["queue"])

    def get_success_url(self, outcome):
        """The page of the ticket, or the list when it has left one's sight."""
        seen = Ticket.objects.visible_to(self.request.user).filter(pk=outcome.pk).exists()
        return super().get_success_url(outcome) if seen else reverse("tickets")


class Wait(TicketAct):
    title, submit_label, may = gettext_lazy("Put on hold"), gettext_lazy("Put on hold"), "wait"
    form_class, success_message = WaitForm, gettext_lazy("On hold. The clocks stand still.")

    def act(self, form):
        data = form.cleaned_data
        return actions.wait_ticket(self.object, by=self.request.user, kind=data["kind"], note=data["note"])


class ChoosePolicy(TicketAct):
    title, submit_label, may = gettext_lazy("Choose a service policy"), gettext_lazy("Choose"), "change"
    form_class, success_message = ChoosePolicyForm, gettext_lazy("The due times follow.")

    def get_form_arguments(self):
        return {"ticket": self.object}

    def act(self, form):
        return actions.choose_policy(self.object, by=self.request.user, policy=form.cleaned_data["policy"])


class Cancel(TicketAct):
    title, submit_label, may = gettext_lazy("Cancel the ticket"), gettext_lazy("Cancel the ticket"), "cancel"
    form_class, success_message = CancelForm, gettext_lazy("The ticket is cancelled.")

    def get_form_arguments(self):
        is_desk = self.opened.standing.at_desk and self.request.user.pk != self.object.requester_id
        return {"asks_of_calls": self.object.has_open_calls and is_desk}

    def act(self, form):
        data = form.cleaned_data
        end = data.get("call_end", "")
        return actions.cancel_ticket(self.object, by=self.request.user, reason=data["reason"], call_end=end)


class AddWatcher(TicketAct):
    title, submit_label, may = gettext_lazy("Add a follower"), gettext_lazy("Add"), "add_watcher"
    form_class, success_message = WatcherForm, gettext_lazy("She or he gets the public replies from now on.")

    def get_form_arguments(self):
        return {"user": self.request.user}

    def act(self, form):
        return actions.watch_ticket(self.object, by=self.request.user, person=form.cleaned_data["person"])


class Edit(TicketAct):
    title, may, form_class = gettext_lazy("Edit the ticket"), "change", TicketForm

    def get_form_arguments(self):
        return {"instance": self.object, "user": self.request.user}

    def act(self, form):
        form.claim_version()
        return actions.change_ticket(self.object, by=self.request.user, **form.get_values())


@require_POST
def remove_watcher(request, pk, person):
    opened = open_ticket(request, pk)
    admit(True, opened.standing.at_desk or person == request.user.pk)  # who follows it is not for everybody to learn
    follower = get_object_or_404(User.objects.filter(watched__ticket=opened.ticket.pk), pk=person)
    return press(request, pk, actions.unwatch_ticket, _("This person no longer follows it."), person=follower)
