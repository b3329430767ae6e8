"""The tree of units: its page, one unit, making, changing and moving."""

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from office.history import history_of
from people import actions
from people.forms.units import UnitForm
from people.models import Unit, User
from people.permissions import can_change_setup, sees_setup
from people.views.shared import SETUP, CreatePage, button
from ui.pages import FormPage, admit
from ui.registry import uses_of

UNITS = (_("Units"), "/setup/units/")


@require_safe
def units(request):
    """The whole tree of the institution, each unit with its head and how many people belong to it."""
    if not sees_setup(request.user):
        raise Http404
    rows = (
        Unit.objects.visible_to(request.user)
        .select_related("head")
        .annotate(size=Count("members", filter=Q(members__is_active=True)))
    )
    context = {
        "title": _("Units"),
        "breadcrumbs": [SETUP],
        "units": in_tree_order(rows),
        "can_edit": can_change_setup(request.user),
    }
    return render(request, "people/units.html", context)


def in_tree_order(units):
    """Units by name, each directly followed by what is below it."""
    children = {}
    for unit in sorted(units, key=lambda unit: unit.name):
        children.setdefault(unit.parent_id, []).append(unit)

    def walk(parent):
        for unit in children.get(parent, []):
            yield unit
            yield from walk(unit.pk)

    return list(walk(None))


@require_safe
def unit(request, pk):
    """One unit: head, place, people, what is below, history."""
    one = _unit(request, pk)
    context = {
        "title": one.name,
        "breadcrumbs": [SETUP, UNITS],
        "object": one,
        "children": one.children.select_related("head").order_by("name"),
        "people": User.objects.active().filter(unit=one).count(),
        "uses": uses_of(one, request.user),
        "history": history_of(one),
        "can_edit": can_change_setup(request.user, one),
    }
    return render(request, "people/unit.html", context)


class UnitCreate(CreatePage):
    model = Unit
    title, form_class, submit_label = _("New unit"), UnitForm, _("Make the unit")
    breadcrumbs = [SETUP, UNITS]

    def allowed(self, request):
        return admit(sees_setup(request.user), can_change_setup(request.user))

    def get_form_arguments(self):
        above = self.request.GET.get("parent", "")
        parent = int(above) if above.isascii() and above.isdigit() and len(above) < 19 else None
        parent = Unit.objects.visible_to(self.request.user).filter(pk=parent).first()
        return {"by": self.request.user, "instance": Unit(parent=parent)}

    def create(self, form):
        return actions.create_unit(by=self.request.user, **form.get_details())


class UnitEdit(FormPage):
    title, form_class = _("Edit the unit"), UnitForm
    lead = _("A unit that moves takes along everything below it, with its people, devices and contracts.")

    def get_object(self):
        return _editable(self.request, self.kwargs["pk"])

    def get_breadcrumbs(self):
        return [SETUP, UNITS, (self.object.name, self.object.get_absolute_url())]

    def get_form_arguments(self):
        return {"by": self.request.user, "instance": self.object}

    def get_context(self, **context):
        return context | {"used": [words for words, _url in uses_of(self.object, self.request.user)]}

    def act(self, form):
        form.claim_version()
        return actions.change_unit(self.object, by=self.request.user, **form.get_details())


@require_POST
def retire(request, pk):
    return button(request, _editable(request, pk), actions.retire_unit, gettext("The unit is out of use."))


@require_POST
def revive(request, pk):
    return button(request, _editable(request, pk), actions.revive_unit, gettext("The unit is in use again."))


def _unit(request, pk):
    if not sees_setup(request.user):
        raise Http404
    return get_object_or_404(Unit.objects.visible_to(request.user).select_related("parent", "head"), pk=pk)


def _editable(request, pk):
    one = _unit(request, pk)
    admit(True, can_change_setup(request.user, one))
    return one
