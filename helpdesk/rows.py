"""A ticket as a line of a list: plain values with the names of what they point at; no related row is fetched."""

from collections import namedtuple
from functools import lru_cache

from django.db.models.query import ValuesListIterable
from django.urls import get_script_prefix, reverse

from helpdesk.choices import Priority, Status

# Name in the row, path in the database.
COLUMNS = {
    "pk": "pk",
    "number": "number",
    "subject": "subject",
    "status": "status",
    "waiting_for": "waiting_for",
    "merged_into_id": "merged_into_id",
    "waiting_since": "waiting_since",
    "priority": "priority",
    "queue_id": "queue_id",
    "requester_id": "requester_id",
    "requester_name": "requester__name",
    "unit_name": "unit__name",
    "assignee_id": "assignee_id",
    "assignee_name": "assignee__name",
    "asset_id": "asset_id",
    "asset_tag": "asset__tag",
    "asset_name": "asset__name",
    "model_name": "asset__model__name",
    "maker_name": "asset__model__manufacturer__name",
    "kind_ar": "asset__category__name_ar",
    "kind_en": "asset__category__name_en",
    "next_due": "next_due",
    "response_due": "response_due",
    "next_response_due": "next_response_due",
    "resolution_due": "resolution_due",
    "responded_at": "responded_at",
    "close_due": "close_due",
    "created_at": "created_at",
    "last_word_at": "last_word_at",
    "last_word_by_id": "last_word_by_id",
    "last_word_name": "last_word_by__name",
}


class TicketRow(namedtuple("TicketRow", COLUMNS)):
    """What `for_list` yields; it has the attributes that lists, cards and promises read of a ticket."""

    __slots__ = ()

    def get_absolute_url(self):
        return f"{_prefix(get_script_prefix())}{self.pk}/"

    def get_priority_display(self):
        return str(Priority(self.priority).label)

    def get_status_display(self):
        return str(Status(self.status).label)


class TicketRows(ValuesListIterable):
    def __iter__(self):
        return map(TicketRow._make, super().__iter__())


@lru_cache
def _prefix(script_prefix):
    return reverse("ticket", args=[0]).removesuffix("0/")
