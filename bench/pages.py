"""Which addresses of the product stand for which row of the table, and who asks for them."""

import re
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.test import Client
from django.urls import reverse

from bench import texts
from helpdesk.models import Message, Queue, Ticket
from people.models import User

TECHNICIAN, EMPLOYEE = "basil", "amal"
TOKEN = "b" * 32  # cookie and field of the form need only agree
NEXT = re.compile(r'<a[^>]* rel="next" href="([^"]+)"')
NUMBER = re.compile(r"TKT-\d{4}-\d{5,}")
DEEP, TICKETS = 100, 50


def rows():
    """`{"rows": {name: {"cookie", "requests"}}}` as `bench.load` and `bench.inside` take it."""
    desk, employee = _Reader(TECHNICIAN), _Reader(EMPLOYEE)
    queue = reverse("tickets")
    return {
        "rows": {
            "queue": desk.row([desk.list_page(queue)]),
            "queue_100": desk.row([desk.list_page(_walk(desk, queue, DEEP))]),
            "ticket": desk.row(_tickets(desk)),
            "search_rare": desk.row(_searches(desk, texts.RARE)),
            "search_frequent": desk.row(_searches(desk, texts.FREQUENT)),
            "search_two": desk.row(_searches(desk, texts.TOGETHER)),
            "home": desk.row([{"path": reverse("home"), "expect": desk.user.name}]),
            "create": employee.row([_report(employee)]),
        }
    }


class _Reader:
    """Somebody who is signed in."""

    def __init__(self, username):
        self.user = User.objects.get(username=username)
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(self.user, settings.AUTHENTICATION_BACKENDS[0])

    def row(self, requests):
        session = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        return {"cookie": cookie, "requests": requests}

    def page(self, path):
        response = self.client.get(path)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code} to {self.user.username}")
        return response.content.decode()

    def list_page(self, path):
        """The request for a page of a list, which must go on showing the last ticket that it shows now."""
        numbers = NUMBER.findall(self.page(path))
        if not numbers:
            raise RuntimeError(f"{path} shows no ticket")
        return {"path": path, "expect": numbers[-1]}


def _walk(reader, path, pages):
    """The address of that page of a list, reached by its own links; of the last one when it has fewer."""
    for _ in range(pages - 1):
        found = NEXT.search(reader.page(path))
        if not found:
            return path
        path = found[1].replace("&amp;", "&")
    return path


def _tickets(reader):
    """Pages of open tickets with a device and a conversation, spread over all of them."""
    queues = Queue.objects.filter(is_restricted=False)
    open_tickets = Ticket.objects.unresolved().filter(queue__in=queues, asset__isnull=False).order_by("pk")
    spoken = Exists(Message.objects.filter(ticket=OuterRef("pk")))  # those that a measurement filed have none
    found = list(open_tickets.filter(spoken).values_list("pk", "number"))
    some = found[:: max(1, len(found) // TICKETS)][:TICKETS]
    return [{"path": reverse("ticket", args=[pk]), "expect": number} for pk, number in some]


def _searches(reader, words):
    """The same search in both languages, in the list of all tickets."""
    return [reader.list_page(f"{reverse('tickets_view', args=['all'])}?q={quote(text)}") for text in words.values()]


def _report(reader):
    """A fault as an employee reports it on one of her devices."""
    asset = reader.user.custodies.current().values_list("asset", flat=True).first()
    fields = {
        "csrfmiddlewaretoken": TOKEN,
        "asset": asset or "",
        "text": "My headset is silent since this morning, the colleagues hear me.",
        "trouble_work": "partly",
        "trouble_circle": "me",
        "form_key": "@unique@",
    }
    return {"path": reverse("new_ticket"), "form": urlencode(fields, safe="@"), "status": 302}
