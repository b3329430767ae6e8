"""The acts on a renewal case, in the order of its road."""

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from assets.choices import GONE
from assets.models import Asset
from contracts import actions, continuity, forms, permissions, succession
from contracts.actions.cases import OFFER_FIELDS
from contracts.choices import CriterionKind, Decision
from contracts.models import Contract, Criterion, Offer
from contracts.views.register import get_contract
from contracts.views.renewals import case_crumbs, get_case
from office.calendars import today
from office.once import once
from people.views.shared import button
from ui.pages import FormPage, admit


@require_POST
def open_case(request, pk):
    """Open the case of the latest term, or go to the one that is open."""
    contract = get_contract(request, pk)
    admit(True, contract.is_open and permissions.can_edit(request.user, contract))
    made = {}

    def act(thing, by):
        made["case"] = actions.open_case(thing, by=by)

    answer = button(request, contract, act, _("The renewal case is open."))
    if "case" in made:
        answer["Location"] = made["case"].get_absolute_url()
    return answer


class CasePage(FormPage):
    """Base of the pages that act on one case; refused to who sees it and may not do `step`, or not now."""

    template_name = "contracts/act_form.html"
    step = ""

    def may(self, case):
        return permissions.may_step(self.request.user, case, self.step)

    def get_object(self):
        case = get_case(self.request, self.kwargs["pk"])
        admit(True, self.may(case))
        return case

    def get_form_arguments(self):
        return {}

    def get_breadcrumbs(self):
        return case_crumbs(self.request.user, self.object)

    def get_success_url(self, outcome):
        return self.object.get_absolute_url()

    def once(self, form, kind, act):
        """Run it once for this form, whoever sends it twice."""
        once(form.form_key, user=self.request.user, kind=f"case_{kind}", act=act)
        return self.object


class AddCriterion(CasePage):
    step, form_class, title = "criteria", forms.CriterionForm, _("New criterion")

    def act(self, form):
        def save():
            return actions.save_criterion(self.object, by=self.request.user, values=form.get_values())

        return self.once(form, "criterion", save)


class EditCriterion(CasePage):
    step, form_class, title = "criteria", forms.CriterionForm, _("Change the criterion")

    def get_object(self):
        case = super().get_object()
        self.row = get_object_or_404(Criterion, pk=self.kwargs["row"], case=case)
        return case

    def get_form_arguments(self):
        return {"initial": {name: getattr(self.row, name) for name in ("kind", "name_ar", "name_en", "weight")}}

    def act(self, form):
        values = form.get_values()
        return actions.save_criterion(self.object, by=self.request.user, values=values, criterion=self.row)


@require_POST
def remove_criterion(request, pk, row):
    case = _admitted(request, pk, "criteria")
    thing = get_object_or_404(Criterion.objects.select_related("case"), pk=row, case=case)
    return button(request, thing, actions.remove_criterion, _("The criterion is removed."), case.get_absolute_url())


@require_POST
def freeze_criteria(request, pk):
    sentence = _("The criteria are frozen. Offers can be entered now.")
    return button(request, _admitted(request, pk, "freeze"), actions.freeze_criteria, sentence)


def _admitted(request, pk, step):
    """The case, for who has the right; whether it is the time for it says the action."""
    case = get_case(request, pk)
    admit(True, permissions.may_ever_step(request.user, case, step))
    return case


class AddMember(CasePage):
    step, form_class, title = "members", forms.MemberForm, _("New member of the committee")
    lead = _("Members mark the technical offers, each alone, and vote on the recommendation.")

    def get_form_arguments(self):
        return {"by": self.request.user}

    def act(self, form):
        def add():
            given = {"user": form.cleaned_data["person"], "is_chair": form.cleaned_data["is_chair"]}
            return actions.add_member(self.object, by=self.request.user, **given)

        return self.once(form, "member", add)


@require_POST
def remove_member(request, pk, row):
    case = _admitted(request, pk, "members")
    thing = get_object_or_404(case.members.select_related("case"), pk=row)
    return button(request, thing, actions.remove_member, _("The seat is taken away."), case.get_absolute_url())


class EnterOffer(CasePage):
    step, form_class, title = "offers", forms.OfferForm, _("Enter an offer")
    template_name = "contracts/contract_form.html"
    success_message = _("The offer is entered; its price is sealed.")

    def get_form_arguments(self):
        return {"currency": self.object.contract.currency, "initial": {"received_on": today()}}

    def act(self, form):
        def enter():
            return actions.enter_offer(self.object, by=self.request.user, **form.get_act())

        return self.once(form, "offer", enter)


class OfOffer(CasePage):
    step = "offers"

    def get_object(self):
        case = super().get_object()
        rows = Offer.objects.select_related("vendor", "case").defer("price_per_year")
        self.offer = get_object_or_404(rows, pk=self.kwargs["row"], case=case)
        return case

    def get_context(self, **context):
        return context | {"lead": self.offer.vendor.name}


class EditOffer(OfOffer):
    form_class, title = forms.OfferForm, _("Correct the offer")
    template_name = "contracts/contract_form.html"

    def get_form_arguments(self):
        initial = {name: getattr(self.offer, name) for name in OFFER_FIELDS}
        return {"currency": self.object.contract.currency, "initial": initial, "sealed": True}

    def act(self, form):
        return actions.change_offer(self.offer, by=self.request.user, **form.get_act())


class SetOfferAside(OfOffer):
    form_class, title, submit_label = forms.ReasonForm, _("Set the offer aside"), _("Set it aside")

    def act(self, form):
        return actions.set_offer_aside(self.offer, by=self.request.user, reason=form.cleaned_data["reason"])


