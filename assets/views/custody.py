"""Handing over and taking back, the receiver's answer, the receipt, and what one holds oneself."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from assets import actions
from assets.forms import DeclineForm, HandOverForm, TakeBackForm
from assets.looks import acceptance_of, state_of
from assets.models import Asset, Custody
from assets.permissions import can_answer, can_edit
from assets.views.register import MY_DEVICES, AssetPage, new_ticket_url
from office.once import once
from office.prepared import prepared
from people.views.shared import button
from ui.pages import FormPage, admit


class HandOver(AssetPage):
    """Hands over what nobody holds, transfers what somebody holds."""

    form_class, template_name = HandOverForm, "assets/hand_over_form.html"
    title, success_message = _("Hand over"), _("It is handed over. The receiver is asked to confirm.")

    def get_form_arguments(self):
        return {"by": self.request.user}

    def get_context(self, **context):
        holder = self.object.held and self.object.held.holder
        words = (
            {"title": gettext("Transfer of custody"), "submit_label": pgettext("custody", "Transfer")} if holder else {}
        )
        return context | words | {"asset": self.object, "holder": holder, "lead": self.object}

    def act(self, form):
        verb = actions.transfer if self.object.held else actions.hand_over
        once(
            form.form_key,
            user=self.request.user,
            kind="custody",
            act=lambda: verb(self.object, by=self.request.user, **form.get_act()),
        )
        return self.object

    def get_success_message(self, asset):
        custody = asset.custodies.current().first()
        return self.success_message if custody and custody.person_id else gettext("It is handed over.")


class TakeBack(AssetPage):
    form_class, title = TakeBackForm, _("Take back")
    success_message = _("It is taken back.")

    def get_form_arguments(self):
        return {"asset": self.object}

    def get_context(self, **context):
        held = self.object.held
        words = {"asset": self.object.title, "holder": held.holder} if held else {}
        lead = gettext("%(asset)s, in custody of %(holder)s") % words if held else gettext("Nobody holds this asset.")
        return context | {"lead": lead}

    def act(self, form):
        actions.take_back(
            self.object, by=self.request.user, **{n: form.cleaned_data[n] for n in ("condition", "state")}
        )
        return self.object


def _custody(request, pk):
    rows = Custody.objects.visible_to(request.user).with_people()
    return get_object_or_404(rows.select_related("asset__category", "asset__model__manufacturer"), pk=pk)


def _received(request, pk):
    """The custody, for whoever received it; the desk sees it and does not answer in her place."""
    custody = _custody(request, pk)
    admit(True, custody.person_id == request.user.pk)
    return custody


@require_POST
def accept(request, pk):
    """The receiver confirms."""
    custody = _received(request, pk)
    return button(
        request, custody, actions.accept, _("Thank you. It is noted that you have it."), reverse("my_devices")
    )


@require_POST
def accept_on_paper(request, pk):
    """The desk notes a signed receipt."""
    custody = _custody(request, pk)
    admit(True, can_edit(request.user, custody.asset))
    back = custody.asset.get_absolute_url()
    return button(request, custody, actions.accept_on_paper, _("The signed receipt is noted."), back)


class Decline(FormPage):
    """The receiver does not have it, or not like this."""

    form_class, title = DeclineForm, _("This is not right")
    success_message = _("The store is told. Until it is settled the device stays noted on your name, in dispute.")
    breadcrumbs = [MY_DEVICES]

    def get_object(self):
        return _received(self.request, self.kwargs["pk"])

    def get_form_arguments(self):
        return {}

    def get_context(self, **context):
        return context | {"lead": self.object.asset, "cancel_url": reverse("my_devices")}

    def get_cancel_url(self):
        return reverse("my_devices")

    def act(self, form):
        return actions.decline(self.object, by=self.request.user, note=form.cleaned_data["note"])

    def get_success_url(self, custody):
        return reverse("my_devices")


@require_safe
def receipt(request, pk):
    """The printable receipt of one custody, in both languages."""
    custody = _custody(request, pk)
    return render(request, "assets/receipt.html", {"title": _("Custody receipt"), "custody": custody})


def devices_of(user):
    """What somebody holds, newest first, as cards: asset, custody, state, where to report a problem."""
    held = _held_by(user.pk, user.institution_id) if user.institution_id else []
    return [
        {
            "asset": asset,
            "custody": asset.held,
            "state": state_of(asset),
            "acceptance": acceptance_of(asset.held),
            "can_answer": can_answer(user, asset.held),
            "new_ticket_url": new_ticket_url(asset),
        }
        for asset in held
    ]


@prepared
def _held_by(person, institution):
    held = Custody.objects.current().filter(person=person).values("asset")
    return Asset.objects.filter(pk__in=held, institution=institution).for_list().order_by("-pk")


@require_safe
def my_devices(request):
    devices = devices_of(request.user)
    context = {"title": _("My devices"), "devices": devices, "open": sum(d["can_answer"] for d in devices)}
    return render(request, "assets/my_devices.html", context)
