"""A renewal case up to the opening of the financial offers: criteria, committee, offers, marks."""

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import cases, permissions
from contracts.actions.common import locked_for_edit, refusal
from contracts.case_states import STEPS
from contracts.choices import BEFORE_FORCE, CriterionKind
from contracts.models import CommitteeMember, Criterion, Mark, Offer, RenewalCase, Term
from contracts.notices import SEAT, owe_to_committee
from office import calendars, files
from office.events import changes_between, record_event, snapshot

CRITERION_FIELDS = ("kind", "name_ar", "name_en", "weight")
OFFER_FIELDS = (
    "vendor",
    "received_on",
    "valid_until",
    "level",
    "response_minutes",
    "restore_minutes",
    "visits_per_year",
    "on_site",
    "parts_included",
    "exclusions",
)
HUNDRED = 100


def locked_case(case, by, step):
    """The case as it stands now, held, if `by` may do `step` of `case_states.STEPS` with it."""
    rows = RenewalCase.objects.select_for_update(of=("self",)).select_related("term__contract__unit")
    case = rows.get(pk=case.pk)
    if not permissions.may_ever_step(by, case, step):
        raise PermissionDenied
    if case.state not in STEPS[step].sources:
        raise ValidationError(
            _("This renewal case is %(state)s: that is not done now."),
            code="state",
            params={"state": case.get_state_display()},
        )
    return case


def moved(case, step, *, by, verb, changes=None):
    """Save the case as `step` leaves it, and write the event."""
    before, to = case.state, STEPS[step].to
    told = dict(changes or {})
    if to:
        case.state = to
        told = {"case_state": [before, to], **told}
    case.version += 1
    case.save()
    record_event(case, verb, by=by, changes=told)
    return case


@transaction.atomic
def open_case(contract, *, by):
    """Open the case of the latest term by hand; one that is there is found. Refused before the contract is in force."""
    contract = locked_for_edit(contract, by)
    if contract.state in BEFORE_FORCE:
        raise ValidationError(_("A contract that was never in force is not renewed."), code="draft")
    rows = Term.objects.select_for_update(of=("self",)).filter(contract=contract).select_related("contract")
    term = rows.order_by("sequence").last()
    cases.open_for([term], by=by)
    return RenewalCase.objects.select_related("term__contract").get(term=term)


@transaction.atomic
def save_criterion(case, *, by, values, criterion=None):
    """Write down one more criterion, or change one, as long as the criteria are not frozen."""
    case = locked_case(case, by, "criteria")
    row = case.criteria.get(pk=criterion.pk) if criterion else Criterion(case=case)
    before = snapshot(row, CRITERION_FIELDS) if criterion else {}
    for name in CRITERION_FIELDS:
        setattr(row, name, values[name])
    if not row.name_ar and not row.name_en:
        raise refusal("name_ar", _("Give it a name in one language at least."), "name")
    others = case.criteria.exclude(pk=row.pk)
    if row.kind == CriterionKind.FINANCIAL and others.filter(kind=row.kind).exists():
        raise refusal("kind", _("There is a financial criterion already; it is computed from the price."), "financial")
    row.save()
    changes = changes_between(before, snapshot(row, CRITERION_FIELDS))
    if changes:
        told = {"criterion": [row.pk if criterion else None, row.pk], **_renamed(changes)}
        moved(case, "criteria", by=by, verb="criterion_changed" if criterion else "criterion_added", changes=told)
    return row


@transaction.atomic
def remove_criterion(criterion, *, by):
    case = locked_case(criterion.case, by, "criteria")
    row = case.criteria.get(pk=criterion.pk)
    gone = {name: [value, None] for name, value in _renamed(snapshot(row, CRITERION_FIELDS)).items()}
    row.delete()
    moved(case, "criteria", by=by, verb="criterion_removed", changes=gone)


def _renamed(values):
    """The kind of a criterion is told under a name of its own: contracts have kinds, too."""
    return {"criterion_kind" if name == "kind" else name: value for name, value in values.items()}


