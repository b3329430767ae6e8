"""Set-up of the desk: lists, forms and pages of queues and categories, and two grids."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.actions import setting as actions
from helpdesk.choices import Level
from helpdesk.forms import IMPACT_WORDS, URGENCY_WORDS
from helpdesk.models import Category, Mailbox, PriorityCell, Queue, Ticket
from helpdesk.permissions import can_change_setup, sees_received_mail, sees_setup
from helpdesk.setup_forms import CategoryForm, MailboxForm, MatrixForm, QueueForm
from helpdesk.setup_tables import CategoryTable, MailboxTable, QueueTable
from office.history import Line, history_of
from office.models import Event
from office.once import made_before, once
from people.tables import use_state
from people.views.shared import SETUP, button
from ui.forms import Conflict, add_refusal
from ui.lists import ListPage
from ui.pages import FormPage, admit


@dataclass(frozen=True)
class Screen:
    """One kind of row, and how its pages are called: "<url>", "<url>_new", "<url>_edit", "<url>_use"."""

    url: str
    model: Any
    form: Any
    title: Any
    list_url: str
    list_title: Any
    new_title: Any

    @property
    def crumbs(self):
        return [SETUP, (self.list_title, reverse(self.list_url))]

    def rows(self, user):
        """All rows of the institution, restricted queues too: the set-up shows no ticket."""
        rows = self.model.objects.filter(institution=user.institution_id)
        return rows if sees_setup(user) else rows.none()

    def blank(self, user):
        return self.model(institution_id=user.institution_id)


SCREENS = {
    "queue": Screen("queue", Queue, QueueForm, _("Work queue"), "queues", _("Work queues"), _("New queue")),
    "category": Screen(
        "category", Category, CategoryForm, _("Category"), "categories", _("Categories of tickets"), _("New category")
    ),
    "mailbox": Screen("mailbox", Mailbox, MailboxForm, _("Mailbox"), "mailboxes", _("Mailboxes"), _("New mailbox")),
}


class SetupList(ListPage):
    screen = ""
    template_name = "helpdesk/list.html"
    breadcrumbs = [SETUP]
    orderings = {"name": ("name_en", "name_ar")}

    def allowed(self, request):
        return sees_setup(request.user)

    def get_create(self):
        if not can_change_setup(self.request.user):
            return None
        return reverse(f"{self.screen}_new"), SCREENS[self.screen].new_title


class QueueList(SetupList):
    name, title, screen = "queues", _("Work queues"), "queue"
    table_class = QueueTable
    empty_icon = "inbox"
    empty_text = _("Work queues with their teams will stand here.")

    def get_queryset(self):
        return SCREENS["queue"].rows(self.request.user).select_related("team", "calendar")


class CategoryList(SetupList):
    name, title, screen = "categories", _("Categories of tickets"), "category"
    table_class = CategoryTable
    empty_icon = "category"
    empty_text = _("What a ticket can be about will stand here.")

    def get_queryset(self):
        return SCREENS["category"].rows(self.request.user).select_related("queue", "parent")


class MailboxList(SetupList):
    name, title, screen = "mailboxes", _("Mailboxes"), "mailbox"
    table_class = MailboxTable
    orderings = {"name": ("name",)}
    empty_icon = "mail"
    empty_text = _("Addresses to which people write to the desk will stand here.")

    def get_queryset(self):
        return SCREENS["mailbox"].rows(self.request.user).select_related("queue")


@require_safe
def page(request, screen, pk):
    """One row: its fields, where it is used, its history."""
    screen = SCREENS[screen]
    row = get_object_or_404(screen.rows(request.user), pk=pk)
    may = can_change_setup(request.user)
    form = screen.form(instance=row, by=request.user)
    context = {
        "title": str(row),
        "lead": screen.title,
        "object": row,
        "breadcrumbs": screen.crumbs,
        "state": use_state(row),
        "facts": [(form.fields[name].label, _shown(row, name)) for name in screen.form.Meta.fields],
        "uses": uses_of(row, request.user),
        "history": history_of(row),
        "edit_url": reverse(f"{screen.url}_edit", args=[row.pk]) if may else "",
        "use_url": reverse(f"{screen.url}_use", args=[row.pk]) if may else "",
    }
    template = "helpdesk/mailbox.html" if isinstance(row, Mailbox) else "assets/catalogue_page.html"
    return render(request, template, context | {"can_edit": may})


def _shown(row, name):
    show = getattr(row, f"get_{name}_display", None)
    return show() if show else getattr(row, name)


def uses_of(row, user):
    """[(how many, in words, url of the list)] of what points at the row, of tickets only those this reader may see."""
    if isinstance(row, Mailbox):
        received = row.received.visible_to(user).count()
        words = ngettext("%(count)s received mail", "%(count)s received mails", received)
        url = f"{reverse('received_mails')}?mailbox={row.pk}" if sees_received_mail(user) else reverse("mailboxes")
        return [(words % {"count": f"{received:,}"}, url)]
    open_tickets = row.tickets.visible_to(user).unresolved().count()
    words = ngettext("%(count)s open ticket", "%(count)s open tickets", open_tickets) % {"count": f"{open_tickets:,}"}
    name = "queue" if isinstance(row, Queue) else "category"
    uses = [(words, f"{reverse('tickets')}?{name}={row.pk}")]
    if isinstance(row, Queue):
        categories = row.categories.filter(is_active=True).count()
        words = ngettext("%(count)s category", "%(count)s categories", categories) % {"count": f"{categories:,}"}
        uses.append((words, reverse("categories")))
    return uses


class SetupForm(FormPage):
    """Base of create and edit; the address says of which kind."""

    def allowed(self, request):
        self.screen = SCREENS[self.kwargs["screen"]]
        self.form_class = self.screen.form
        return sees_setup(request.user)

    def get_breadcrumbs(self):
        return self.screen.crumbs

    def get_form_arguments(self):
        return {"by": self.request.user, "instance": self.object or self.screen.blank(self.request.user)}


class Create(SetupForm):
    def allowed(self, request):
        return admit(super().allowed(request), can_change_setup(request.user))

    def get_context(self, **context):
        return context | {"title": self.screen.new_title}

    def act(self, form):
        def create():
            blank = self.screen.blank(self.request.user)
            return actions.create_row(blank, form.get_values(), by=self.request.user)

        pk, _made = once(form.form_key, user=self.request.user, kind=self.screen.url, act=create)
        return self.screen.model.objects.get(pk=pk)

    def made_before(self, form):
        pk = made_before(form, user=self.request.user, kind=self.screen.url)
        return self.screen.model.objects.filter(pk=pk).first()


class Edit(SetupForm):
    template_name = "assets/catalogue_form.html"

    def get_object(self):
        row = get_object_or_404(self.screen.rows(self.request.user), pk=self.kwargs["pk"])
        admit(True, can_change_setup(self.request.user))
        return row

    def get_context(self, **context):
        used = [words for words, _url in uses_of(self.object, self.request.user)]
        return context | {"title": str(self.object), "used": used}

    def act(self, form):
        return actions.change_row(self.object, form.get_values(), by=self.request.user, version=form.current_version)


@require_POST
def switch_use(request, screen, pk):
    """Put out of use, or back into it."""
    row = get_object_or_404(SCREENS[screen].rows(request.user), pk=pk)
    admit(True, can_change_setup(request.user))
    if row.is_active:
        return button(request, row, actions.deactivate, gettext("It is out of use: nothing new can choose it."))
    return button(request, row, actions.reactivate, gettext("It is in use again."))


class Grid(FormPage):
    """Base of the two grids; whoever may only look sees it without its button."""

    model = None
    breadcrumbs = [SETUP]

    def allowed(self, request):
        return admit(sees_setup(request.user), request.method != "POST" or can_change_setup(request.user))

    def get_form_arguments(self):
        return {"institution": self.request.user.institution}

    def rows(self, form):
        return form.rows

    def get_history(self):
        return _history_of_rows(self.model, self.request.user)

    def words(self):
        """Extra words for the template."""
        return {}

    def get_context(self, **context):
        may = can_change_setup(self.request.user)
        if not may:
            for field in context["form"].fields.values():
                field.disabled = True
        return (
            context
            | {
                "can_edit": may,
                "history": self.get_history(),
                "rows": self.rows(context["form"]),
            }
            | self.words()
        )

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.page(form)
        try:
            with transaction.atomic():
                self.act(form)
        except Conflict as conflict:
            messages.error(request, conflict.messages[0])
            response = self.page(self.get_form())  # what holds now; nothing was overwritten
            response.status_code = 409
            return response
        except ValidationError as refusal:
            add_refusal(form, refusal)
            return self.page(form)
        messages.success(request, self.success_message)
        return HttpResponseRedirect(request.path)


class Matrix(Grid):
    title, form_class, template_name = _("Priority matrix"), MatrixForm, "helpdesk/matrix.html"
    lead = _("How bad it is for one person, and how many it affects, make the priority of a ticket.")
    success_message = _("The matrix holds for tickets that are filed or changed from now on.")
    model = PriorityCell

    def rows(self, form):
        words = [URGENCY_WORDS[level] for level in Level]
        return [(IMPACT_WORDS[impact], zip(words, cells, strict=True)) for impact, cells in form.rows]

    def words(self):
        count = Ticket.objects.visible_to(self.request.user).unresolved().count()
        touched = ngettext(
            "A change holds for what is filed or changed from then on; %(count)s open ticket keeps its priority.",
            "A change holds for what is filed or changed from then on; %(count)s open tickets keep their priority.",
            count,
        ) % {"count": f"{count:,}"}
        return {"urgencies": [URGENCY_WORDS[level] for level in Level], "touched": touched}

    def act(self, form):
        user = self.request.user
        return actions.change_matrix(user.institution, form.get_priorities(), by=user, seen=form.get_seen())


def _history_of_rows(model, user):
    """The newest lines of the history of all rows of a grid, each named after its row; two statements."""
    rows = model.objects.filter(institution=user.institution_id).in_bulk()
    about = Event.objects.filter(kind=model._meta.label_lower, object_id__in=list(rows))
    events = about.select_related("actor").order_by("-pk")[:20]
    return [Line(event, rows[event.object_id].in_words, _changes(model, event)) for event in events]


def _changes(model, event):
    """[(label, old, new)], choices in words."""
    told = []
    for name, pair in event.changes.items():
        field = model._meta.get_field(name)
        words = dict(field.flatchoices)
        old, new = ("" if value is None else str(words.get(value, value)) for value in pair)
        told.append((capfirst(str(field.verbose_name)), old, new))
    return told
