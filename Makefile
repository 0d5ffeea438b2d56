# Needs only python3 (>= 3.11, with venv) and make; everything else is installed into .venv by hash.
# Paths are relative to this folder on purpose: it may have spaces in its name.
SHELL = /bin/sh
PYTHON = python3
PY = .venv/bin/python
.DEFAULT_GOAL = help

# Settings of the caller's shell that would reach into our environment.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV PIP_TARGET PIP_PREFIX PIP_USER PIP_REQUIRE_VIRTUALENV MAKEFLAGS
export ARGS PORT STATE ONCE NAME

.PHONY: help demo test check messages bench lock clean

help:
	@echo 'make demo                everything at once, with fictional data: http://localhost:8000'
	@echo '  PORT=9000              portal at PORT, identity at PORT+1, relying party at PORT+2'
	@echo '  STATE=.demo            where data and logs are kept'
	@echo '  ONCE=1                 play the journey, print a summary, stop'
	@echo 'make test                all tests, on real PostgreSQL and Valkey'
	@echo '  ARGS="-k audit -x"     for pytest; ARGS="-n 2" uses two cores'
	@echo 'make check               lint, format, types, layers, missing migrations'
	@echo 'make messages            collect the texts to translate, compile the translations'
	@echo 'make bench               list the benchmarks; NAME=… runs one'
	@echo 'make lock                lock requirements/*.in anew (needs uv; ARGS=--upgrade)'
	@echo 'make clean               remove data, logs, caches; ARGS=--all also .venv'
	@echo 'PYTHON=/path/to/python3  the interpreter to make .venv with'

demo: .environment-demo
	@exec $(PY) -m deploy.demo

test: .environment-dev
	@exec $(PY) -m deploy.run_tests

check: .environment-dev
	@exec $(PY) -m deploy.check

messages: .environment-dev
	@exec $(PY) -m deploy.messages

bench: .environment-bench
	@exec $(PY) -m deploy.run_bench

lock:
	@exec sh requirements/lock.sh

clean:
	@if test -x $(PY); then exec $(PY) -m deploy.clean; \
	else echo 'No .venv, nothing to ask: remove .demo, .test and /var/tmp/consortium-* by hand'; fi

.PHONY: .environment-demo .environment-dev .environment-bench
.environment-demo .environment-dev .environment-bench:
	@command -v '$(PYTHON)' >/dev/null || { echo '✗ $(PYTHON) is missing: install Python 3.11 or newer, with venv' >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "✗ Python 3.11 or newer is needed, this is" \
	  "$$('$(PYTHON)' -V 2>&1); name another one: make … PYTHON=/path/to/python3.11" >&2; exit 1; }
	@'$(PYTHON)' -I deploy/environment.py $(@:.environment-%=%)
