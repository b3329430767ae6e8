"""The questions we ask of many contracts, as words."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from contracts.choices import BEFORE_FORCE, RUNNING, CallState


class ContractQuerySet(QuerySet):
    def visible_to(self, user):
        """The desk sees those of its institution (amounts are another right), others those they answer for.

        Whoever is named as owner or deputy, and the heads of the responsible unit and of those above it, answer for a
        contract whatever their roles: reminders climb to them. Every other employee sees none.
        """
        if not user.institution_id or not user.is_active:
            return self.none()
        mine = self.filter(institution=user.institution_id)
        if user.works_at_desk:
            return mine
        answers = Q(owner=user) | Q(deputy=user)
        return mine.filter(answers | Q(unit__in=user.headed_units) if user.headed_units else answers)

    def running(self):
        return self.filter(state__in=RUNNING)

    def to_decide(self, until=None):
        """Those that wait for a decision; with the local date `until` those whose decide-by is on or before it."""
        waiting = self.filter(decide_by__isnull=False)
        return waiting.filter(decide_by__lte=until) if until else waiting

    def run_by(self, user):
        """Those somebody owns or stands in for, as long as they are not over."""
        return self.filter(
            Q(owner=user) | Q(deputy=user), Q(state__in=[*RUNNING, *BEFORE_FORCE]) | Q(decide_by__isnull=False)
        )

    def with_value(self):
        """Adds `value`: of the latest term."""
        terms = self.model.terms.rel.related_model.objects.filter(contract=OuterRef("pk"))
        return self.annotate(value=Subquery(terms.order_by("-sequence").values("value")[:1]))

    def for_list(self):
        return self.select_related("vendor", "owner", "unit").defer("search_text", "notes")

    def for_page(self):
        return self.select_related("vendor", "owner", "deputy", "unit", "predecessor").defer("search_text")


class TermQuerySet(QuerySet):
    def current_on(self, day):
        """The terms that include the local date `day`; both ends inclusive."""
        return self.filter(start__lte=day, end__gte=day)

    def undecided(self):
        return self.filter(decision=None)

    def due_for_reminding(self, day):
        """Terms that wait for a decision and of which something may be due on the local date `day`."""
        return self.filter(remind_on__lte=day)


class CallQuerySet(QuerySet):
    def visible_to(self, user):
        """The desk sees the calls of its institution (what they cost is another right); others none.

        A call about what only one team may see is seen by its members and by auditors.
        """
        if not user.is_active or not user.institution_id or not user.works_at_desk:
            return self.none()
        mine = self.filter(institution=user.institution_id)
        if user.is_auditor:
            return mine
        return mine.filter(Q(restricted_to=None) | Q(restricted_to__in=user.teams.values("pk")))

    def of_contract(self, contract):
        return self.filter(term__contract=contract)

    def open(self):
        return self.filter(state=CallState.OPEN)

    def to_count(self):
        """Those that were meant: what was called off counts for nothing."""
        return self.exclude(state=CallState.CANCELLED)

    def late(self):
        """With at least one promise broken."""
        return self.filter(
            Q(response_breached_at__isnull=False)
            | Q(on_site_breached_at__isnull=False)
            | Q(restore_breached_at__isnull=False)
        )

    def breaking_before(self, instant):
        """With a promise that breaks at or before `instant` and was not looked at since."""
        return self.filter(clock_due__lte=instant)

    def for_list(self):
        texts = ("vendor__search_text", "vendor__notes", "asset__search_text", "asset__notes", "text")
        contract = ("term__contract__search_text", "term__contract__notes", "term__contract__end_reason")
        related = ("vendor", "term__contract", "level", "asset__category", "asset__model__manufacturer", "opened_by")
        return self.select_related(*related).defer(*texts, *contract)
