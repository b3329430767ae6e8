"""The tickets of the measurement, chunk by chunk: ticket, messages and history, each chunk from a dice of its own."""

import random
from datetime import UTC, datetime, timedelta
from functools import cached_property

from assets.models import Custody
from bench import texts
from helpdesk.choices import MessageKind, Priority, Status, WaitingFor
from helpdesk.models import Category, Message, Queue, Ticket
from office.bulk import Table
from office.fold import search_text
from office.models import Event
from people.models import User

S = Status
MESSAGES, DAYS, RARE_TICKETS = 3, 700, 20
OPEN = ([S.NEW, S.ASSIGNED, S.IN_PROGRESS, S.WAITING], [20, 27, 30, 23])
DONE = ([S.CLOSED, S.RESOLVED, S.CANCELLED], [88, 8, 4])
OPEN_SHARE = (0.10, 0.60)  # of the older six tenths, and of the younger four: 30 % of all
WORKED = {S.ASSIGNED, S.IN_PROGRESS, S.WAITING, S.RESOLVED, S.CLOSED}
EVENTS = 8  # keys that are kept free for the history of one ticket


class Writer:
    """Writes one chunk; `total` is the number of tickets there will be at the end."""

    def __init__(self, first, total):
        self.dice, self.total = random.Random(first), total
        self.tickets, self.messages, self.events = Table(Ticket), Table(Message), Table(Event)
        self.now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)

    def write(self, numbers):
        """`numbers` count from 0; the ticket's key is one more."""
        for number in numbers:
            self._ticket(number)
        for table in (self.tickets, self.messages, self.events):
            table.write()

    @cached_property
    def people(self):
        return list(User.objects.filter(is_technician=False).order_by("pk"))

    @cached_property
    def devices(self):
        """Keys of a person's devices by the person's key."""
        return dict(Custody.objects.current().values_list("person", "asset"))

    @cached_property
    def categories(self):
        return list(Category.objects.select_related("queue").order_by("pk"))

    @cached_property
    def members(self):
        """Keys of the technicians by queue."""
        return {
            queue.pk: list(queue.team.members.order_by("pk").values_list("pk", flat=True))
            for queue in Queue.objects.select_related("team")
        }

    def _ticket(self, number):
        dice, pk = self.dice, number + 1
        fault = texts.fault(dice, rare=number % max(1, self.total // RARE_TICKETS) == 0)
        person, category = dice.choice(self.people), dice.choice(self.categories)
        technician = dice.choice(self.members[category.queue_id])
        status = self._status(number)
        created = self.now - timedelta(days=DAYS * (1 - number / self.total))
        values = {
            "institution_id": person.institution_id,
            "number": f"TKT-{created.year}-{pk:05d}",
            "subject": fault.title,
            "description": fault.text,
            "requester_id": person.pk,
            "filed_by_id": person.pk,
            "unit_id": person.unit_id,
            "room": person.room,
            "extension": person.extension,
            "queue_id": category.queue_id,
            "category_id": category.pk,
            "asset_id": self.devices.get(person.pk) if dice.random() < 0.7 else None,
            "priority": dice.choices(list(Priority), [1, 8, 70, 21])[0],
            "status": status,
            "assignee_id": technician if status in WORKED else None,
            "created_at": created,
            "last_word_at": created + timedelta(hours=3),
            "last_word_by_id": technician,
            **self._dates(status, created, technician),
        }
        messages = self._messages(pk, values, technician, fault.language)
        replies = [message["text"] for message in messages if not message["is_internal"]]
        values["search_text"] = search_text(values["number"], fault.title, fault.text, *replies)
        self.tickets.add(pk, **values)
        self._history(pk, values, technician, messages)

    def _status(self, number):
        share = OPEN_SHARE[number >= 0.6 * self.total]
        states, weights = OPEN if self.dice.random() < share else DONE
        return self.dice.choices(states, weights)[0]

    def _dates(self, status, created, technician):
        """Promises and what became of them."""
        due = created + timedelta(minutes=self.dice.randrange(240, 40_000))
        values = {"response_due": created + timedelta(hours=4), "resolution_due": due}
        if status == S.WAITING:
            values |= {"waiting_for": self.dice.choice(list(WaitingFor)), "waiting_since": created + timedelta(hours=3)}
        if status in (S.NEW, S.ASSIGNED, S.IN_PROGRESS) and self.dice.random() < 0.95:
            values["next_due"] = due
        if status in (S.RESOLVED, S.CLOSED):
            values |= {"resolved_at": due, "resolved_by_id": technician, "responded_at": created + timedelta(hours=2)}
        if status == S.CLOSED:
            values["closed_at"] = due + timedelta(days=5)
        if status == S.RESOLVED:
            values["close_due"] = self.now + timedelta(days=5)
        return values

    def _messages(self, ticket, values, technician, language):
        """The desk asks, the requester answers, the desk closes with a solution or goes on with a note."""
        done, messages = values["status"] in (S.RESOLVED, S.CLOSED), []
        for turn in range(MESSAGES):
            note = turn == MESSAGES - 1 and not done and self.dice.random() < 0.5
            solution = turn == MESSAGES - 1 and done
            message = {
                "author_id": values["requester_id"] if turn == 1 else technician,
                "text": texts.reply(self.dice, language),
                "kind": MessageKind.NOTE if note else MessageKind.SOLUTION if solution else MessageKind.REPLY,
                "is_internal": note,
                "created_at": values["created_at"] + timedelta(hours=turn + 1),
            }
            messages.append(message)
            self.messages.add((ticket - 1) * MESSAGES + turn + 1, ticket_id=ticket, **message)
        return messages

    def _history(self, pk, values, technician, messages):
        created, status = values["created_at"], values["status"]
        steps = [("created", values["requester_id"], {"status": [None, "new"]}, created)]
        if values["assignee_id"]:
            changes = {"assignee": [None, technician], "status": ["new", "assigned"]}
            steps.append(("assigned", technician, changes, created + timedelta(minutes=30)))
        for message in messages:
            verb = "noted" if message["is_internal"] else "replied"
            changes = {}
            if message["kind"] == MessageKind.SOLUTION:
                verb, changes = "resolved", {"status": ["assigned", "resolved"]}
            steps.append((verb, message["author_id"], changes, message["created_at"]))
        if status in (S.IN_PROGRESS, S.WAITING, S.CLOSED, S.CANCELLED):
            verbs = {S.IN_PROGRESS: "started", S.WAITING: "waiting"}
            changes = {"status": ["assigned", status]}
            if status == S.WAITING:
                changes["waiting_for"] = ["", values["waiting_for"]]
            steps.append((verbs.get(status, status), technician, changes, messages[-1]["created_at"]))
        for step, (verb, actor, changes, at) in enumerate(steps):
            self.events.add(
                (pk - 1) * EVENTS + step + 1,
                at=at,
                actor_id=actor,
                scope=values["institution_id"],
                kind="helpdesk.ticket",
                object_id=pk,
                verb=verb,
                changes=changes,
            )
