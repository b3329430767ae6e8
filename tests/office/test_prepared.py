"""Prepared queries give what the queryset gives, for every key, and write their SQL once."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F

from office.events import record_event
from office.models import Event
from office.prepared import prepared
from people.models import Unit, User
from tests import factories


@prepared
def people_of(institution, *, active):
    people = User.objects.filter(institution=institution).select_related("institution").order_by("username")
    return people.active() if active else people


@prepared
def names_of(institution):
    people = User.objects.filter(institution=institution).annotate(where=F("institution__name")).order_by("username")
    return people.values_list("username", "where", "date_joined", "is_active", "preferences", named=True)


@prepared
def person_called(username: str):
    return User.objects.filter(username=username).values_list("pk", flat=True)


@prepared
def since(institution, at: datetime):
    return User.objects.filter(institution=institution, date_joined__gte=at).order_by("pk").values_list("pk", flat=True)


@prepared
def any_of(institution, *people):
    return User.objects.filter(institution=institution, pk__in=people).order_by("pk").values_list("pk", flat=True)


@prepared
def events_about(thing):
    return Event.objects.filter(object_id=thing)


@pytest.fixture
def two(db):
    """Two institutions with people of their own."""
    places = [factories.make_institution(), factories.make_institution()]
    for place in places:
        factories.make_user(place)
        factories.make_user(place, is_active=False)
    return places


def test_rows_are_what_the_queryset_gives_for_each_key(two):
    for place in two:
        assert people_of(place.pk, active=True) == list(User.objects.filter(institution=place, is_active=True))
        assert [person.institution for person in people_of(place.pk, active=False)] == [place, place]


def test_columns_of_every_width_take_a_key(two):
    record_event(two[0], "opened")
    record_event(two[1], "closed")

    assert [[event.verb for event in events_about(place.pk)] for place in two] == [["opened"], ["closed"]]


def test_texts_and_instants_take_the_place_of_keys(two):
    first, second = User.objects.filter(institution=two[0]).order_by("pk")
    User.objects.filter(pk=first.pk).update(date_joined=second.date_joined - timedelta(days=1))

    assert [person_called(person.username) for person in (first, second)] == [[first.pk], [second.pk]]
    assert since(two[0].pk, second.date_joined) == [second.pk]
    assert since(two[0].pk, second.date_joined - timedelta(days=2)) == [first.pk, second.pk]


def test_several_keys_of_one_kind_may_be_given_and_one_of_them_twice(two):
    people = [person.pk for person in User.objects.filter(institution=two[0]).order_by("pk")]

    assert any_of(two[0].pk, *people) == people
    assert any_of(two[0].pk, people[1], people[1]) == [people[1]]
    assert any_of(two[1].pk, *people) == []


def test_what_is_joined_costs_no_further_statement(two, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [str(person.institution) for person in people_of(two[0].pk, active=True)] == [two[0].name]


def test_values_are_converted_as_ever(two):
    names_of(two[1].pk)

    row = names_of(two[0].pk)[0]

    person = User.objects.get(username=row.username)
    assert row == (person.username, two[0].name, person.date_joined, True, {})


def test_the_sql_is_written_once(two, monkeypatch):
    people_of(two[0].pk, active=True)
    monkeypatch.setattr(User.objects, "filter", None)

    assert people_of(two[1].pk, active=True)


def test_a_key_that_the_query_does_not_use_is_refused(db):
    with pytest.raises(TypeError):
        prepared(lambda one, other: Unit.objects.filter(pk=one))(1, 2)


def test_a_missing_key_is_refused(two):
    with pytest.raises(TypeError):
        people_of(active=True)


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_through_its_own_connection():
    place = factories.make_institution()
    factories.make_user(place)
    people_of(place.pk, active=True)
    found = []

    def ask():
        found.extend(people_of(place.pk, active=True))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert len(found) == 1