@transaction.atomic
def freeze_criteria(case, *, by):
    """From now on the criteria do not change, and offers may be entered. Refused unless the weights make 100."""
    case = locked_case(case, by, "freeze")
    total = case.criteria.aggregate(total=Sum("weight"))["total"] or 0
    if total != HUNDRED:
        raise ValidationError(
            _("The weights make %(total)s per cent; they must make 100."),
            code="weights",
            params={"total": f"{total.normalize():f}" if total else "0"},
        )
    if not case.criteria.filter(kind=CriterionKind.TECHNICAL).exists():
        raise ValidationError(_("One criterion at least is technical."), code="technical")
    case.frozen_at = timezone.now()
    case = moved(case, "freeze", by=by, verb="criteria_frozen")
    owe_to_committee(case, case.members.select_related("user"), SEAT, by=by)
    return case


@transaction.atomic
def add_member(case, *, by, user, is_chair=False):
    """Give a colleague of the institution a seat on the committee."""
    case = locked_case(case, by, "members")
    if user.institution_id != case.institution_id or not user.is_active:
        raise refusal("person", _("Choose an active colleague of this institution."), "foreign")
    if case.members.filter(user=user).exists():
        raise refusal("person", _("This colleague sits on the committee already."), "taken")
    if is_chair and case.members.filter(is_chair=True).exists():
        raise refusal("is_chair", _("Somebody chairs the committee already."), "chair")
    member = CommitteeMember.objects.create(case=case, user=user, is_chair=is_chair)
    moved(case, "members", by=by, verb="member_added", changes={"user": [None, user.pk]})
    if case.frozen_at:
        owe_to_committee(case, [member], SEAT, by=by)
    return member


@transaction.atomic
def remove_member(member, *, by):
    """Take a seat away, with the marks that were not locked; refused once they are."""
    case = locked_case(member.case, by, "members")
    member = case.members.get(pk=member.pk)
    if member.locked_at:
        raise ValidationError(_("The marks of this member are locked: the seat stays."), code="locked")
    user, marks = member.user_id, member.marks.count()
    member.delete()
    moved(case, "members", by=by, verb="member_removed", changes={"user": [user, None], "marks": [marks, 0]})


@transaction.atomic
def enter_offer(case, *, by, values, price_per_year, document=None, price_document=None):
    """Enter what a vendor offers. The price is sealed at once; no event names it. Refused once marks are locked."""
    case = locked_case(case, by, "offers")
    _refuse_late(case)
    offer = Offer(case=case, entered_by=by, price_per_year=price_per_year)
    _fill(offer, values)
    try:
        with transaction.atomic():
            offer.save()
    except IntegrityError:
        raise refusal("vendor", _("There is an offer of this vendor already."), "taken") from None
    _attach(offer, by, document, price_document)
    changes = changes_between({}, snapshot(offer, OFFER_FIELDS))
    moved(case, "offers", by=by, verb="offer_entered", changes={"offer": [None, offer.pk], **_untold(changes)})
    return offer


@transaction.atomic
def change_offer(offer, *, by, values, price_per_year=None, document=None, price_document=None):
    """Correct an offer before any marks are locked; without a price the sealed one stays as it is."""
    case = locked_case(offer.case, by, "offers")
    _refuse_late(case)
    offer = case.offers.get(pk=offer.pk)
    before = snapshot(offer, OFFER_FIELDS)
    _fill(offer, values)
    repriced = price_per_year is not None and price_per_year != offer.price_per_year
    if price_per_year is not None:
        offer.price_per_year = price_per_year
    try:
        with transaction.atomic():
            offer.save()
    except IntegrityError:
        raise refusal("vendor", _("There is an offer of this vendor already."), "taken") from None
    _attach(offer, by, document, price_document)
    changes = _untold(changes_between(before, snapshot(offer, OFFER_FIELDS)))
    if repriced:
        changes["price_sealed"] = [None, None]  # that it was typed anew, not what
    if changes:
        moved(case, "offers", by=by, verb="offer_changed", changes={"offer": [offer.pk, offer.pk], **changes})
    return offer


@transaction.atomic
def set_offer_aside(offer, *, by, reason):
    """Leave an offer out of the study, with the reason: too late, incomplete, no security. Its price stays sealed."""
    case = locked_case(offer.case, by, "offers")
    offer = case.offers.get(pk=offer.pk)
    if offer.is_excluded:
        raise ValidationError(_("This offer was set aside already."), code="excluded")
    offer.excluded_reason = reason
    offer.save(update_fields=["excluded_reason"])
    moved(case, "offers", by=by, verb="offer_set_aside", changes={"offer": [offer.pk, offer.pk]})
    return offer


