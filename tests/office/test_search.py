"""The same words find the same rows on either database; what is asserted here is asserted on both."""

import csv
from pathlib import Path

import pytest
from django.apps.registry import Apps
from django.db import connection, models

from office.fold import words
from office.search import Hits, Manner, Query, Searchable, ensure_all, ensure_search, find, rebuild, search
from office.search.rows import along_nothing, along_rowid

with Path(__file__).with_name("arabic-search-pairs.csv").open(encoding="utf-8", newline="") as file:
    PAIRS = [(row["a"], row["b"], row["match"] == "1") for row in csv.DictReader(file)]


class Note(Searchable):
    """Stands for any row that can be found; in a registry of its own, so that the project does not know it."""

    number = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    colour = models.CharField(max_length=20, blank=True)
    search_sources = ("number", "text")

    class Meta:
        app_label = "office"
        apps = Apps()
        db_table = "test_note"

    def search_fields(self):
        return [self.number, self.text]


@pytest.fixture(scope="session")
def _note_table(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Note)
        ensure_search(connection, Note)
        yield
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE test_note")
            cursor.execute("DROP TABLE IF EXISTS test_note_fts")


@pytest.fixture
def notes(_note_table, db):
    """Write one note for each text and get their texts back by `found`."""

    def _write(*texts):
        return [Note.objects.create(text=text) for text in texts]

    return _write


def texts(rows):
    return [note.text for note in rows]


def found(text, *, prefix=False):
    return texts(search(Note.objects.all(), text, prefix=prefix))


def test_the_pairs_of_the_list_find_each_other_or_do_not(notes):
    rows = notes(*(a for a, _, _ in PAIRS))

    wrong = [
        (a, b)
        for row, (a, b, match) in zip(rows, PAIRS, strict=True)
        if search(Note.objects.filter(pk=row.pk), b).exists() is not match
    ]

    assert len(PAIRS) == 126
    assert wrong == []


def test_a_hit_holds_every_word_in_any_order(notes):
    notes("طابعة الطابق الثالث", "الطابعة لا تعمل", "شاشة لا تعمل")

    assert found("تعمل طابعه") == ["الطابعة لا تعمل"]


def test_the_newest_hit_comes_first(notes):
    notes("old printer", "screen", "new printer")

    assert found("printer") == ["new printer", "old printer"]


def test_nothing_matches_inside_a_word(notes):
    notes("reprinter", "مستطابعه", "blueprint")

    assert found("printer", prefix=True) == found("طابعة", prefix=True) == found("print", prefix=True) == []


def test_a_beginning_counts_from_three_letters_and_only_when_asked(notes):
    notes("الطابعات", "طابعة", "طب")

    assert found("طاب", prefix=True) == ["طابعة", "الطابعات"]
    assert found("طا", prefix=True) == []
    assert found("طاب") == []
    assert found("طب", prefix=True) == ["طب"]


def test_whole_words_come_before_beginnings_and_each_row_once(notes):
    notes("print", "printers", "print it", "printing printers")

    rows = find(Note.objects.all(), "print")

    assert texts(rows) == ["print it", "print", "printing printers", "printers"]


def test_beginnings_fill_up_to_the_limit(notes):
    notes("print", "printer", "printers")

    assert texts(find(Note.objects.all(), "print", limit=2)) == ["print", "printers"]
    assert texts(find(Note.objects.all(), "print", limit=1)) == ["print"]


@pytest.mark.parametrize(
    ("typed", "whole", "begun"),
    [
        ("TKT-2026-00042", True, True),
        ("tkt-٢٠٢٦-٠٠٠٤٢", True, True),
        ("00042", True, True),
        ("2026-00042", True, True),
        ("TKT-2026-0004", False, True),
        ("TKT-2026", False, True),
        ("0042", False, False),
        ("42", False, False),
        ("TKT-2025-00042", False, False),
        ("TKT-2026-000421", False, False),
    ],
)
def test_a_number_is_found_exactly_from_a_joint_on_and_by_its_beginning(notes, typed, whole, begun):
    Note.objects.create(number="MOP-TKT-2026-00042")

    assert search(Note.objects.all(), typed).exists() is whole
    assert search(Note.objects.all(), typed, prefix=True).exists() is begun


