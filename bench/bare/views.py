"""The two things that are measured: a page of 25 rows, and an insert of ticket, message and search words."""

import uuid

from django.contrib.auth.decorators import login_required
from django.db import connection, transaction
from django.shortcuts import redirect, render
from django.utils import timezone

from bench.bare import seed
from bench.bare.models import Message, Ticket


@login_required
def rows(request):
    """Three statements: session, user, rows."""
    return render(request, "rows.html", {"tickets": Ticket.objects.order_by("-opened_at")[:25]})


@login_required
def create(request):
    """Insert without any rule: no form class, no number series, no history, no mail."""
    if request.method != "POST":
        return render(request, "create.html")
    subject, text, now = request.POST["subject"], request.POST["text"], timezone.now()
    with transaction.atomic():
        ticket = Ticket.objects.create(
            number=uuid.uuid4().hex[:20],
            subject=subject,
            queue="Printers",
            status="new",
            priority="moderate",
            requester=request.user.username,
            assignee="",
            opened_at=now,
        )
        Message.objects.create(ticket=ticket, author=request.user.username, text=text, written_at=now)
        with connection.cursor() as cursor:
            cursor.execute(seed.INSERT_WORDS[connection.vendor], [ticket.pk, f"{subject} {text}"])
    return redirect("/")
