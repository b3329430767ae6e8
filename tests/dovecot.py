"""A real Dovecot for tests: on a free port, without rights, its mail in a folder that the test may hurt."""

import grp
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from tests.servers import alive, free_port, wait_until

CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
ssl = {ssl}
disable_plaintext_auth = no
auth_mechanisms = plain login{mechanism}
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%n
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  mechanisms = plain login
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%n
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""

ASKS_FOR_TOKENS = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {file}
}}
"""


class Tokens:
    """Says of access tokens whether they hold (RFC 7662), on a free port of this machine.

    good: those that hold; asked: every token somebody asked about.
    """

    def __init__(self, *good):
        self.good, self.asked = set(good), []

    def __enter__(self):
        tokens = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self):
                asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                token = asked.get("token", [""])[0]
                tokens.asked.append(token)
                told = {"active": token in tokens.good, "username": "it", "scope": "imap"}
                words = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                self.wfile.write(words)

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/introspect"

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


class Dovecot:
    """`url` signs in as "it"; `deliver` puts a message into the mailbox; `kill` and `start` are for the faults.

    tls: a folder with key.pem and certificate.pem; then `tls_url` is there too. tokens: a `Tokens` that runs; then
    `token_url`, without a password, is for whoever shows a token.
    """

    def __init__(self, tls=None, tokens=None):
        self.tls, self.tokens = tls, tokens

    def __enter__(self):
        self.around = tempfile.TemporaryDirectory(prefix="helpdesk-imap-", ignore_cleanup_errors=True)
        self.folder = Path(self.around.name)
        self.port = free_port()
        self.url = f"imap://it:secret@127.0.0.1:{self.port}"
        self.token_url = f"imap://it@127.0.0.1:{self.port}"
        user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.ids = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        for name in ("run", "state", "home", "mail/it/new", "mail/it/cur", "mail/it/tmp"):
            (self.folder / name).mkdir(parents=True)
        names = {"user": user.pw_name, "group": grp.getgrgid(user.pw_gid).gr_name}
        self.tls_port = free_port() if self.tls else 0
        self.tls_url = f"imaps://it:secret@127.0.0.1:{self.tls_port}"
        told = CONFIGURATION.format(
            folder=self.folder,
            port=self.port,
            tls_port=self.tls_port,
            ssl="yes" if self.tls else "no",
            mechanism=" xoauth2" if self.tokens else "",
            **names,
        )
        if self.tokens:
            file = self.folder / "oauth2.conf"
            file.write_text(
                f"introspection_mode = post\nintrospection_url = {self.tokens.url}\nforce_introspection = yes\n"
                "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
            )
            told += ASKS_FOR_TOKENS.format(file=file)
        if self.tls:
            for name, file in (("ssl_key", "key.pem"), ("ssl_cert", "certificate.pem")):
                shutil.copy(Path(self.tls) / file, self.folder / file)
                told += f"{name} = <{self.folder / file}\n"
        (self.folder / "dovecot.conf").write_text(told)
        self.owner = (user.pw_uid, user.pw_gid)
        os.chmod(self.folder, 0o755)
        self._own()
        self.count = 0
        self.start()
        return self

    def _own(self):
        if self.ids:
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, *self.owner)

    def start(self):
        for name in ("master.pid",):
            (self.folder / "run" / name).unlink(missing_ok=True)
        command = [shutil.which("dovecot") or "/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, **self.ids
        )
        wait_until(self._answers, seconds=20)

    def _answers(self):
        import imaplib

        if self.process.poll() is not None:
            raise AssertionError((self.folder / "dovecot.log").read_text()[-2000:])
        try:
            with imaplib.IMAP4("127.0.0.1", self.port, timeout=2) as client:
                return client.login("it", "secret")
        except (OSError, imaplib.IMAP4.error):
            return None

    def deliver(self, *messages, folder=""):
        """Put messages into the mailbox, or into a folder of it, which is made (".Copies")."""
        around = self.folder / "mail/it" / folder
        for name in ("new", "cur", "tmp"):
            (around / name).mkdir(parents=True, exist_ok=True)
        if folder:
            self._own()
        for raw in messages:
            self.count += 1
            name = f"{int(time.time())}.{self.count:06d}.test"
            path = around / "tmp" / name
            path.write_bytes(raw)
            if self.ids:
                os.chown(path, *self.owner)
            path.rename(around / "new" / name)  # whole: Dovecot moves it on as soon as it sees it there

    def kill(self):
        """At once, with every process of it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        wait_until(lambda: not alive(self.process.pid), seconds=10)

    def restore_from_backup(self):
        """The same mails under another UIDVALIDITY, as after a restore."""
        self.kill()
        for path in (self.folder / "mail/it").glob("dovecot*"):
            path.unlink()
        time.sleep(1.1)  # a UIDVALIDITY is a second
        self.start()

    def names(self, folder=""):
        path = self.folder / "mail/it" / folder
        return [file.name for kind in ("new", "cur") for file in (path / kind).iterdir()]

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.kill()
        self.around.cleanup()
