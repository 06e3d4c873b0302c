"""The application that gunicorn serves: `gunicorn readiness.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readiness.settings")
_django = get_wsgi_application()

from readiness.requests import as_utf8  # noqa: E402  # reads the settings, which are ready only now

application = as_utf8(_django)
