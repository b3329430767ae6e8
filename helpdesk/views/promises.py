"""Set-up of what is promised: service policies and their order, hand-over targets, and the jobs that count anew."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.actions import promising as actions
from helpdesk.choices import Clock, Priority
from helpdesk.kinds import fully_seen
from helpdesk.models import Replan, ServicePolicy, Ticket
from helpdesk.permissions import can_change_setup, sees_setup
from helpdesk.promise_forms import PolicyForm, StepForm, TakeUpForm
from helpdesk.setup_tables import PolicyTable, ReplanTable
from helpdesk.targets import in_words, step_in_words
from helpdesk.views.setup import Grid, SetupList, _shown
from office.history import history_of, lines_of
from office.models import Event
from office.once import once
from people.models import Team
from people.tables import use_state
from people.views.shared import SETUP, button
from ui.lists import ListPage
from ui.pages import FormPage, admit

CRUMBS = [SETUP, (_("Service policies"), "/setup/policies/")]
MOST = 200  # tickets that the page of one count names


def _rows(user):
    rows = ServicePolicy.objects.visible_to(user)
    return rows if sees_setup(user) else rows.none()


class PolicyList(SetupList):
    name, title, screen = "policies", _("Service policies"), "policy"
    lead = _("The first policy in this order whose conditions hold is the ticket's.")
    table_class = PolicyTable
    orderings = {"place": ("place",)}
    default_sort = "place"
    empty_icon = "clock-hour-4"
    empty_text = _("What is promised to whom will stand here.")

    def get_create(self):
        if not can_change_setup(self.request.user):
            return None
        return reverse("policy_new"), _("New service policy")

    def get_queryset(self):
        return _rows(self.request.user).select_related("queue", "category", "unit", "calendar")


@require_safe
def page(request, pk):
    """One policy: its conditions, what it promises, which open tickets have it, its history."""
    policy = get_object_or_404(_rows(request.user).select_related("queue", "category", "unit", "calendar"), pk=pk)
    may = can_change_setup(request.user)
    form = PolicyForm(instance=policy, by=request.user)
    promised = {(row.priority, row.clock): in_words(row.amount, row.unit) for row in policy.targets.all()}
    context = {
        "title": str(policy),
        "lead": _("Service policy"),
        "object": policy,
        "breadcrumbs": CRUMBS,
        "state": use_state(policy),
        "facts": [(form.fields[name].label, _condition(policy, name)) for name in PolicyForm.Meta.fields],
        "clocks": [clock.label for clock in Clock],
        "promises": [(p.label, [promised.get((p.value, clock.value), "") for clock in Clock]) for p in Priority],
        "steps": [(step, step_in_words(step), step.person or step.get_tell_display()) for step in _steps(policy)],
        "uses": _uses(policy, request.user),
        "history": history_of(policy),
        "edit_url": reverse("policy_edit", args=[policy.pk]) if may else "",
        "use_url": reverse("policy_use", args=[policy.pk]) if may else "",
        "move_url": reverse("policy_move", args=[policy.pk]) if may else "",
    }
    return render(request, "helpdesk/policy.html", context)


def _steps(policy):
    return policy.steps.filter(is_active=True).select_related("person")


def _condition(policy, name):
    value = _shown(policy, name)
    return gettext("every") if name in ("queue", "category", "unit", "asset_kind") and not value else value


def _uses(policy, user):
    count = policy.tickets.visible_to(user).unresolved().count() if policy.pk else 0
    words = ngettext("%(count)s open ticket", "%(count)s open tickets", count) % {"count": f"{count:,}"}
    return [(words, f"{reverse('tickets')}?policy={policy.pk}")]


class PolicyPage(FormPage):
    """Base of create and edit."""

    form_class, template_name = PolicyForm, "helpdesk/policy_form.html"
    breadcrumbs = CRUMBS
    success_message = _("Saved. Due times of open tickets are counted anew; closed tickets keep theirs.")

    def allowed(self, request):
        return admit(sees_setup(request.user), can_change_setup(request.user))

    def get_form_arguments(self):
        blank = ServicePolicy(institution_id=self.request.user.institution_id)
        return {"by": self.request.user, "instance": self.object or blank}

    def get_context(self, **context):
        return context | {"clocks": [clock.label for clock in Clock]}


class PolicyCreate(PolicyPage):
    title = _("New service policy")

    def act(self, form):
        user = self.request.user

        def create():
            return actions.save_policy(
                ServicePolicy(institution=user.institution), form.get_values(), form.targets, by=user
            )

        pk, _made = once(form.form_key, user=user, kind="policy", act=create)
        return ServicePolicy.objects.get(pk=pk)


class PolicyEdit(PolicyPage):
    def allowed(self, request):
        return sees_setup(request.user)

    def get_object(self):
        policy = get_object_or_404(_rows(self.request.user), pk=self.kwargs["pk"])
        admit(True, can_change_setup(self.request.user))
        return policy

    def get_context(self, **context):
        used = [words for words, _url in _uses(self.object, self.request.user)]
        return super().get_context(**context) | {"title": str(self.object), "used": used}

    def act(self, form):
        values, user = form.get_values(), self.request.user
        return actions.save_policy(self.object, values, form.targets, by=user, version=form.current_version)


class StepCreate(FormPage):
    title, form_class, submit_label = _("New step of escalation"), StepForm, _("Add")
    success_message = _("The step holds for open tickets too.")

    def allowed(self, request):
        return sees_setup(request.user)

    def get_object(self):
        policy = get_object_or_404(_rows(self.request.user), pk=self.kwargs["pk"])
        admit(True, can_change_setup(self.request.user))
        return policy

    def get_breadcrumbs(self):
        return [*CRUMBS, (str(self.object), self.object.get_absolute_url())]

    def get_form_arguments(self):
        return {"user": self.request.user}

    def act(self, form):
        def add():
            return actions.add_step(self.object, by=self.request.user, **form.get_values())

        once(form.form_key, user=self.request.user, kind="policy_step", act=add)
        return self.object


@require_POST
def remove_step(request, pk, step):
    policy = get_object_or_404(_rows(request.user), pk=pk)
    admit(True, can_change_setup(request.user))
    step = get_object_or_404(policy.steps.filter(is_active=True).select_related("policy"), pk=step)
    words = gettext("The step is out of use.")
    return button(request, step, actions.remove_step, words, back=policy.get_absolute_url())


@require_POST
def switch_use(request, pk):
    policy = get_object_or_404(_rows(request.user), pk=pk)
    admit(True, can_change_setup(request.user))
    words = (
        gettext("It is out of use: nothing new can choose it.") if policy.is_active else gettext("It is in use again.")
    )
    return button(request, policy, actions.switch_policy, words)


@require_POST
def move(request, pk):
    """One place up (`way=up`) or down in the order."""
    policy = get_object_or_404(_rows(request.user), pk=pk)
    admit(True, can_change_setup(request.user))

    def act(row, by):
        return actions.move_policy(row, by=by, up=request.POST.get("way") == "up")

    return button(request, policy, act, gettext("The order is changed."))


class TakeUp(Grid):
    title, form_class, template_name = _("Hand-over targets"), TakeUpForm, "helpdesk/take_up.html"
    lead = _("Within what time a team takes up what is handed to it: a promise among us, which no employee reads.")
    success_message = _("Saved. Due times of open tickets are counted anew; closed tickets keep theirs.")

    def act(self, form):
        user = self.request.user
        return actions.change_take_up(user.institution, form.targets, by=user, seen=form.get_seen())

    def get_history(self):
        events = Event.objects.filter(kind=Team._meta.label_lower, scope=self.request.user.institution_id)
        told = events.filter(changes__has_key="takes_up").select_related("actor").order_by("-pk")[:20]
        return lines_of(Team, list(told))


class ReplanList(ListPage):
    """Which counts were ordered, by whom, how far they are."""

    name, title = "replans", _("Due times counted anew")
    lead = _("After working hours, holidays or policies changed.")
    table_class = ReplanTable
    template_name = "helpdesk/list.html"
    breadcrumbs = [SETUP]
    orderings = {"newest": ("-pk",)}
    empty_icon = "calculator"
    empty_text = _("When hours or promises change, the count of open tickets stands here with its progress.")

    def allowed(self, request):
        return sees_setup(request.user)

    def get_queryset(self):
        return _replans(self.request.user).select_related("by", "calendar")


def _replans(user):
    """Those of the institution, and those after a change of hours, which are everybody's."""
    rows = Replan.objects.filter(institution=user.institution_id) | Replan.objects.filter(institution=None)
    return rows if sees_setup(user) else rows.none()


@require_safe
def replan(request, pk):
    """How far one count is, and every open ticket whose due times it changed, before and after."""
    order = get_object_or_404(_replans(request.user).select_related("by", "calendar"), pk=pk)
    events = Event.objects.filter(
        kind=Ticket._meta.label_lower,
        scope=request.user.institution_id,
        pk__gt=order.after_event,
        verb="replanned",
        changes__replan__1=order.pk,
    )
    events = list(events.order_by("-pk")[:MOST])
    tickets = fully_seen(request.user).in_bulk([event.object_id for event in events])
    shown = [event for event in events if event.object_id in tickets]
    lines = lines_of(Ticket, shown, hidden={"replan", "paused_seconds", "policy", "calendar"})
    context = {
        "title": _("Due times counted anew"),
        "breadcrumbs": [SETUP, (_("Due times counted anew"), reverse("replans"))],
        "order": order,
        "lines": [(tickets[line.event.object_id], line.changes) for line in lines],
    }
    return render(request, "helpdesk/replan.html", context)