class GiveMarks(CasePage):
    """The points of one member for all offers in the study; kept until the member locks them."""

    step, form_class, title = "mark", forms.MarksForm, _("My marks")
    template_name = "contracts/marks.html"
    success_message = _("Your marks are kept. Lock them when they are complete.")

    def may(self, case):
        seat = permissions.seat_of(self.request.user, case)
        return super().may(case) and seat.locked_at is None

    def get_form_arguments(self):
        seat = permissions.seat_of(self.request.user, self.object)
        given = {(mark.offer_id, mark.criterion_id): mark.points for mark in seat.marks.all()}
        offers = self.object.offers.filter(excluded_reason="").select_related("vendor").defer("price_per_year")
        criteria = [one for one in self.object.criteria.all() if one.kind == CriterionKind.TECHNICAL]
        return {"offers": list(offers), "criteria": criteria, "given": given}

    def act(self, form):
        return actions.give_marks(self.object, by=self.request.user, points=form.get_points())


@require_POST
def lock_marks(request, pk):
    sentence = _("Your marks are locked.")
    return button(request, _admitted(request, pk, "mark"), actions.lock_marks, sentence)


@require_POST
def open_prices(request, pk):
    sentence = _("The financial offers are open.")
    return button(request, _admitted(request, pk, "open_prices"), actions.open_prices, sentence)


class Recommend(CasePage):
    step, form_class, title = "recommend", forms.RecommendForm, _("Recommendation of the committee")

    def get_form_arguments(self):
        case = self.object
        offers = case.offers.filter(excluded_reason="").select_related("vendor").defer("price_per_year")
        initial = {
            "offer": case.recommended_offer_id,
            "reason": case.recommendation_reason,
            "minutes": case.minutes,
        }
        return {"offers": offers, "initial": initial}

    def act(self, form):
        return actions.recommend(self.object, by=self.request.user, **form.get_act())


class CastVote(CasePage):
    step, form_class, title = "vote", forms.VoteForm, _("Vote on the recommendation")
    success_message = _("You have voted.")

    def get_context(self, **context):
        offer = self.object.recommended_offer
        return context | {"lead": gettext("Recommended: %(vendor)s") % {"vendor": offer.vendor.name} if offer else ""}

    def act(self, form):
        given = {name: form.cleaned_data[name] for name in ("vote", "remark")}
        return actions.cast_vote(self.object, by=self.request.user, **given)


class Award(CasePage):
    step, form_class, title = "award", forms.AwardForm, _("Award")

    def get_form_arguments(self):
        case = self.object
        offer = case.recommended_offer
        same = offer is not None and offer.vendor_id == case.contract.vendor_id
        decides = succession.waits_for_decision(case)
        return {"decides": decides, "initial": {"decision": Decision.RENEW if same else Decision.RETENDER}}

    def get_context(self, **context):
        offer = self.object.recommended_offer
        return context | {"lead": gettext("Recommended: %(vendor)s") % {"vendor": offer.vendor.name} if offer else ""}

    def act(self, form):
        return actions.award_case(self.object, by=self.request.user, decision=form.cleaned_data.get("decision", ""))


class CloseCase(CasePage):
    step, form_class, title = "close", forms.ReasonForm, _("Close the case without an award")
    submit_label = _("Close the case")

    def act(self, form):
        return actions.close_case(self.object, by=self.request.user, reason=form.cleaned_data["reason"])


class MakeSuccessor(CasePage):
    """The draft of the successor with its checklist; nothing is made before it is sent."""

    step, form_class, title = "succeed", forms.SuccessorForm, _("Draft of the successor")
    template_name = "contracts/successor.html"
    success_message = _("The draft is made. Look it through, then send it for approval.")

    def may(self, case):
        mine = permissions.can_create(self.request.user, case.contract.unit)
        return super().may(case) and case.successor_id is None and mine

    def get_object(self):
        case = super().get_object()
        self.proposal = succession.proposal_for(case)
        return case

    def get_form_arguments(self):
        proposal, old = self.proposal, self.object.contract
        return {
            "currency": old.currency,
            "lines": [(str(line.pk), _words_of(line)) for line in proposal.lines],
            "gone": [(str(line.pk), _words_of(line)) for line in proposal.drops],
            "additions": [(str(asset.pk), str(asset)) for asset in proposal.additions],
            "initial": {
                "title": old.title,
                "start": proposal.start,
                "end": proposal.end,
                "value": proposal.value,
            },
        }

    def get_context(self, **context):
        old = self.object.contract
        return context | {
            "old": old,
            "old_end": continuity.last_day(old),
            "offer": self.object.awarded_offer,
            "proposal": self.proposal,
            "beyond": max(self.proposal.count - len(self.proposal.lines), 0),
            "several_levels": old.levels.count() > 1,
        }

    def act(self, form):
        def make():
            return actions.make_successor(
                self.object, by=self.request.user, values=form.get_values(), **self._checklist(form)
            )

        pk, _made = once(form.form_key, user=self.request.user, kind="contract", act=make)
        return Contract.objects.get(pk=pk)

    def _checklist(self, form):
        """What is left out, and what is taken in; only what the page listed can be ticked."""
        shown = {line.pk for line in self.proposal.lines}
        term = self.object.contract.terms.order_by("sequence").last()
        gone = set(succession.lasting(term).filter(Q(asset__state__in=GONE)).values_list("pk", flat=True))
        kept = form.chosen("carry") | form.chosen("carry_gone")
        return {
            "leave_out": (shown | gone) - kept,
            "take_in": list(Asset.objects.filter(pk__in=form.chosen("take_in"))),
        }

    def get_success_url(self, outcome):
        return outcome.get_absolute_url()


def _words_of(line):
    state = f" · {line.asset.get_state_display()}" if line.asset_id and line.asset.is_gone else ""
    return f"{line.thing} · {line.level}{state}"
