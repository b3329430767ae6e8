"""Securities of one contract: what is held until when, lodged, extended and settled."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contracts import actions, forms, looks, permissions
from contracts.choices import SecurityState
from contracts.models import Security
from contracts.views.promises import AccountPage, may_account
from contracts.views.register import crumb, get_contract, register_crumbs
from office.calendars import today
from office.once import once


@require_safe
def securities_page(request, pk):
    """All securities; amounts for those who may see amounts, else for those who answer for the contract no figure."""
    contract = get_contract(request, pk)
    user, amounts = request.user, permissions.sees_amounts(request.user)
    if not (amounts or permissions.answers_for(user, contract)):
        raise Http404
    day = today()
    context = {
        "title": _("Securities"),
        "breadcrumbs": [*register_crumbs(user), crumb(contract)],
        "object": contract,
        "lines": [
            {
                "row": row,
                "look": looks.security_of(row),
                "is_held": row.state == SecurityState.HELD,
                "is_over": row.state == SecurityState.HELD and row.valid_until < day,
            }
            for row in contract.securities.all()
        ],
        "may": {"account": may_account(user, contract), "amounts": amounts},
    }
    return render(request, "contracts/securities.html", context)


class SecurityPage(AccountPage):
    back = "contract_securities"


class Lodge(SecurityPage):
    form_class, title = forms.SecurityForm, _("New security")
    success_message = _("The security is written down; its end is reminded of.")

    def get_form_arguments(self):
        return {"currency": self.object.currency}

    def act(self, form):
        given = {name: form.cleaned_data[name] for name in ("kind", "amount", "bank", "number", "valid_until")}

        def lodge():
            return actions.lodge_security(self.object, by=self.request.user, **given)

        once(form.form_key, user=self.request.user, kind="contract_security", act=lodge)
        return self.object


class OfSecurity(SecurityPage):
    def get_object(self):
        contract = super().get_object()
        rows = Security.objects.filter(contract=contract).select_related("contract")
        self.row = get_object_or_404(rows, pk=self.kwargs["row"])
        return contract

    def get_context(self, **context):
        return context | {"lead": self.row}


class Extend(OfSecurity):
    form_class, title = forms.ExtendForm, _("Extend the security")

    def act(self, form):
        return actions.extend_security(self.row, by=self.request.user, valid_until=form.cleaned_data["valid_until"])


class Settle(OfSecurity):
    form_class, title = forms.SettleForm, _("Settle the security")

    def act(self, form):
        given = {name: form.cleaned_data[name] for name in ("state", "reason")}
        return actions.settle_security(self.row, by=self.request.user, **given)
