"""What I hear of: for each thing that may happen, and how I stand to it, on the page, by mail or once a day."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from office import notifying
from office.models.notifications import Relation
from office.notifying import MENTION, MENTION_WAYS, WINDOWS, Way
from people import actions
from ui.forms import HouseForm
from ui.pages import FormPage

COLUMNS = (Relation.MINE, Relation.WATCHED, Relation.TEAM)
WINDOW_WORDS = {0: _("at once"), 5: _("5 minutes"), 15: _("15 minutes"), 60: _("one hour")}


class NotifyForm(HouseForm):
    """One choice for each thing and standing that this person may have; `rows` are what the table draws."""

    mail_window = forms.TypedChoiceField(
        label=_("Gather what happens to one thing before a mail leaves"),
        coerce=int,
        choices=[(minutes, WINDOW_WORDS[minutes]) for minutes in WINDOWS],
        help_text=_("A call by name never waits, and takes along what was gathered."),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["mail_window"].initial = notifying.window_of(person).seconds // 60
        self.subjects = notifying.subjects_for(person)
        self.columns = [each for each in COLUMNS if each != Relation.TEAM or person.is_technician]
        for subject in self.subjects:
            for relation in self.columns:
                if relation in subject.defaults:
                    self._offer(f"{subject.name}.{relation}", notifying.way_of(person, subject.name, relation), Way)
        self._offer(MENTION, notifying.way_of(person, "", Relation.MENTION), MENTION_WAYS)

    def _offer(self, name, way, ways):
        choices = [(each.value, each.label) for each in ways]
        self.fields[name] = forms.ChoiceField(label=_("How"), choices=choices, initial=way.value, required=False)

    @property
    def rows(self):
        """[(title, [bound field or None])]; the mention stands under "mine", since it is oneself."""
        rows = [(subject.title, self._cells(subject.name)) for subject in self.subjects]
        mention = [self._cell(MENTION, Relation.MINE), *[None] * (len(self.columns) - 1)]
        return [(_("Somebody calls me by name"), mention), *rows]

    def _cells(self, subject):
        return [self._cell(f"{subject}.{relation}", relation) for relation in self.columns]

    def _cell(self, name, relation):
        if name not in self.fields:
            return None
        field = self[name]
        field.head = relation.label  # what the column is called, where the table has no room for columns
        return field

    @property
    def heads(self):
        return [relation.label for relation in self.columns]

    def get_choices(self):
        """What was chosen, {"ticket.reply.mine": "digest"}, the window apart; what was not sent stays as it was."""
        names = [name for name in self.fields if name == MENTION or "." in name]
        return {name: self.cleaned_data[name] or self.fields[name].initial for name in names}


class NotifyPreferences(FormPage):
    title, form_class, template_name = _("What I hear of"), NotifyForm, "people/notifying.html"
    breadcrumbs = [(_("My account"), "/profile/")]

    def get_form_arguments(self):
        return {"person": self.request.user}

    def act(self, form):
        return actions.choose_notifications(
            self.request.user, form.get_choices(), window=form.cleaned_data["mail_window"]
        )

    def get_success_url(self, outcome):
        return reverse("notify_preferences")
