"""Django settings, read from the environment and the settings file. Every name is in `docs/settings.md`.

Two modes: `demo` (default; loopback only, demo accounts, SPECIMEN documents) and `production`.
"""

import contextlib
import os
import secrets
from pathlib import Path

import psycopg.conninfo

from loket.config import settings_file

try:
    settings_file.apply()
except settings_file.SettingsFileError as problem:
    raise SystemExit(str(problem)) from problem

ROOT = Path(__file__).resolve().parents[2]
MODE = os.environ.get("LOKET_MODE", "demo")
if MODE not in ("demo", "production"):
    raise SystemExit(f"LOKET_MODE is {MODE!r}; it must be 'demo' or 'production'.")
DEMO = MODE == "demo"
DEBUG = False

DATA_DIR = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
STANDARDS_DIR = Path(os.environ.get("STANDARDS_DIR") or ROOT / "standards").resolve()
# Codes of the offices that are published here; empty: all of the folder.
OFFICES = tuple(word for word in os.environ.get("LOKET_OFFICES", "").replace(",", " ").split())
PORT = int(os.environ.get("PORT", "8000"))
BASE_URL = os.environ.get("LOKET_BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")


def _secret_key() -> str:
    """The key from the environment, or the one kept in the data directory, made at first start."""
    if from_environment := os.environ.get("LOKET_SECRET_KEY"):
        return from_environment
    path = DATA_DIR / "keys" / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own = path.with_name(f"secret.{secrets.token_hex(4)}")
        handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        # Of several processes that start at once the first one's key stays, and is never read half written.
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    return path.read_text().strip()


def _database() -> dict[str, object]:
    """Django's settings for the libpq address in DATABASE_URL."""
    parts = psycopg.conninfo.conninfo_to_dict(os.environ.get("DATABASE_URL", "dbname=loket"))
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{ours: str(parts.pop(theirs, "")) for ours, theirs in names.items()},
        # A statement that a connection sees for the third time is prepared: PostgreSQL plans it once.
        "OPTIONS": {**parts, "server_side_binding": True, "prepare_threshold": 2},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = _secret_key()
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "procrastinate.contrib.django",
    "loket.audit",
    "loket.offices",
    "loket.catalogue",
    "loket.documents",
    "loket.register",
    "loket.notices",
    "loket.cases",
    "loket.delivery",
    "loket.web",
    "loket.web.public",
    "loket.web.staff",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "loket.web.middleware.security_headers",
    "loket.web.middleware.readable",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "loket.web.middleware.account",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "loket.web.middleware.plain_errors",
    "loket.web.policy.policy",
]
ROOT_URLCONF = "loket.config.urls"
WSGI_APPLICATION = "loket.config.wsgi.application"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "loket.web.context.page",
            ],
        },
    }
]

LANGUAGE_CODE = "id"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Accounts and sessions
AUTH_USER_MODEL = "offices.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
STAFF_IDLE_MINUTES = int(os.environ.get("LOKET_STAFF_IDLE_MINUTES", "15"))
CITIZEN_IDLE_MINUTES = int(os.environ.get("LOKET_CITIZEN_IDLE_MINUTES", "60"))
STAFF_LONGEST_HOURS = int(os.environ.get("LOKET_STAFF_LONGEST_HOURS", "12"))
CITIZEN_LONGEST_HOURS = int(os.environ.get("LOKET_CITIZEN_LONGEST_HOURS", "72"))
STAFF_CHANGE_DAYS = int(os.environ.get("LOKET_STAFF_CHANGE_DAYS", "7"))
SESSION_COOKIE_NAME = "loket_sesi"
SESSION_COOKIE_AGE = 60 * max(STAFF_IDLE_MINUTES, CITIZEN_IDLE_MINUTES)
SESSION_ENGINE = "loket.web.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "loket_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "loket.web.errors.csrf_failed"