def _fill(offer, values):
    for name in OFFER_FIELDS:
        setattr(offer, name, values[name])
    if offer.received_on > calendars.today():
        raise refusal("received_on", _("This day has not come yet."), "future")
    if offer.valid_until < offer.received_on:
        raise refusal("valid_until", _("The offer would have ended before it was received."), "backwards")
    if offer.response_minutes and offer.restore_minutes and offer.restore_minutes < offer.response_minutes:
        raise refusal("restore_minutes", _("Nothing is restored before anybody has answered."), "order")


def _untold(changes):
    """Long text of vendors is not copied into the trail, only that it changed."""
    return {name: [None, None] if name == "exclusions" else pair for name, pair in changes.items()}


def _attach(offer, by, document, price_document):
    if document:
        files.attach(offer, document, by=by)
    if price_document:
        files.attach(offer, price_document, by=by, internal=True)


def _refuse_late(case):
    if case.members.filter(locked_at__isnull=False).exists():
        raise ValidationError(_("A member has locked the marks: no offer comes in or changes any more."), code="locked")


@transaction.atomic
def give_marks(case, *, by, points):
    """Keep the points, 0 to 100, that the member `by` gives: {(offer id, criterion id): Decimal, None takes one away}.

    What is no offer in the study or no technical criterion of the case is refused.
    """
    case, member = _seat(case, by)
    known = {(offer, criterion) for offer in _in_study(case) for criterion in _technical(case)}
    if set(points) - known:
        raise ValidationError(_("Mark the offers and the criteria of this case."), code="foreign")
    there = {(mark.offer_id, mark.criterion_id): mark for mark in member.marks.all()}
    fresh = []
    for key, given in points.items():
        mark = there.get(key)
        if given is None:
            if mark:
                mark.delete()
        elif mark is None:
            fresh.append(Mark(member=member, offer_id=key[0], criterion_id=key[1], points=given))
        elif mark.points != given:
            mark.points = given
            mark.save(update_fields=["points"])
    Mark.objects.bulk_create(fresh)
    return member


@transaction.atomic
def lock_marks(case, *, by):
    """The member `by` changes no mark any more; refused while one is missing."""
    case, member = _seat(case, by)
    offers, criteria = _in_study(case), _technical(case)
    if not offers:
        raise ValidationError(_("There is no offer to be marked yet."), code="offers")
    missing = len(offers) * len(criteria) - member.marks.filter(offer__in=offers, criterion__in=criteria).count()
    if missing:
        raise ValidationError(
            _("Marks are missing: %(count)d. Give every offer its points first."),
            code="missing",
            params={"count": missing},
        )
    member.locked_at = timezone.now()
    member.save(update_fields=["locked_at"])
    moved(case, "mark", by=by, verb="marks_locked")
    return member


def _seat(case, by):
    case = locked_case(case, by, "mark")
    member = case.members.get(user=by)
    if member.locked_at:
        raise ValidationError(_("Your marks are locked."), code="locked")
    return case, member


def _in_study(case):
    return list(case.offers.filter(excluded_reason="").values_list("pk", flat=True))


def _technical(case):
    return list(case.criteria.filter(kind=CriterionKind.TECHNICAL).values_list("pk", flat=True))


@transaction.atomic
def open_prices(case, *, by):
    """Open the financial offers: only when every member of a full committee has locked the technical marks."""
    case = locked_case(case, by, "open_prices")
    seats, least = case.members.count(), settings.RENEWAL_COMMITTEE_AT_LEAST
    if seats < least:
        raise ValidationError(
            _("The committee has %(seats)d members; it needs %(least)d at least."),
            code="committee",
            params={"seats": seats, "least": least},
        )
    waiting = case.members.filter(locked_at=None).select_related("user")
    if names := [member.user.name for member in waiting]:
        raise ValidationError(
            _("The marks of these members are not locked yet: %(names)s."),
            code="unlocked",
            params={"names": _(", ").join(names)},
        )
    if not _in_study(case):
        raise ValidationError(_("There is no offer to be opened."), code="offers")
    case.prices_opened_at = timezone.now()
    return moved(case, "open_prices", by=by, verb="prices_opened")
