"""Drafts of the ticket page: kept while one writes, with their files; sent now, or taken back in time."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk import actions
from helpdesk.forms import DraftForm
from helpdesk.models import Face
from helpdesk.views.ticket import drafts_of, open_ticket


@require_POST
def save(request, pk):
    """Keep the text of a box: 204. With files: they are kept instead, and the list of them comes back."""
    opened = open_ticket(request, pk)
    form = DraftForm(request.POST, request.FILES)
    if not form.is_valid():
        face = request.POST.get("face", "")
        return _files(request, opened, face, _said(form), status=422)
    data = form.cleaned_data
    if not data["files"]:
        actions.save_draft(opened.ticket, by=request.user, face=data["face"], text=data["text"])
        return HttpResponse(status=204)
    try:
        actions.add_draft_files(opened.ticket, by=request.user, face=data["face"], files=data["files"])
    except ValidationError as refusal:
        return _files(request, opened, data["face"], refusal.messages, status=422)
    return _files(request, opened, data["face"])


@require_POST
def remove_file(request, pk, file):
    opened = open_ticket(request, pk)
    actions.remove_draft_file(opened.ticket, by=request.user, file=file)
    if "face" in request.POST:
        return _files(request, opened, request.POST["face"])
    return HttpResponseRedirect(opened.ticket.get_absolute_url())


@require_POST
def send(request, pk):
    """Do not wait any longer: for whoever is sure, and for the page when its time has come."""
    ticket = open_ticket(request, pk).ticket
    actions.send_waiting(ticket=ticket, by=request.user)
    return _back(request, ticket)


@require_POST
def take_back(request, pk):
    ticket = open_ticket(request, pk).ticket
    try:
        actions.take_back(ticket, by=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.info(request, _("Taken back. Nobody has read it; go on writing."))
    return _back(request, ticket)


def _said(form):
    return [words for sentences in form.errors.values() for words in sentences]


def _back(request, ticket):
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponseRedirect(f"{ticket.get_absolute_url()}#composer")


def _files(request, opened, face, errors=(), status=200):
    draft = drafts_of(opened.ticket, request.user).get(face if face in Face.values else "")
    context = {"files": draft.files if draft else [], "draft_errors": errors, "here": opened.ticket.get_absolute_url()}
    return render(request, "helpdesk/_draft_files.html", context, status=status)
