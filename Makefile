# Everything starts here. Needs only Python 3.11, pip, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Fewer surprises: nothing but the lock files decides what is installed.
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
# What is compiled here need not be compiled at every start: in an office the program may not write its own folder.
# uv is fast; where it cannot work (an old processor, a proxy with certificates of its own), pip does the same.
define install
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python $(1) || \
	  { echo "uv could not; trying pip, which takes longer..."; $(BIN)/python -m pip install --quiet --disable-pip-version-check $(1); }
endef

# A checkout is a workshop: it never takes up the settings of an installation on the same machine.
export LOKET_CONFIG ?=

.PHONY: run test test-long check bench demo setup lock clean destroy

run: $(RUNTIME)
	@exec $(BIN)/loket run

setup: $(RUNTIME)

demo: $(RUNTIME)
	@exec $(BIN)/loket demo

test: $(DEV)
	@exec $(BIN)/python -m tests.run

# 10,000 families over ten years, half an hour; `make test-long LIVES_HAMLETS=15` for 300 of them.
test-long: $(DEV)
	@exec $(BIN)/python -m pytest -q -s -m long tests

check: $(DEV)
	@exec $(BIN)/python -m tests.check

# One figure as JSON for each line; `make bench ONLY=cases`, `make bench SIZE=20000` for a smaller one.
bench: $(DEV)
	@exec $(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(SIZE),--size $(SIZE))

$(VENV)/.bootstrap: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Loket needs Python 3.11 or newer.")'
	@echo "Preparing $(VENV)..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

$(RUNTIME): $(VENV)/.bootstrap requirements/runtime.txt pyproject.toml
	@echo "Installing what Loket needs (requirements/runtime.txt)..."
	$(call install,--require-hashes -r requirements/runtime.txt)
	$(call install,--no-deps --no-build-isolation -e .)
	@$(BIN)/python -m compileall -q loket
	@touch $@

$(DEV): $(RUNTIME) requirements/dev.txt
	@echo "Installing what the tests need (requirements/dev.txt)..."
	$(call install,--require-hashes -r requirements/dev.txt)
	@touch $@

# After a change of dependencies: hashes, no addresses.
lock: $(VENV)/.bootstrap
	cd requirements && UV="../$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --no-emit-index-url --no-emit-find-links" && \
	  $$UV bootstrap.in -o bootstrap.txt && \
	  $$UV ../pyproject.toml -o runtime.txt && \
	  $$UV ../pyproject.toml --group ../pyproject.toml:dev -c runtime.txt -o dev.txt

# Throws the installation in DATA_DIR (default var/) and that of `make demo` away, wherever their databases are.
destroy: $(RUNTIME)
	@$(BIN)/python -c "from loket.config.start import data_dir; from loket.config import embedded; \
	  [embedded.destroy(path) for path in (data_dir(), data_dir() / 'demo' / 'data') if path.exists()]; \
	  import shutil; shutil.rmtree(data_dir(), ignore_errors=True)"

clean:
	rm -rf $(VENV) build *.egg-info