# Transport. In production a proxy ends TLS and says so in X-Forwarded-Proto.
ALLOWED_HOSTS = [host.strip() for host in os.environ.get("LOKET_HOSTS", "").split(",") if host.strip()]
if DEMO:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
SECURE_PROXY_SSL_HEADER = None if DEMO else ("HTTP_X_FORWARDED_PROTO", "https")
TRUSTED_PROXIES = {
    host.strip() for host in os.environ.get("LOKET_TRUSTED_PROXIES", "").split(",") if host.strip()
}
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL.startswith("https://") else []
SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_HSTS_PRELOAD = not DEMO
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = not DEMO
CSRF_COOKIE_SECURE = not DEMO
X_FRAME_OPTIONS = "DENY"

# Jobs
PROCRASTINATE_IMPORT_PATHS = ["loket.config.jobs"]

# Files
FILES_DIR = DATA_DIR / "files"
# Several directories as in PATH: each anchor is written to all of them.
_anchor_places = os.environ.get("ANCHORS_DIR") or str(DATA_DIR / "anchors")
ANCHORS_DIR, *ANCHOR_COPIES = (Path(part).resolve() for part in _anchor_places.split(os.pathsep) if part)
KEYS_DIR = DATA_DIR / "keys"
FILE_KEYS_DIR = Path(os.environ.get("LOKET_FILE_KEYS_DIR") or KEYS_DIR / "files").resolve()
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_MAX_BYTES = 5 * 1024 * 1024
UPLOAD_MAX_PIXELS = 40_000_000
UPLOAD_MAX_SIDE = 12_000
UPLOAD_MAX_PAGES = 50
UPLOAD_SERVED_PIXELS = 20_000_000  # larger pictures are halved until they are not
UPLOADS_PER_REQUIREMENT = 5
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
VERIFY_MAX_BYTES = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# A body up to this size is read so that each file can be answered for; of it this much is kept in memory.
REQUEST_MAX_BYTES = 64 * 1024 * 1024
RECEIVED_FILE_BYTES = max(UPLOAD_MAX_BYTES, VERIFY_MAX_BYTES)
RECEIVED_BYTES = UPLOADS_PER_REQUIREMENT * UPLOAD_MAX_BYTES
FILE_UPLOAD_HANDLERS = ["loket.web.receiving.InMemory"]

# Mail. Without LOKET_SMTP_HOST `loket run` starts its own mailbox on loopback.
SMTP_HOST = os.environ.get("LOKET_SMTP_HOST", "127.0.0.1")
SMTP_PORT = int(os.environ.get("LOKET_SMTP_PORT", "25"))
SMTP_USER = os.environ.get("LOKET_SMTP_USER", "")
SMTP_PASSWORD = os.environ.get("LOKET_SMTP_PASSWORD", "")
SMTP_STARTTLS = os.environ.get("LOKET_SMTP_STARTTLS", "0" if DEMO else "1") == "1"
SMTP_CHOSEN = bool(os.environ.get("LOKET_SMTP_HOST"))
MAIL_FROM = os.environ.get("LOKET_MAIL_FROM", "loket@localhost")

# Paper applications of a day without power or network: how late they may be entered.
PAPER_DAYS = int(os.environ.get("LOKET_PAPER_DAYS", "14"))

# Signatures
SIGNER = os.environ.get("LOKET_SIGNER", "local")
SIGNER_SOCKET = os.environ.get("LOKET_SIGNER_SOCKET", str(DATA_DIR / "run" / "signer.sock"))
SIGNER_UNLOCK_MINUTES = 15
# Files of certificates that the signatures of SIAK's documents must lead to; none: no such file is accepted.
SIAK_ROOTS = [Path(name) for name in os.environ.get("LOKET_SIAK_ROOTS", "").split(os.pathsep) if name]

# Known to everybody; accounts made with them are let in only by a demo on loopback.
DEMO_PASSWORD = "loket-percobaan"  # noqa: S105 (printed at every start of a demo)
DEMO_PASSPHRASE = "frasa sandi percobaan"  # noqa: S105 (the same)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Robots ask for any name; each would leave a page of traceback.
    "loggers": {"django.security.DisallowedHost": {"handlers": ["stderr"], "level": "CRITICAL"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOKET_LOG_LEVEL", "WARNING")},
}
