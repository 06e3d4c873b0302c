"""Settings of the project, all from the environment (`.env.example` lists them); no default is insecure."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from readiness.environment import read
from readiness.schedule import BEAT, ROUTINE, ROUTINE_WITH_BOUNCES

BASE_DIR = Path(__file__).resolve().parent.parent
_env = read(BASE_DIR / ".env")

# Where the embedded mode has its database, queue, uploads, packs, mailbox and key.
DATA_DIR = Path(_env.given("DATA_DIR") or BASE_DIR / "var").expanduser().absolute()
DEBUG = _env.switch("DEBUG", default=False)
# Off only if `manage.py serve` listens only on this machine; then nobody can read the traffic to the browser.
HTTPS = _env.switch("HTTPS", default=True) and not DEBUG
# On if the council's own proxy ends TLS and sets X-Forwarded-Proto and X-Forwarded-For itself.
BEHIND_PROXY = _env.switch("BEHIND_PROXY", default=False)

_database_url = _env.url(
    "DATABASE_URL", ("postgres", "postgresql", "sqlite"), "postgresql://user:password@host:5432/name"
)
_broker_url = _env.url("CELERY_BROKER_URL", ("redis", "rediss", "embedded", "memory"), "redis://host:6379/0")
_email_url = _env.url(
    "EMAIL_URL",
    ("smtp", "smtps", "smtp+tls", "smtp+ssl", "govuk-notify"),
    "smtp://host:25 or smtp+tls://user:password@host:587",
)
_bounces_url = _env.url(
    "BOUNCES_URL", ("imap", "imap+tls", "imap+ssl", "maildir"), "imap+ssl://user:password@host/ or maildir:///folder"
)
EMBEDDED = not any(_env.given(name) for name in ("DATABASE_URL", "CELERY_BROKER_URL", "EMAIL_URL"))
SECRET_KEY = _env.secret_key(DATA_DIR, embedded=EMBEDDED)
ALLOWED_HOSTS = _env.hosts("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])

# The beginning of links in emails.
_public_host = ALLOWED_HOSTS[0].lstrip(".")
_default_public_url = (
    f"https://{_public_host}"
    if _env.given("ALLOWED_HOSTS") and HTTPS
    else f"http://127.0.0.1:{_env.given('PORT') or 8000}"
)
_public_url = _env.url("PUBLIC_URL", ("http", "https"), "https://readiness.example.gov.uk")
PUBLIC_URL = _public_url.geturl().rstrip("/") if _public_url else _default_public_url

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "crispy_forms",
    "django_tables2",
    "django_filters",
    "axes",
    "csp",
    "django_celery_beat",
    "outbox",
    "accounts",
    "govuk",
    "printing",
    "routine",
    "files",
    "inspections",
    "documents",
    "audits",
    "intake",
    "focusgroups",
    "cases",
    "contact",
    "timetable",
    "reminders",
    "evidencepack",
    "feeds",
    "readiness",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "readiness.browser_cache.keep_no_pages",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page asks for sign-in unless its view says otherwise.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.hashing.busy_is_said",
    # Last, as its documentation says: it turns a lock-out into its own answer.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "readiness.urls"
WSGI_APPLICATION = "readiness.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "readiness.navigation.navigation",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["govuk"]
CRISPY_TEMPLATE_PACK = "govuk"
DJANGO_TABLES2_TEMPLATE = "govuk/table.html"

# --- Database -------------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "readiness.sqlite3")}
if _database_url:
    _database = _env.configured(
        "DATABASE_URL", environ.Env.db_url_config, "postgresql://user:password@host:5432/name"
    ) or dict(_database)
else:
    # The database is a file in it.
    _env.folder("DATA_DIR", DATA_DIR)
DATABASES: dict[str, dict[str, Any]] = {"default": dict(_database)}
if _database["ENGINE"].endswith("sqlite3"):
    # Without a write lock from the first statement, two transactions that read and then write would fail at once
    # instead of waiting; the write-ahead log allows pages to be read during a write. What is deleted is written over:
    # a child that was erased must not be found in the file's free room.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 10)

# --- People and sign-in ---------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Threads of each process of the web server, a few of which may hash passwords at once.
WEB_THREADS = _env.number("WEB_THREADS", 8, lowest=1, highest=1000)
PASSWORD_HASHERS = ["accounts.hashing.BoundedHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 4
# A working day; closing the browser signs the person out.
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Name and address together: one person's mistakes do not lock out a whole office behind one address, and nobody can
# lock a colleague out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# Without it the address of a whole office would count as one person.
AXES_USERNAME_CALLABLE = "accounts.lock_out.name_tried"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.lock_out.locked_out"
AXES_CLIENT_IP_CALLABLE = "accounts.client_address.client_address"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
# A browser in which the person signed in before is not slowed down with its network (accounts/throttle.py).
KNOWN_BROWSER_COOKIE_NAME = "__Host-known-browser" if HTTPS else "known-browser"

# --- What browsers are told -----------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
# Containers and load balancers check the health of the process itself, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
X_FRAME_OPTIONS = "DENY"
# In the session, which ends when the person signs out, and not in a cookie that outlives it: a banner may name a file.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
} | {
    # The wall view fills a screen.
    "fullscreen": ["self"],
}

# --- Files ----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Uploads never have an address of their own: a view checks who asks first.
UPLOADS_DIR = DATA_DIR / "uploads"
PACKS_DIR = DATA_DIR / "packs"
# Whether text documents and presentations get pages in a pack, if LibreOffice is installed; and where those are stored.
OFFICE_CONVERSION = _env.switch("OFFICE_CONVERSION", default=True)
CONVERTED_DIR = DATA_DIR / "converted"
# Where uploads are stored once received and checked: an object storage, or UPLOADS_DIR if this is None.
OBJECT_STORAGE = _env.object_storage("STORAGE_URL")
# The internal location of a web server in front that sends downloads itself (X-Accel-Redirect); empty if none does.
SENDFILE_PREFIX = _env.location("SENDFILE_PREFIX")
# The scanner that checks uploads for viruses; None if there is none.
CLAMD = _env.scanner("CLAMD_URL")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(UPLOADS_DIR)}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # Collected by the installer and readable by the server; uploads are only the server's.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
MAX_UPLOAD_MB = _env.number("MAX_UPLOAD_MB", 250, lowest=1, highest=2000)
# Of one file of case lists; half a million rows of CSV take some 150 MB.
MAX_CASE_FILE_MB = _env.number("MAX_CASE_FILE_MB", 200, lowest=1, highest=2000)
# For pages without an upload handler of their own; those of documents accept up to MAX_UPLOAD_MB.
FILE_UPLOAD_HANDLERS = ["readiness.requests.SmallFiles"]
# The fields of a form without its files; files go to disk as they arrive.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 100
# The council's own framework and plan files, besides those that come with the project.
FRAMEWORK_DIRS = [DATA_DIR / "frameworks"]

# --- Background work ------------------------------------------------------------------------------

QUEUE_DIR = DATA_DIR / "queue"
CELERY_BROKER_URL = _broker_url.geturl() if _broker_url else "embedded://localhost"
if CELERY_BROKER_URL.startswith("embedded"):
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "processed_folder": str(QUEUE_DIR / "taken"),
    }
else:
    # A task that no worker has confirmed for this long is given to another one. Longer than any task may take
    # (CELERY_TASK_TIME_LIMIT), so that it is never given away while it still runs.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60 * 60, "socket_connect_timeout": 5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 50 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 45 * 60
# Confirmed when done, not when taken: the task of a killed worker is done by another one. Tasks are written so that
# doing one twice has one effect.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Progress and results are stored in the records themselves.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2, "interval_max": 0.5}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BEAT_SCHEDULER = "readiness.beat:Scheduler"
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE = BEAT
# Work by the clock, checked each minute by when it was last done.
ROUTINE = ROUTINE | (ROUTINE_WITH_BOUNCES if _bounces_url else {})
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Called in the transaction that records or corrects a notification, so that nobody waits for the next tick.
INSPECTION_NOTIFIED = "reminders.tasks.nudge_tick"

# --- Mail -----------------------------------------------------------------------------------------

EMAIL_TIMEOUT = 20
# How many seconds a worker may keep the mail it has taken without a sign of life; then another worker sends it.
OUTBOX_LEASE = _env.number("OUTBOX_LEASE", 300, lowest=1, highest=3600)
# Set only in the embedded mode: the folder in which the local mail server stores messages, shown on a page.
MAILBOX_DIR: Path | None = None
NOTIFY: dict[str, str] = {}
if _email_url and _email_url.scheme == "govuk-notify":
    EMAIL_BACKEND = "outbox.notify.NotifyBackend"
    NOTIFY = _env.notify("EMAIL_URL", _email_url)
elif _email_url:
    globals().update(
        _env.configured("EMAIL_URL", environ.Env.email_url_config, "smtp://host:25 or smtp+tls://user:password@host")
    )
    EMAIL_PORT = _email_url.port or {"smtp+ssl": 465, "smtp": 25}.get(_email_url.scheme, 587)
else:
    MAILBOX_DIR = DATA_DIR / "mailbox"
    EMAIL_BACKEND = "readiness.mailbox.EmailBackend"
    EMAIL_HOST = "127.0.0.1"
DEFAULT_FROM_EMAIL = _env.given("FROM_EMAIL") or (
    f"Inspection readiness <readiness@{_public_host}>" if _env.given("ALLOWED_HOSTS") else "readiness@localhost"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Returned mail: the mailbox in which reports arrive, and the address that leads there. The return path of each email is
# that address with the email's own token after a plus sign.
BOUNCES_URL = _bounces_url.geturl() if _bounces_url else ""
BOUNCES_ADDRESS = _env.address("BOUNCES_ADDRESS", "bounces@example.gov.uk")

# --- Language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Logging --------------------------------------------------------------------------------------

# To standard error. It contains no request body and no form value, and only the kind and place of an exception unless
# DEBUG is on: the text of a database error quotes the row, and a row can name a child.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "logging.Formatter" if DEBUG else "readiness.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # What a worker does is interesting in a real installation, but noise on the terminal of somebody who tries it.
        "celery": {"level": "WARNING" if EMBEDDED else "INFO"},
        "axes": {"level": "ERROR"},
        "readiness": {"level": "INFO"},
    },
}

_env.stop_if_faulty()
