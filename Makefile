# Every target sets up what it needs; a second call starts at once.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: chat bot test test-semantic test-browser soak bench tune learn lint lock messages build clean

chat: .venv/chat
	@grep -qs '^IAMM_DATABASE=' .env || export IAMM_DATABASE=$${IAMM_DATABASE:-iamm.db}; $(BIN)/iamm chat

bot: .venv/chat
	$(BIN)/iamm run

test: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit -q -c pyproject.toml -r bot
	$(BIN)/iamm check
	$(BIN)/pytest -n auto --dist worksteal -m "not alone and not semantic and not browser" --cov --cov-report=
	$(BIN)/pytest -m alone --cov --cov-append --cov-report=term:skip-covered

test-semantic: .venv/semantic
	$(BIN)/pytest -m semantic

test-browser: .venv/browser
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null \
		|| { echo "Chromium or its driver is missing. On Debian: apt-get install chromium chromium-driver"; exit 1; }
	$(BIN)/pytest -m browser

soak: .venv/test
	IAMM_SOAK=1000000 $(BIN)/pytest -s tests/test_soak.py
	IAMM_SOAK=1000000 $(BIN)/pytest tests/test_review.py
	IAMM_SOAK_QUESTIONS=1000 $(BIN)/pytest tests/test_nothing_lost.py
	IAMM_SOAK_SUBSCRIBERS=10000 $(BIN)/pytest tests/test_deliveries_at_scale.py

lint: .venv/test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/bench
	@echo "Measuring for some twenty minutes, more the first time..." >&2
	@$(BIN)/python -m bench.search
	@echo
	@$(BIN)/python -m bench.service

tune: .venv/test
	$(BIN)/python -m bench.tune

learn: .venv/learn
	@$(BIN)/python -m bench.learn

lock: .venv/python
	$(BIN)/python -m pip -q --disable-pip-version-check install uv
	$(BIN)/uv pip compile -q --universal --upgrade --all-extras --no-header --no-annotate --python-version 3.11 \
		-o requirements.lock pyproject.toml

messages: .venv/test
	$(BIN)/pybabel -q extract -k say -k count:1,2 -c TRANSLATORS: -s --no-location --omit-header --width=110 -o locales/messages.pot bot
	for language in fr es; do $(BIN)/pybabel -q update -N --ignore-obsolete --omit-header --ignore-pot-creation-date \
		--width=110 -i locales/messages.pot -d locales -l $$language; done

build: .venv/test
	$(BIN)/python -m pip -q wheel --no-deps -w dist .

clean:
	rm -rf .venv dist build

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "iamm needs Python 3.11 or later; name one with make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/chat: .venv/python pyproject.toml requirements.lock
	@echo "Setting up, once..." >&2
	@$(BIN)/python -m pip -q --disable-pip-version-check install -c requirements.lock -e .
	@touch $@

.venv/test: .venv/python pyproject.toml requirements.lock
	@echo "Setting up the checks, once..." >&2
	@$(BIN)/python -m pip -q --disable-pip-version-check install -c requirements.lock -e '.[test]'
	@touch $@ .venv/chat

.venv/semantic: .venv/python pyproject.toml requirements.lock
	@echo "Setting up the checks of meaning, once..." >&2
	@$(BIN)/python -m pip -q --disable-pip-version-check install -c requirements.lock -e '.[test,semantic]'
	@touch $@ .venv/chat

.venv/browser: .venv/python pyproject.toml requirements.lock
	@echo "Setting up the checks in a browser, once..." >&2
	@$(BIN)/python -m pip -q --disable-pip-version-check install -c requirements.lock -e '.[test,review,browser]'
	@touch $@ .venv/chat

.venv/learn: .venv/python pyproject.toml requirements.lock
	@echo "Setting up to learn, once..." >&2
	@$(BIN)/python -m pip -q --disable-pip-version-check install -c requirements.lock -e '.[learn]'
	@touch $@ .venv/chat

.venv/bench: .venv/python pyproject.toml requirements.lock
	@echo "Setting up the bench, once..." >&2
	@$(BIN)/python -m pip -q --disable-pip-version-check install -c requirements.lock -e '.[bench,semantic]'
	@touch $@ .venv/chat
