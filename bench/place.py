"""Where the measuring happens: one folder with a database, the yardstick and the product, both seeded and served."""

import json
import time
from contextlib import ExitStack
from pathlib import Path

from bench import servers


class Place:
    """Databases under `folder`, filled once (`facts.json` says with what); servers run while asked for."""

    def __init__(self, folder, tickets, sqlite=False, say=print):
        self.folder, self.tickets, self.say = Path(folder), tickets, say
        self.engine = "SQLite" if sqlite else "PostgreSQL"
        self.stack, self.postgres = ExitStack(), None

    def __enter__(self):
        if self.engine == "PostgreSQL":
            self.postgres = self.stack.enter_context(servers.postgres(self.folder))
        return self

    def __exit__(self, *failure):
        self.stack.close()

    # Data

    def prepare(self):
        """Collect the front-end files; seed both databases unless an earlier run left them here."""
        servers.python("manage.py", "prepare", env=self.environment)
        file = self.folder / "facts.json"
        wanted = {"engine": self.engine, "tickets": self.tickets}
        if file.exists():
            self.facts = json.loads(file.read_text())
            if {key: self.facts[key] for key in wanted} != wanted:
                raise SystemExit(f"{self.folder} holds {self.facts['engine']} with {self.facts['tickets']} tickets.")
            self._migrate()
            return
        for name in ("bare", "product"):
            if self.postgres:
                servers.create_database(self.postgres, name)
        self.facts = wanted | {"bare_session": self._seed_bare(), "seed_seconds": self._seed_product()}
        file.write_text(json.dumps(self.facts))

    def _seed_bare(self):
        self.say("Seeding the yardstick")
        return servers.python("-m", "bench.bare.seed", self.tickets_of_bare(), env=self.bare_environment).split()[-1]

    def _seed_product(self):
        self.say(f"Seeding {self.tickets:,} tickets")
        begin = time.monotonic()
        self._migrate()
        servers.python("-m", "bench.seed", self.tickets, env=self.environment)
        return time.monotonic() - begin

    def _migrate(self):
        servers.python("manage.py", "migrate", "--verbosity", 0, env=self.environment)

    def tickets_of_bare(self):
        """The yardstick keeps its size, whatever is measured beside it; only a small trial has a small one."""
        return min(self.tickets, 100_000)

    def database_bytes(self):
        if not self.postgres:
            return (self.folder / "product.sqlite3").stat().st_size
        import psycopg

        with psycopg.connect(self.address("product")) as connection:
            return connection.execute("SELECT pg_database_size('product')").fetchone()[0]

    def settle(self):
        """Write out what seeding left behind, so that it is not written while something is measured."""
        if self.postgres:
            servers.checkpoint(self.address("product"))

    # Processes

    @property
    def environment(self):
        """Of the product's processes; what the shell has set for another installation does not reach them."""
        strange = ("REDIS_URL", "SMTP_URL", "SITE_URL", "DEBUG", "DEMO", "SECRET_KEY", "ALLOWED_HOSTS")
        return dict.fromkeys(strange, "") | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": str(self.folder / "var"),
            "STATIC_ROOT": str(self.folder / "static"),
            "DATABASE_URL": self.address("product"),
            "BARE_DATABASE_URL": self.address("bare"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @property
    def bare_environment(self):
        return self.environment | {"DJANGO_SETTINGS_MODULE": "bench.bare.settings"}

    def address(self, name):
        if self.postgres:
            return self.postgres.get_uri(database=name)
        return f"sqlite:///{self.folder / name}.sqlite3"

    def inside(self, *arguments, **options):
        """Run a command of `bench.inside` in a process of the product; returns what it printed."""
        return servers.python("-m", "bench.inside", *arguments, env=self.environment, **options)

    def serve(self, application):
        """The web server for "bench.bare" or "config"."""
        log = self.folder / f"{application}.log"
        environment = self.environment if application == "config" else self.bare_environment
        return servers.web(f"{application}.wsgi:application", environment, log)

    def database_pids(self):
        return servers.descendants(self.postgres.get_pid()) if self.postgres else []