@pytest.mark.parametrize(
    ("typed", "hits"), [("10.0.18.4", 1), ("10.0.18", 0), ("0.18.4", 0), ("18", 0), ("SN-7/22B", 1)]
)
def test_addresses_and_serials_are_of_one_piece(notes, typed, hits):
    notes("ip 10.0.18.4 serial SN-7/22B")

    assert search(Note.objects.all(), typed).count() == hits


@pytest.mark.parametrize("typed", ["", "   ", "؟!", "\x00", "\ud800", '"', "'", "\\", "* - ( ) :", "NOT"])
def test_what_has_no_known_word_finds_nothing(notes, typed):
    notes("printer", "؟ ! * - ( ) :")

    assert found(typed) == found(typed, prefix=True) == find(Note.objects.all(), typed) == []


@pytest.mark.parametrize(
    "typed", ["a OR b", "a AND", "NEAR(a b)", "a & b", "a'b", 'a"b', "text:a", "a\x00b", "a:*", "^a b"]
)
def test_signs_and_operators_of_the_databases_are_just_text(notes, typed):
    notes("a b or and near text")

    assert len(found(typed)) == 1


def test_only_eight_words_of_sixty_four_letters_are_looked_for(notes):
    notes("one two three four five six seven eight " + "x" * 70)

    assert len(found("one two three four five six seven eight nine")) == 1
    assert len(found("x" * 64)) == len(found("x" * 90)) == 1
    assert len(found("x" * 63)) == 0


def test_a_word_said_twice_is_one_word():
    assert Query.parse("printer Printer PRINTER screen").groups == (("printer",), ("screen",))


def test_filters_before_and_after_narrow_the_hits(notes):
    kept, *_ = notes("printer one", "printer two", "screen one")
    Note.objects.filter(pk=kept.pk).update(colour="red")

    assert texts(search(Note.objects.filter(colour="red"), "printer")) == ["printer one"]
    assert texts(search(Note.objects.all(), "printer").filter(colour="red")) == ["printer one"]
    assert texts(search(Note.objects.all(), "printer").exclude(colour="red")) == ["printer two"]


def test_a_search_within_a_search_holds_both(notes):
    notes("printer one", "printer two", "screen one")

    assert texts(search(search(Note.objects.all(), "printer"), "one")) == ["printer one"]


def test_hits_can_be_counted_paged_and_used_as_a_subquery(notes):
    rows = notes(*(f"printer {number}" for number in range(5)))
    hits = search(Note.objects.all(), "printer")

    assert hits.count() == 5
    assert texts(hits.filter(pk__lt=rows[3].pk)[:2]) == ["printer 2", "printer 1"]
    assert texts(hits.order_by("text")[:1]) == ["printer 0"]
    assert Note.objects.filter(pk__in=hits).count() == 5
    assert Note.objects.filter(pk__in=hits.values("pk")[:2]).count() == 2
    assert list(hits.values_list("text", flat=True)[:1]) == ["printer 4"]


@pytest.mark.parametrize("order", ["-pk", "pk", "text", "-colour"])
@pytest.mark.parametrize(("few", "near"), [(100, 100), (-1, 100), (-1, 3)], ids=["gathered", "near", "too far"])
def test_a_page_is_the_same_however_it_is_read(notes, monkeypatch, order, few, near):
    notes("screen", *(f"printer {number}" for number in (3, 1, 2)), "keyboard", "printer 4")
    monkeypatch.setattr("office.search.rows.FEW", few)
    monkeypatch.setattr("office.search.rows.NEAR", near)
    by_hand = Note.objects.filter(text__startswith="printer").order_by(order, "pk")

    rows = search(Note.objects.all(), "printer").order_by(*dict.fromkeys((order, "pk")))

    assert texts(rows[:3]) == texts(by_hand[:3])
    assert texts(rows[1:9]) == texts(by_hand[1:9])
    assert texts(rows) == texts(by_hand)


STREAMED = {"enough among the first": (100, 100), "a longer look": (2, 100), "too far": (1, 3), "none near": (1, 100)}


