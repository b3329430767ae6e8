"""Fills the yardstick's tables. Needs DJANGO_SETTINGS_MODULE=bench.bare.settings and BARE_DATABASE_URL."""

import random
import sys
from datetime import UTC, datetime, timedelta

INSERT_WORDS = {
    "postgresql": "INSERT INTO bare_words (ticket_id, words) VALUES (%s, to_tsvector('simple', %s))",
    "sqlite": "INSERT INTO bare_words (rowid, words) VALUES (%s, %s)",
}
TABLE_OF_WORDS = {
    "postgresql": [
        "CREATE TABLE bare_words (ticket_id bigint PRIMARY KEY REFERENCES bare_ticket (id), words tsvector NOT NULL)",
        "CREATE INDEX bare_words_gin ON bare_words USING gin (words)",
    ],
    "sqlite": ["CREATE VIRTUAL TABLE bare_words USING fts5 (words)"],
}
QUEUES = ["Printers", "Network", "Mail", "Accounts", "الهواتف", "الأجهزة", "الأنظمة", "البوابة"]
STATUSES = ["new", "in progress", "on hold", "resolved", "closed"]
PRIORITIES = ["critical", "high", "moderate", "low"]
PEOPLE = ["Amal Haddad", "Basil Nimri", "دينا العبادي", "سامر الخطيب", "Rana Qasem", "ليلى المومني"]
TEXTS = [
    "The printer on the second floor prints empty pages",
    "الطابعة في الطابق الثاني تطبع صفحات فارغة",
    "My screen stays black after the update this morning",
    "لا أستطيع الدخول إلى البريد منذ صباح اليوم",
    "The network in room 214 is slow since Sunday",
    "الشبكة بطيئة في غرفة الأرشيف منذ يوم الأحد",
]


def fill(count, chunk=5000):
    """Make `count` tickets with a message and search words each, and the one user; prints that user's session key."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.cursor() as cursor:
        for statement in TABLE_OF_WORDS[connection.vendor]:
            cursor.execute(statement)
    for start in range(0, count, chunk):
        _fill_chunk(range(start, min(start + chunk, count)))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    return _sign_in()


def _fill_chunk(numbers):
    from django.db import connection, transaction

    from bench.bare.models import Message, Ticket

    dice = random.Random(numbers.start)
    last = datetime(2026, 11, 1, 6, tzinfo=UTC)
    tickets = [
        Ticket(
            number=f"TKT-2026-{number:06d}",
            subject=dice.choice(TEXTS),
            queue=dice.choice(QUEUES),
            status=dice.choice(STATUSES),
            priority=dice.choice(PRIORITIES),
            requester=dice.choice(PEOPLE),
            assignee=dice.choice(PEOPLE),
            opened_at=last - timedelta(minutes=3 * number),
        )
        for number in numbers
    ]
    with transaction.atomic():
        Ticket.objects.bulk_create(tickets)
        Message.objects.bulk_create(
            Message(ticket=row, author=row.requester, text=dice.choice(TEXTS), written_at=row.opened_at)
            for row in tickets
        )
        with connection.cursor() as cursor:
            words = [(row.pk, f"{row.subject} {dice.choice(TEXTS)}") for row in tickets]
            cursor.executemany(INSERT_WORDS[connection.vendor], words)


def _sign_in():
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_user("amal", first_name="Amal", last_name="Haddad"))
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    import django

    django.setup()
    print(fill(int(sys.argv[1])))
