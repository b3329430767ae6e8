"""Takes in mails from files, or only tells what would become of them and why."""

import json
import os

from django.core.management.base import BaseCommand, CommandError

from helpdesk.intake import receiving, telling
from helpdesk.intake.limits import MOST_BYTES
from helpdesk.intake.reading import read
from helpdesk.models import Mailbox
from people.models import Unit


class Command(BaseCommand):
    help = "Takes in mails from files (one message each) and prints what became of each and why."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="only tell; write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object a line; see docs/mail.md")
        parser.add_argument("--mailbox", metavar="ADDRESS", help="as if it had come through this mailbox")
        parser.add_argument("--institution", metavar="CODE", help="short code or name, where there is more than one")

    def handle(self, *args, **options):
        institution = self._institution(options["institution"], options["mailbox"])
        chosen = self._mailbox(options["mailbox"])
        for path in options["files"]:
            try:
                told = self._one(path, institution, chosen, options["dry_run"])
            except OSError as problem:
                told = {"file": path, "result": "unreadable", "error": problem.strerror or str(problem)}
            except Exception as problem:  # one bad file must not keep the next ones out
                told = {"file": path, "result": "failed", "error": f"{type(problem).__name__}: {problem}"}
            self._say(told, options["json"])

    def _institution(self, code, address):
        if address and not code:
            box = Mailbox.objects.filter(address__iexact=address).select_related("institution").first()
            if box is not None:
                return box.institution
        institutions = Unit.objects.institutions()
        if code:
            institutions = institutions.filter(code=code) or institutions.filter(name=code)
        if len(institutions) != 1:
            raise CommandError("Say which institution: --institution CODE.")
        return institutions[0]

    def _mailbox(self, address):
        if not address:
            return None
        box = Mailbox.objects.filter(address__iexact=address).select_related("queue").first()
        if box is None:
            raise CommandError(f"There is no mailbox {address}.")
        return box

    def _one(self, path, institution, chosen, is_dry):
        with open(path, "rb") as file:
            raw = file.read(MOST_BYTES + 1)
            size = os.fstat(file.fileno()).st_size
            return self._take(path, file, raw, size, institution, chosen, is_dry)

    def _take(self, path, file, raw, size, institution, chosen, is_dry):
        letter = read(raw, size)
        mailbox = chosen or receiving.mailbox_for(letter, institution)
        if is_dry:
            letter, decision = receiving.dry_run(raw, mailbox, size)
            return telling.as_json(letter, decision, file=path, dry_run=True)
        received, is_new = receiving.take_in(raw, mailbox, whole=file, size=size)
        if is_new or received.state == "waiting":
            receiving.work_on(received.pk)
            received.refresh_from_db()
        return telling.received_as_json(letter, received, file=path, is_new=is_new)

    def _say(self, told, as_json):
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        if "sender" not in told:
            self.stdout.write(f"{told['file']}: {told['result']}: {told['error']}")
            return
        sender = told["sender"]
        self.stdout.write(f"{told['file']}: {told['result']} {told['ticket'] or ''} {told['reason']}".rstrip())
        self.stdout.write(f"  from     {sender['name']} <{sender['address']}>")
        for name in ("to", "cc"):
            if told[name]:
                self.stdout.write(f"  {name:8} {', '.join(each['address'] for each in told[name])}")
        self.stdout.write(f"  subject  {told['subject']}")
        for question, answer, facts in telling.in_words(told["trace"]):
            self.stdout.write(f"  - {question}: {answer}" + (f" ({facts})" if facts else ""))
        for file in told["attachments"]:
            self.stdout.write(f"  + {file['name']} ({file['type']}, {file['size']} bytes, {file['sha256']})")
        for line in told["text"].splitlines():
            self.stdout.write(f"  | {line}")
