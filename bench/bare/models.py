"""The yardstick's own tables: a ticket as flat as it can be, and its messages; the search words are made in `seed`."""

from django.db import models


class Ticket(models.Model):
    """A row of the list: eight columns, nothing to join."""

    number = models.CharField(max_length=24, unique=True)
    subject = models.CharField(max_length=200)
    queue = models.CharField(max_length=60)
    status = models.CharField(max_length=20)
    priority = models.CharField(max_length=20)
    requester = models.CharField(max_length=80)
    assignee = models.CharField(max_length=80)
    opened_at = models.DateTimeField(db_index=True)


class Message(models.Model):
    """What was said in a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE)
    author = models.CharField(max_length=80)
    text = models.TextField()
    written_at = models.DateTimeField()
