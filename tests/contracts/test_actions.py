"""The acts on a contract: who may, what is refused, what follows."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from contracts import actions, clock, reminders
from contracts.choices import ContractState
from contracts.models import Contract, Coverage, Suspension, Term
from office.models import Event, OutboxRow, WorkingCalendar
from tests import factories
from ui.forms import Conflict


@pytest.fixture
def values(section, owner, deputy):
    vendor = factories.make_vendor(name="Hikma Systems")
    return {"number": "M-7", "title": "Printers", "vendor": vendor, "unit": section, "owner": owner, "deputy": deputy}


def draft(owner, values, **rest):
    return actions.create_contract(by=owner, values=values, start=date(2026, 1, 1), end=date(2026, 12, 31), **rest)


def approved(contract, writer):
    """Sent by its writer, approved by the head of its unit."""
    actions.submit_contract(contract, by=writer)
    return actions.approve_contract(contract, by=contract.unit.head)


def verbs(contract):
    return list(Event.objects.about(contract).order_by("pk").values_list("verb", flat=True))


def test_a_new_contract_is_a_draft_with_its_first_term(owner, values):
    contract = draft(owner, values, value=Decimal("1200.500"))

    term = contract.terms.get()
    assert (contract.state, contract.current_end, contract.decide_by) == ("draft", date(2026, 12, 31), None)
    assert (term.value, term.decide_by, term.remind_on) == (Decimal("1200.500"), date(2026, 12, 1), None)


def test_without_a_number_it_takes_the_next_of_the_year(owner, values):
    first = draft(owner, values | {"number": ""})
    second = draft(owner, values | {"number": ""})

    assert [first.number[-5:], second.number[-5:]] == ["00001", "00002"]


def test_a_number_is_taken_once(owner, values):
    draft(owner, values)

    with pytest.raises(ValidationError) as refusal:
        draft(owner, values)

    assert "number" in refusal.value.error_dict


def test_who_manages_another_unit_may_not_enter_or_change_it(ministry, contract, values):
    stranger = factories.make_user(unit=factories.make_unit(ministry), is_manager=True)

    with pytest.raises(PermissionDenied):
        draft(stranger, values)
    with pytest.raises(PermissionDenied):
        actions.change_contract(contract, by=stranger, values={"title": "Mine"})


def test_activating_arms_the_reminders(owner, values):
    contract = approved(draft(owner, values), owner)

    actions.activate_contract(contract, by=owner)

    contract.refresh_from_db()
    assert (contract.state, contract.decide_by) == ("active", date(2026, 12, 1))
    assert contract.terms.get().remind_on == reminders.AT_THE_NEXT_RUN


def test_the_second_of_two_people_is_told(contract, owner):
    actions.change_contract(contract, by=owner, values={"title": "One"}, version=1)

    with pytest.raises(Conflict):
        actions.change_contract(contract, by=owner, values={"title": "Two"}, version=1)


def test_a_change_is_written_down_as_codes(contract, owner):
    actions.change_contract(
        contract, by=owner, values={"notice_value": 90}, amendment=factories.make_amendment(contract)
    )

    event = Event.objects.about(contract).latest("pk")
    assert (event.verb, event.changes) == ("changed", {"notice_value": [None, 90], "amendment": [1, 1]})
    assert contract.terms.get().notice_deadline == date(2026, 10, 1)  # 2 Oct is a Friday


def test_renewing_adds_the_next_term_and_keeps_what_was_covered(contract, owner):
    asset = factories.make_asset(contract.institution)
    factories.cover(contract, asset)

    actions.record_decision(
        contract, by=owner, decision="renew", reason="Good.", new_end=date(2027, 12, 31), new_value=Decimal(900)
    )

    new = contract.terms.get(sequence=2)
    assert (new.start, new.end, new.origin, new.value) == (
        date(2027, 1, 1),
        date(2027, 12, 31),
        "renewal",
        Decimal(900),
    )
    assert list(new.coverages.values_list("asset", "from_date", "to_date")) == [(asset.pk, new.start, new.end)]
    contract.refresh_from_db()
    assert contract.decide_by == new.decide_by == date(2027, 12, 1)


def test_the_same_decision_is_not_taken_twice(contract, owner):
    actions.record_decision(contract, by=owner, decision="expire", reason="Not needed.")

    with pytest.raises(ValidationError) as refusal:
        actions.record_decision(contract, by=owner, decision="renew", reason="After all.")

    assert refusal.value.code == "nothing"


def test_whoever_is_reminded_may_decide(contract, section):
    actions.record_decision(contract, by=section.head, decision="retender", reason="Too dear.")

    assert verbs(contract) == ["decided"]


def test_a_technician_may_not_decide(contract, basil):
    with pytest.raises(PermissionDenied):
        actions.record_decision(contract, by=basil, decision="expire", reason="Why not.")


def test_no_more_renewals_than_the_contract_allows(contract, owner):
    actions.change_contract(
        contract, by=owner, values={"max_renewals": 0}, amendment=factories.make_amendment(contract)
    )

    with pytest.raises(ValidationError) as refusal:
        actions.add_term(contract, by=owner, end=date(2027, 12, 31))

    assert refusal.value.code == "too_often"


@pytest.fixture
def self_renewing(contract, owner):
    terms = {"renewal": "auto", "renewal_months": 12, "notice_value": 90}
    actions.change_contract(contract, by=owner, values=terms, amendment=factories.make_amendment(contract))
    Term.objects.update(value=Decimal(500))
    return Contract.objects.get(pk=contract.pk)


def test_a_contract_renews_itself_on_the_day_after_the_notice_deadline(self_renewing):
    clock.tend(date(2026, 10, 1))
    before = self_renewing.terms.count()

    clock.tend(date(2026, 10, 2))

    assert before == 1
    term = self_renewing.terms.get(sequence=2)
    assert (term.origin, term.start, term.end, term.value) == ("auto", date(2027, 1, 1), date(2027, 12, 31), 500)
    assert OutboxRow.objects.filter(topic="contracts.renewed").count() == 2


def test_renewing_itself_twice_in_a_day_happens_once(self_renewing):
    clock.tend(date(2026, 10, 2))
    clock.tend(date(2026, 10, 2))

    assert self_renewing.terms.count() == 2


@pytest.mark.parametrize("decision", ["terminate", "expire", "retender"])
def test_a_non_renewal_stops_the_renewal(self_renewing, owner, decision):
    actions.record_decision(self_renewing, by=owner, decision=decision, reason="Enough.")

    clock.tend(date(2026, 11, 1))

    assert self_renewing.terms.count() == 1


@time_machine.travel("2026-09-01T09:00:00Z")
def test_renegotiating_stops_it_only_with_notice_given(self_renewing, owner):
    actions.record_decision(
        self_renewing, by=owner, decision="renegotiate", reason="Dear.", notice_sent_on=date(2026, 8, 30)
    )

    clock.tend(date(2026, 11, 1))

    assert self_renewing.terms.count() == 1


def test_renewals_missed_in_an_outage_are_made_up_for_and_counted(self_renewing):
    Contract.objects.update(max_renewals=2)

    clock.tend(date(2035, 1, 1))

    assert [str(term.end) for term in self_renewing.terms.all()] == ["2026-12-31", "2027-12-31", "2028-12-31"]
    assert Contract.objects.get(pk=self_renewing.pk).state == "expired"


def test_an_ended_contract_expires_and_still_asks_for_its_decision(contract):
    clock.tend(date(2027, 1, 1))

    contract.refresh_from_db()
    assert (contract.state, contract.decide_by) == ("expired", date(2026, 12, 1))
    assert verbs(contract) == ["expired"]


def test_an_expired_contract_renewed_late_is_active_again(contract, owner):
    with time_machine.travel("2027-01-05T09:00:00Z"):
        clock.tend(date(2027, 1, 5))

        actions.record_decision(contract, by=owner, decision="renew", reason="Late.", new_end=date(2027, 12, 31))

    assert Contract.objects.get(pk=contract.pk).state == "active"


def test_a_successor_in_force_ends_the_questions_about_the_one_before(contract, owner, values):
    clock.tend(date(2027, 1, 5))
    successor = draft(owner, values | {"predecessor": contract})

    actions.activate_contract(approved(successor, owner), by=owner)

    contract.refresh_from_db()
    assert (contract.state, contract.decide_by) == ("renewed", None)


def test_a_terminated_contract_is_reminded_no_more(contract, owner):
    reminders.climb(date(2026, 6, 4))

    actions.terminate_contract(contract, by=owner, on=date(2026, 7, 1), reason="Breach.")

    contract.refresh_from_db()
    assert (contract.state, contract.ended_on, contract.decide_by) == ("terminated", date(2026, 7, 1), None)
    assert reminders.climb(date(2026, 12, 1)) == 0


def test_suspending_and_resuming_leave_their_days(contract, owner):
    actions.suspend_contract(contract, by=owner, reason="Strike.", on=date(2026, 3, 1))
    actions.resume_contract(contract, by=owner, on=date(2026, 3, 8))

    assert list(Suspension.objects.values_list("from_date", "until")) == [(date(2026, 3, 1), date(2026, 3, 8))]
    assert verbs(contract) == ["suspended", "resumed"]


@pytest.mark.parametrize("state", [ContractState.TERMINATED, ContractState.CANCELLED, ContractState.RENEWED])
def test_what_is_over_is_not_changed(contract, owner, state):
    Contract.objects.update(state=state)

    with pytest.raises(ValidationError) as refusal:
        actions.change_contract(contract, by=owner, values={"title": "Again"})

    assert refusal.value.code == "closed"


def test_a_longer_term_takes_its_coverage_along(contract, owner):
    factories.cover(contract, factories.make_asset(contract.institution))

    actions.change_term(
        contract.terms.get(),
        by=owner,
        start=date(2026, 1, 1),
        end=date(2027, 1, 31),
        value=None,
        amendment=factories.make_amendment(contract),
    )

    assert Coverage.objects.get().to_date == date(2027, 1, 31)
    assert Contract.objects.get().decide_by == date(2026, 12, 31)  # 1 Jan is a Friday


def test_terms_do_not_overlap(contract, owner):
    actions.add_term(contract, by=owner, end=date(2027, 12, 31))

    with pytest.raises(ValidationError) as refusal:
        actions.change_term(
            contract.terms.get(sequence=1),
            by=owner,
            start=date(2026, 1, 1),
            end=date(2027, 3, 1),
            value=None,
            amendment=factories.make_amendment(contract),
        )

    assert "start" in refusal.value.error_dict


def test_covering_twice_is_refused_and_a_second_list_adds_what_is_new(contract, owner):
    one, two = (factories.make_asset(contract.institution) for _ in range(2))
    known = {"by": owner, "level": contract.levels.get(), "amendment": factories.make_amendment(contract)}
    actions.add_coverage(contract, things=[one], **known)

    rows = actions.add_coverage(contract, things=[one, two], **known)

    assert [row.asset for row in rows] == [two]
    with pytest.raises(ValidationError) as refusal:
        actions.add_coverage(contract, things=[one], **known)
    assert refusal.value.code == "covered"


def test_a_foreign_asset_is_not_covered(contract, owner):
    with pytest.raises(ValidationError) as refusal:
        actions.add_coverage(
            contract,
            by=owner,
            things=[factories.make_asset()],
            level=contract.levels.get(),
            amendment=factories.make_amendment(contract),
        )

    assert refusal.value.code == "foreign"


def test_coverage_is_ended_by_its_date(contract, owner):
    factories.cover(contract, factories.make_asset(contract.institution))

    actions.end_coverage(
        Coverage.objects.get(), by=owner, last_day=date(2026, 6, 30), amendment=factories.make_amendment(contract)
    )

    assert Coverage.objects.get().to_date == date(2026, 6, 30)


def test_a_changed_calendar_moves_the_dates_at_the_next_round(contract):
    calendar = WorkingCalendar.objects.get(is_default=True)
    clock.tend(date(2026, 1, 1))
    calendar.overrides.create(date=date(2026, 12, 1), reason="Holiday")
    WorkingCalendar.objects.update(version=2)

    clock.tend(date(2026, 1, 2))

    assert Contract.objects.get().decide_by == date(2026, 11, 30)


def test_somebody_who_leaves_hands_the_contracts_over(contract, owner, deputy, manager, administrator):
    actions.hand_over_contracts(owner, deputy, administrator)

    contract.refresh_from_db()
    assert (contract.owner, contract.deputy) == (deputy, None)
    assert not Contract.objects.run_by(owner).exists()


def test_dates_of_many_contracts_take_the_same_queries_as_of_one(ministry, manager, django_assert_num_queries):
    contracts = [factories.make_contract(ministry, owner=manager) for _ in range(6)]
    actions.refresh_dates_bulk(contracts[:1])

    with django_assert_num_queries(8):
        assert actions.refresh_dates_bulk(contracts[1:2]) == 1
    with django_assert_num_queries(8):
        assert actions.refresh_dates_bulk(contracts[2:]) == 4
