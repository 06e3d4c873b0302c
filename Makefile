# `make run` is for trying it out; `make test` checks everything. docs/running.md says how to run it for real.

RUN_PACKAGES := python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation
# Playwright's own Node needs libatomic1; the last lines are servers and programs that the software talks
# to if a council has them: a virus scanner, a web server in front, LibreOffice.
TEST_PACKAGES := chromium libatomic1 qpdf poppler-utils clamav-daemon nginx-light \
  libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui
STAMPS := .venv/stamps
ASSETS := govuk/assets.py package.json package-lock.json

# Set it with `make run PORT=8001` or in the environment.
ifdef HOST
export HOST
endif
ifdef PORT
export PORT
endif

.PHONY: install run test check bench lock help
.DEFAULT_GOAL := help

help:
	@echo "make install      .venv, assets and system packages"
	@echo "make run          tries it out on 127.0.0.1:8000 (PORT=8001 for another)"
	@echo "make test         every check and test"
	@echo "make check        the static checks only"
	@echo "make bench [NAME] measures speed against rivals, all or the one named"
	@echo "make lock         compiles requirements/*.in"

install: $(STAMPS)/dev

$(STAMPS)/packages: scripts/system-packages Makefile
	@scripts/system-packages $(RUN_PACKAGES)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test-packages: scripts/system-packages Makefile
	@scripts/system-packages $(TEST_PACKAGES)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: requirements/run.txt scripts/environment $(ASSETS) | $(STAMPS)/packages
	@scripts/environment run
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/run
	@scripts/environment run dev
	@touch $@

run: $(STAMPS)/run
	@.venv/bin/python manage.py serve

check: $(STAMPS)/dev
	@scripts/check

test: $(STAMPS)/dev $(STAMPS)/test-packages
	@scripts/test

# `make bench` or `make bench pages`: a second goal is the benchmark's name.
ifeq (bench,$(firstword $(MAKECMDGOALS)))
NAME ?= $(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS))
$(eval $(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS)):;@:)
endif
bench: $(STAMPS)/dev
	@.venv/bin/python -m benchmarks $(NAME)

lock: $(STAMPS)/dev
	cd requirements && for name in run dev; do \
	  ../.venv/bin/uv pip compile -q --upgrade --generate-hashes --no-annotate --python-version 3.11 \
	    --custom-compile-command "make lock" $$name.in -o $$name.txt || exit 1; done