@pytest.mark.parametrize(("taste", "far"), STREAMED.values(), ids=STREAMED)
@pytest.mark.parametrize("order", ["-pk", "pk", "text"])
def test_a_page_that_streams_is_the_same_too(notes, monkeypatch, order, taste, far):
    notes("screen", *(f"printer {number}" for number in (3, 1, 2)), "keyboard", "printer 4", "mouse")
    monkeypatch.setattr("office.search.rows.TASTE", taste)
    monkeypatch.setattr("office.search.rows.FAR", far)
    orders = (order,) if order.endswith("pk") else (order, "pk")
    by_hand = Note.objects.filter(text__startswith="printer").order_by(*orders)
    fetched = []

    def fetch(keys):
        fetched.append(sorted(keys))
        return Note.objects.filter(pk__in=keys).order_by("colour", "?")

    manner = Manner(fetch=fetch, streams=True)
    rows = search(Note.objects.all(), "printer", manner=manner).order_by(*orders)

    assert texts(rows[:3]) == texts(by_hand[:3])
    assert texts(rows[1:9]) == texts(by_hand[1:9])
    assert texts(rows[:0]) == texts(search(Note.objects.none(), "printer", manner=manner)[:3]) == []
    if connection.vendor == "postgresql" and order != "text":
        assert fetched[0] == sorted(by_hand.values_list("pk", flat=True)[:3])


def test_the_database_reads_hits_as_it_is_meant_to(notes):
    notes("printer")
    page = search(Note.objects.all(), "printer")[:5]

    if connection.vendor == "sqlite":
        assert "TEMP B-TREE" not in along_rowid(page).explain()
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        assert "Sort Key" not in page.explain()
        assert "Sort Key" in along_nothing(page).explain()


@pytest.mark.parametrize("few", [100, -1])
def test_hits_out_of_sight_do_not_fill_a_page(notes, monkeypatch, few):
    mine, *_ = notes("printer", "printer", "printer", "screen")
    monkeypatch.setattr("office.search.rows.FEW", few)
    sight = Note.objects.filter(pk__lte=mine.pk)

    assert list(search(sight, "printer")[:2]) == [mine]
    assert list(search(Note.objects.all(), "printer").filter(pk__in=sight)[:2]) == [mine]
    assert find(sight, "prin", limit=2) == [mine]


def test_hits_come_with_chosen_fields_one_by_one_and_in_turn(notes):
    notes("printer")

    [note] = search(Note.objects.only("text"), "printer")[:5]

    assert note.get_deferred_fields() == {"number", "colour", "search_text"}
    assert search(Note.objects.all(), "printer").first() == note
    assert search(Note.objects.all(), "printer").last() == note
    assert search(Note.objects.all(), "printer").get() == note
    assert [each.pk for each in search(Note.objects.all(), "printer").iterator()] == [note.pk]


@pytest.mark.parametrize("few", [100, -1])
def test_a_search_in_nothing_finds_nothing(notes, monkeypatch, few):
    notes("printer")
    monkeypatch.setattr("office.search.rows.FEW", few)

    assert list(search(Note.objects.filter(pk__in=[]), "printer")[:5]) == []
    assert list(search(Note.objects.none(), "printer")[:5]) == []
    assert list(search(Note.objects.all(), "printer")[3:3]) == []


@pytest.mark.parametrize("few", [100, -1])
def test_hits_can_be_grouped_made_distinct_locked_and_united(notes, monkeypatch, few):
    notes("printer", "printer", "screen")
    monkeypatch.setattr("office.search.rows.FEW", few)
    hits, others = search(Note.objects.all(), "printer"), search(Note.objects.all(), "screen")

    assert [note.times for note in hits.annotate(times=models.Count("pk"))[:5]] == [1, 1]
    assert texts(hits.distinct()[:5]) == texts(hits.select_for_update()[:5]) == ["printer", "printer"]
    assert texts(hits.order_by().union(others.order_by()).order_by("text", "pk")[1:5]) == ["printer", "screen"]


def test_either_of_two_searches_can_be_asked_for(notes):
    notes("printer", "screen", "keyboard")

    pks = [search(Note.objects.all(), word).values("pk") for word in ("printer", "screen")]

    assert Note.objects.filter(models.Q(pk__in=pks[0]) | models.Q(pk__in=pks[1])).count() == 2


def test_a_search_goes_with_subqueries_of_the_same_table(notes):
    notes("printer one", "printer two")
    other = Note.objects.filter(pk__gt=models.OuterRef("pk"))

    newest = search(Note.objects.filter(~models.Exists(other)), "printer")
    older = search(Note.objects.all(), "printer").exclude(pk__in=search(Note.objects.all(), "two"))

    assert (texts(newest), texts(older)) == (["printer two"], ["printer one"])


def test_hits_can_be_changed_and_removed_together(notes):
    notes("printer", "printer two", "screen")

    search(Note.objects.all(), "printer").update(colour="red")
    search(Note.objects.filter(colour="red"), "two").delete()

    assert texts(Note.objects.order_by("pk")) == ["printer", "screen"]
    assert found("printer") == ["printer"]


