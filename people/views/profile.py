"""My account: what I may change myself, how the pages look to me, and how I sign in."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people import actions
from people.forms.users import OwnDetailsForm
from people.models import User
from ui.pages import FormPage


class Profile(FormPage):
    title, form_class, template_name = _("My account"), OwnDetailsForm, "people/profile.html"

    def get_object(self):
        return User.objects.select_related("unit", "institution").get(pk=self.request.user.pk)

    def act(self, form):
        return actions.change_own_details(self.object, **{name: form.cleaned_data[name] for name in form.Meta.fields})

    def get_success_url(self, outcome):
        return reverse("profile")

    def get_cancel_url(self):
        return None
