"""Teams: list, page with members, making, changing."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from office.history import history_of
from people import actions
from people.forms.units import MemberForm, TeamForm
from people.models import Team, User
from people.permissions import can_change_setup, sees_setup
from people.views.shared import SETUP, CreatePage, button
from ui.pages import FormPage, admit
from ui.registry import uses_of

TEAMS = (_("Teams"), "/setup/teams/")


@require_safe
def teams(request):
    if not sees_setup(request.user):
        raise Http404
    rows = Team.objects.visible_to(request.user).annotate(people=Count("members", filter=Q(members__is_active=True)))
    context = {
        "title": _("Teams"),
        "breadcrumbs": [SETUP],
        "teams": sorted(rows, key=lambda team: (not team.is_active, team.name)),
        "can_edit": can_change_setup(request.user),
    }
    return render(request, "people/teams.html", context)


class TeamPage(FormPage):
    """A team with its members; for administrators also the box to add one."""

    form_class, template_name = MemberForm, "people/team.html"
    success_message = _("Added to the team.")

    def get_object(self):
        self.title = (team := _team(self.request, self.kwargs["pk"])).name
        return team

    def get_breadcrumbs(self):
        return [SETUP, TEAMS]

    def get_form_arguments(self):
        return {"by": self.request.user, "team": self.object}

    def post(self, request, *args, **kwargs):
        admit(True, can_change_setup(request.user, self.object))
        return super().post(request, *args, **kwargs)

    def act(self, form):
        return actions.add_member(self.object, form.cleaned_data["person"], by=self.request.user)

    def get_context(self, **context):
        members = self.object.members.select_related("unit").defer("search_text").order_by("sort_key")
        can_edit = can_change_setup(self.request.user, self.object)
        uses = uses_of(self.object, self.request.user)
        return context | {"members": members, "uses": uses, "history": history_of(self.object), "can_edit": can_edit}


class TeamCreate(CreatePage):
    model = Team
    title, form_class, submit_label = _("New team"), TeamForm, _("Make the team")
    breadcrumbs = [SETUP, TEAMS]

    def allowed(self, request):
        return admit(sees_setup(request.user), can_change_setup(request.user))

    def create(self, form):
        return actions.create_team(by=self.request.user, **form.get_names())


class TeamEdit(FormPage):
    title, form_class = _("Edit the team"), TeamForm

    def get_object(self):
        return _editable(self.request, self.kwargs["pk"])

    def get_breadcrumbs(self):
        return [SETUP, TEAMS, (self.object.name, self.object.get_absolute_url())]

    def get_context(self, **context):
        return context | {"used": [words for words, _url in uses_of(self.object, self.request.user)]}

    def act(self, form):
        form.claim_version()
        return actions.change_team(self.object, by=self.request.user, **form.get_names())


@require_POST
def remove_member(request, pk, person):
    team = _editable(request, pk)
    member = get_object_or_404(User.objects.visible_to(request.user), pk=person)
    actions.remove_member(team, member, by=request.user)
    messages.success(request, gettext("Taken out of the team."))
    return HttpResponseRedirect(team.get_absolute_url())


@require_POST
def retire(request, pk):
    return button(request, _editable(request, pk), actions.retire_team, gettext("The team is out of use."))


@require_POST
def revive(request, pk):
    return button(request, _editable(request, pk), actions.revive_team, gettext("The team is in use again."))


def _team(request, pk):
    if not sees_setup(request.user):
        raise Http404
    return get_object_or_404(Team.objects.visible_to(request.user), pk=pk)


def _editable(request, pk):
    team = _team(request, pk)
    admit(True, can_change_setup(request.user, team))
    return team