def test_the_index_follows_a_save_of_what_it_reads(notes):
    [note] = notes("printer")

    note.text = "screen"
    note.save(update_fields=["text"])

    assert found("screen") == ["screen"]
    assert found("printer") == []


def test_the_index_rests_when_other_fields_are_saved(notes, django_assert_num_queries):
    [note] = notes("printer")
    note.text = "not saved"
    note.colour = "red"

    with django_assert_num_queries(1):
        note.save(update_fields=["colour"])

    assert note.search_text == "printer"


def test_the_index_follows_an_update_past_save_and_a_deletion(notes):
    one, two = notes("printer", "printer")

    Note.objects.filter(pk=one.pk).update(search_text="screen")
    two.delete()

    assert found("printer") == []
    assert len(found("screen")) == 1


def test_a_row_can_be_read_anew_without_a_save(notes):
    [note] = notes("printer")
    Note.objects.filter(pk=note.pk).update(text="screen")
    note.refresh_from_db()

    note.index()

    assert found("screen") == ["screen"]


def test_a_rebuild_mends_what_was_written_in_bulk(notes, monkeypatch):
    monkeypatch.setattr("office.search.models.CHUNK", 2)
    notes("right")
    Note.objects.bulk_create(Note(text=f"printer {number}") for number in range(4))
    assert found("printer") == []

    changed = rebuild(Note)

    assert changed == 4
    assert found("printer") == ["printer 3", "printer 2", "printer 1", "printer 0"]


def test_rows_written_in_bulk_can_bring_their_index(notes):
    rows = [Note(text="printer"), Note(text="screen")]
    for note in rows:
        note.fill_search_text()

    Note.objects.bulk_create(rows)

    assert found("printer") == ["printer"]


def test_a_very_long_text_is_stored_and_found_by_its_first_words(notes):
    notes("start " + " ".join(f"كلمة{number}" for number in range(40_000)))

    assert len(found("start كلمة7")) == 1


def test_an_empty_text_and_blanks_written_by_others_do_no_harm(notes):
    [note] = notes("")

    Note.objects.filter(pk=note.pk).update(search_text="  screen   printer ")

    assert len(found("printer screen")) == 1


def test_making_the_index_again_changes_nothing(notes):
    notes("printer")

    ensure_search(connection, Note)

    assert found("printer") == ["printer"]


def test_the_index_is_made_again_after_the_database_lost_part_of_it(notes):
    notes("printer")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER test_note_fts_insert")  # as a remade table does
        else:
            cursor.execute("DROP INDEX test_note_search")
    notes("screen")

    ensure_search(connection, Note)

    notes("keyboard")
    assert [found(word) for word in ("printer", "screen", "keyboard")] == [["printer"], ["screen"], ["keyboard"]]


@pytest.mark.django_db
def test_a_model_without_its_table_yet_is_left_alone():
    class Unborn(Searchable):
        class Meta:
            app_label = "office"
            apps = Apps()

    ensure_search(connection, Unborn)

    assert "office_unborn" not in connection.introspection.table_names()


def test_every_searchable_model_of_an_app_gets_its_index(notes):
    class App:
        @staticmethod
        def get_models():
            return [Note]

    notes("printer")

    ensure_all(App, using="default")

    assert found("printer") == ["printer"]


@pytest.mark.parametrize("vendor", ["fts5", "tsquery"])
def test_what_was_typed_reaches_the_database_in_quotes(vendor):
    quote = {"fts5": '"', "tsquery": "'"}[vendor]

    rendered = getattr(Query.parse("الطابعة AST-0042"), vendor)(Hits.WHOLE)

    assert sorted(rendered.split(quote)[1::2]) == sorted(["الطابعه", "طابعه", "ast-0042"])


def test_words_of_a_query_are_words_of_the_fold():
    assert [group[-1] for group in Query.parse("TKT-2026 شاشة").groups] == words("TKT-2026 شاشة")


def test_postgresql_never_keeps_a_plan_made_for_any_words():
    """It is made for the words of this search: they are part of the statement, percent signs and all."""
    sql, parameters = search(Note.objects.all(), "printer 50%").query.sql_with_params()

    assert ("'printer'" in sql) is (connection.vendor == "postgresql")
    assert ("printer" in str(parameters)) is (connection.vendor == "sqlite")
