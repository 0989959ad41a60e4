# Two commands: `make up` runs the product, `make test` passes its tests. Each sets up all it needs.
PORT ?= 8000
PYTHON := .venv/bin/python
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)

.PHONY: up test lint check clean

up: .venv/ready
	@exec $(PYTHON) manage.py up --port $(PORT)

test: .venv/ready
	@sh .ci/packages
	$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

lint: .venv/ready
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy .
	.venv/bin/lint-imports

.tools/bin/uv:
	@echo "Getting uv, which gets everything else."
	@python3 -m venv .tools 2>/dev/null || python3 -m venv --without-pip .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null \
		|| python3 -m pip install --quiet --disable-pip-version-check --target .tools/lib uv \
		&& { test -x .tools/bin/uv || ln -sf ../lib/bin/uv .tools/bin/uv; }

.venv/ready: pyproject.toml uv.lock .python-version | $(UV)
	@env -u PYENV_VERSION $(UV) sync --locked --quiet  # a pyenv shell of another version hides ours
	@touch .venv/ready

clean:
	rm -rf .venv .tools var
