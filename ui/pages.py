"""Pages with one form: create, edit, or any act that asks something first."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from ui import kept
from ui.forms import Conflict, add_refusal


def admit(sees, may=True):
    """True for who may. 404 where not even the thing is to be seen, 403 where it is and only the right is missing."""
    if not sees:
        raise Http404
    if not may:
        raise PermissionDenied
    return True


class FormPage(View):
    """Base of create and edit pages.

        class AssetCreate(FormPage):
            title, form_class, success_message = _("New asset"), AssetForm, _("The asset is registered.")

            def act(self, form):
                return actions.register_asset(by=self.request.user, key=form.form_key, **form.cleaned_data)

    An action's ValidationError or PermissionDenied comes back in the form, with everything typed kept.
    """

    title = ""
    lead = ""  # one sentence under the title
    form_class = None
    template_name = "ui/form.html"
    submit_label = None
    success_message = _("Saved.")
    cancel_url = None
    breadcrumbs = ()  # [(label, url)], the page itself left out
    object = None
    http_method_names = ["get", "head", "post", "options"]

    def allowed(self, request):
        """Whether this reader has this page at all; otherwise it does not exist. See `admit`."""
        return True

    def get_object(self):
        """The row to edit, fetched through its visibility; None to create one."""
        return None

    def get_form_arguments(self):
        """Arguments of the form besides data and files."""
        if hasattr(self.form_class, "_meta") and hasattr(self.form_class._meta, "model"):
            return {"instance": self.object}
        return {}

    def get_form(self, data=None, files=None):
        return self.form_class(data, files, **self.get_form_arguments())

    def act(self, form):
        """Do it, in a transaction; returns the object whose page opens next."""
        return form.save()

    def made_before(self, form):
        """What an earlier copy of a refused form made: its words are taken because it was taken in."""
        return None

    def get_success_url(self, outcome):
        return outcome.get_absolute_url()

    def get_success_message(self, outcome):
        return self.success_message

    def get_breadcrumbs(self):
        return self.breadcrumbs

    def get_cancel_url(self):
        if self.cancel_url:
            return self.cancel_url
        if self.object is not None and hasattr(self.object, "get_absolute_url"):
            return self.object.get_absolute_url()
        crumbs = self.get_breadcrumbs()
        return crumbs[-1][1] if crumbs else None

    def get_context(self, **context):
        """Extra words for the template."""
        return context

    def dispatch(self, request, *args, **kwargs):
        if not self.allowed(request):
            raise Http404
        self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        return self.page(self.get_form())

    def post(self, request, *args, **kwargs):
        form = self._sent_form()
        if form.is_valid():
            try:
                with transaction.atomic():
                    outcome = self.act(form)
            except Conflict:
                self.object = self.get_object()
                form = self._sent_form()
                form.is_valid()
            except (ValidationError, PermissionDenied) as refusal:
                add_refusal(form, refusal)
            else:
                kept.let_go(form, request.user)
                if sentence := self.get_success_message(outcome):
                    messages.success(request, sentence)
                return HttpResponseRedirect(self.get_success_url(outcome))
        if made := self.made_before(form):
            return HttpResponseRedirect(self.get_success_url(made))
        kept.hold(form, request.user)
        return self.page(form)

    def _sent_form(self):
        return kept.take_in(self.get_form(self.request.POST, self.request.FILES), self.request.user)

    def page(self, form):
        context = self.get_context(
            form=form,
            title=self.title,
            lead=self.lead,
            object=self.object,
            breadcrumbs=self.get_breadcrumbs(),
            cancel_url=self.get_cancel_url(),
            submit_label=self.submit_label or form.submit_label,
        )
        status = 409 if getattr(form, "differences", None) else 200  # two people on one record
        return render(self.request, self.template_name, context, status=status)
