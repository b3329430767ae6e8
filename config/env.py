"""Reads the facts of the deployment from the environment, and fails loudly."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name, default=""):
    return os.environ.get(name, "").strip() or default


def flag(name, default=False):
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def number(name, default):
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name, default=()):
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def secret_key(var_dir):
    """The key from SECRET_KEY, else one made once and kept beside the data, readable by its owner only."""
    if key := text("SECRET_KEY"):
        return key
    file = Path(var_dir) / "secret_key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f"secret_key.{os.getpid()}.{secrets.token_hex(4)}")
        temporary.write_text(secrets.token_urlsafe(64))
        temporary.chmod(0o600)
        try:
            os.link(temporary, file)  # the first of two processes wins, both read the same key
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return file.read_text().strip()


# A list joins eight small tables to 25 rows: looking for the best order of joins takes PostgreSQL 15 to 34 ms, taking
# them nearly as written 2, and both run in 1 ms. See docs/decisions/0011-plans-of-many-joins.md.
PLANNER = "-c join_collapse_limit=4 -c jit=off"

# And a query asked for the fifth time on a connection is kept prepared by the server, so that it is not planned again:
# planning is nine tenths of what a page costs the database. `?prepare=off` is for a pooler that cannot keep them.
PREPARED = {"server_side_binding": True, "prepare_threshold": 5}


def database(url, var_dir):
    """The DATABASES entry of a `postgresql://` or `sqlite:///` address; SQLite under var_dir without one."""
    parts = urlsplit(url) if url else None
    if parts is None or parts.scheme == "sqlite":
        Path(var_dir).mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path)[1:] if parts else str(Path(var_dir) / "db.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-32000;",
            },
        }
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql:// or sqlite://.")
    options = dict(parse_qsl(parts.query))
    if options.pop("prepare", "on") != "off":
        options |= PREPARED
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "options": PLANNER} | options,
    }


def smtp(url):
    """The e-mail settings of an `smtp://user:password@host:port` (or `smtps://`, `smtp+tls://`) address."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"}:
        raise ImproperlyConfigured("SMTP_URL must start with smtp://, smtps:// or smtp+tls://.")
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or {"smtps": 465, "smtp+tls": 587}.get(parts.scheme, 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
    }


IMAP_PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}


def mailboxes():
    """{name: facts of a connection} of every MAILBOX_<NAME>_URL: `imaps://user:password@host:993`, or without a
    password and with MAILBOX_<NAME>_TOKEN or MAILBOX_<NAME>_TOKEN_FILE, which is read anew at every sign-in (OAuth2).
    """
    found = {}
    for variable, url in sorted(os.environ.items()):
        if not (variable.startswith("MAILBOX_") and variable.endswith("_URL") and url.strip()):
            continue
        name, parts = variable[8:-4].lower(), urlsplit(url.strip())
        if parts.scheme not in IMAP_PORTS:
            raise ImproperlyConfigured(f"{variable} must start with imaps://, imap+tls:// or imap://.")
        found[name] = {
            "scheme": parts.scheme,
            "host": parts.hostname or "localhost",
            "port": parts.port or IMAP_PORTS[parts.scheme],
            "user": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "token": text(f"MAILBOX_{name.upper()}_TOKEN"),
            "token_file": text(f"MAILBOX_{name.upper()}_TOKEN_FILE"),
        }
    return found
