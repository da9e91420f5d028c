# Everything starts here. Needs make and Python 3.11 to 3.14, and installs nothing outside this directory.
PYTHON ?= python3
WORKERS ?= 3
SCENARIO ?= default
WORLDS ?= 10000
SEED ?=
SIZES ?=
KEEP ?=
PYTHON_CODE := cli functions generate rehearsal shared tests
TEMPLATES := template.yaml workload-account/template.yaml
TOOLS := .tools/sam/.ready .tools/emulator/.ready .tools/proxy/.ready .tools/awscli/.ready
SAM := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-west-2 .tools/sam/bin/sam

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# ─── What people type ────────────────────────────────────────────────────────────────────────────────────────────────

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/.ready $(TOOLS) ## Deploy Groundswell to an embedded AWS, watch it fail an estate over, take it all down
	@.venv/bin/rehearsal demo --scenario $(SCENARIO)

.PHONY: rehearse
rehearse: .venv/.ready $(TOOLS) ## Bring up the embedded AWS with its simulated estate, and leave it up until Ctrl-C
	@.venv/bin/rehearsal up --scenario $(SCENARIO)

.PHONY: bench
bench: .venv/.ready $(TOOLS) ## Measure failovers on the embedded AWS, e.g. SIZES="1000 3000", KEEP=file.json
	@.venv/bin/rehearsal bench $(addprefix --servers ,$(SIZES)) $(addprefix --keep ,$(KEEP))

.PHONY: chaos
chaos: .venv/.ready $(TOOLS) ## Break calls and kill functions while estates fail over, and prove that nothing went wrong
	@.venv/bin/rehearsal chaos

.PHONY: soak
soak: .venv/.ready $(TOOLS) ## Fail 20 customers over again and again among faults; nothing may grow or stay behind
	@.venv/bin/rehearsal soak

.PHONY: simulate
simulate: .venv/.ready ## Run WORLDS=10000 hostile worlds, resumed where interrupted; or tell of one again: SEED=42
	@.venv/bin/python -W ignore -m tests.simulation $(if $(SEED),replay $(SEED),hunt $(WORLDS))

.PHONY: test
test: check tests ## Run all checks and all tests, as CI does

.PHONY: tests
tests: .venv/.ready $(TOOLS) ## Run the tests; those on the embedded AWS share one
	.venv/bin/pytest -n $(WORKERS) --dist loadgroup

.PHONY: check
check: .venv/.ready .tools/sam/.ready ## Check style, format, types, layers, templates and generated files
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy $(PYTHON_CODE)
	.venv/bin/lint-imports
	.tools/sam/bin/cfn-lint --append-rules cfn_lint_serverless.rules -- $(TEMPLATES)
	$(SAM) validate --lint --template template.yaml
	$(SAM) validate --lint --template workload-account/template.yaml
	.venv/bin/python -m generate --check

.PHONY: format
format: .venv/.ready ## Put the code into its format
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

.PHONY: generate
generate: .venv/.ready ## Write anew what is generated
	.venv/bin/python -m generate

.PHONY: schemas
schemas: generate ## The same: schemas are among it

.PHONY: tools
tools: .venv/.ready $(TOOLS) ## Install the tools into .venv and .tools; a second run does nothing

.PHONY: clean
clean: ## Remove everything that was made, the tools too
	rm -rf .venv .tools .aws-sam .rehearsal .simulation .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ─── Tools, each in an environment of its own, made anew when its requirements change ────────────────────────────────

.venv/.ready: .venv/.packages pyproject.toml
	@echo "Installing Groundswell itself, editable"
	@.venv/bin/python -m pip --quiet --quiet --disable-pip-version-check install --no-deps --editable .
	@touch $@

.venv/.packages: requirements/dev.txt
	$(call make_environment,.venv,$<)
	@touch $@

.tools/%/.ready: requirements/%.txt
	$(call make_environment,.tools/$*,$<)
	@touch $@

define make_environment
@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { \
	echo "Python 3.11 to 3.14 is needed, and '$(PYTHON)' is: $$($(PYTHON) --version 2>&1)." >&2; \
	echo "Install one, then name it, e.g.: make PYTHON=python3.13" >&2; exit 1; }
@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
@echo "Installing $(2) into $(1)"
@$(PYTHON) -m venv --clear $(1)
@$(1)/bin/python -m pip --quiet --quiet --disable-pip-version-check install --requirement $(2)
endef
