# SPDX-License-Identifier: GPL-3.0-or-later
# Builds, lints, tests and packages the collection. Needs make, git and a Python 3.12 or newer; fetches the rest from the
# package index that pip is set up for, into .cache, and writes nowhere else.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.SECONDARY:

# ---- What it is tested with. The other pins: tests/unit/requirements.txt and tests/utils/requirements-lint.txt.
CORE_PINS     := 2.16.19 2.17.14 2.18.19 2.19.14 2.20.10 2.21.5
# A pre-release of the next core, for `make test-all`; empty when there is none. When that is a release, move its pin to the end of CORE_PINS:
# nothing else makes it the newest core.
NEXT_PIN      := 2.22.0rc1
# ansible-core's own branches, for .github/workflows/next-core.yml: make unit-devel sanity-devel jobs-devel
BRANCHES      := devel milestone
UV_PIN        := 0.13.9
# The release of the package ansible that awx.awx is taken from: 24.6.1 of it.
ANSIBLE_PIN   := 11.13.0
OLDEST_PYTHON := 3.9
# Used where it is found; REQUIRE_ALL=1 does not ask for it.
OPTIONAL_PYTHONS := 3.14
RELEASED := $(basename $(CORE_PINS))
NEXT   := $(basename $(NEXT_PIN))
CORES  := $(RELEASED) $(NEXT)
OLDEST := $(firstword $(RELEASED))
NEWEST := $(lastword $(RELEASED))
# The Pythons that can run a core, best first.
pythons_for_core = $(if $(filter 2.16 2.17,$1),3.12 3.11 3.10,$(if $(filter 2.18 2.19,$1),3.13 3.12 3.11,$(if $(filter 2.20 2.21,$1),3.13 3.12 3.14,3.13 3.14)))
# What pip installs of a core: a version, or an archive of a branch.
core = $(if $(filter $(BRANCHES),$1),ansible-core@https://github.com/ansible/ansible/archive/$1.tar.gz,ansible-core==$(filter $1.%,$(CORE_PINS) $(NEXT_PIN)))

# ---- What a caller may set: `make sanity CORE=2.19`, `make unit ARGS="-k plan"`, `make test UV_PYTHON_DOWNLOADS=automatic`.
CORE ?= $(NEWEST)
ARGS ?=
JOBS ?= 2
REQUIRE_ALL ?=
export UV_PYTHON_DOWNLOADS ?= never
export UV_SYSTEM_CERTS ?= 1

space := $(subst ,, )
comma := ,

# ---- Where things are.
C   := $(CURDIR)/.cache
RAN := $(C)/ran
UV  := $(C)/tools/bin/uv
COLLECTION := tencentcloud/apigateway
export UV_CACHE_DIR := $(C)/uv
export PIP_CACHE_DIR := $(C)/pip
export PYTHONPYCACHEPREFIX := $(C)/pycache
export HYPOTHESIS_STORAGE_DIRECTORY := $(C)/hypothesis
export COVERAGE_FILE := $(C)/coverage/data
export COLLECTION_ROOT := $(CURDIR)
# The servers of tests are not to be asked for through a proxy.
export NO_PROXY := 127.0.0.1,localhost$(if $(NO_PROXY),$(comma)$(NO_PROXY))
export no_proxy := $(NO_PROXY)
# A test finds neither the credentials nor the settings of whoever runs it; HOME, below, is not theirs either.
unexport GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH VIRTUAL_ENV \
	$(filter ANSIBLE_% PYTEST_% TCCLI_% TENCENTCLOUD_% TKE_%,$(.VARIABLES))

# ---- Which Pythons there are. The shims of pyenv answer for versions that are not active, and fail: its folders go first.
PYENV_ROOT ?= $(HOME)/.pyenv
PYTHONS := 3.14 3.13 3.12 3.11 3.10 3.9
export PATH := $(subst $(space),:,$(strip $(foreach v,$(PYTHONS),$(lastword $(wildcard $(PYENV_ROOT)/versions/$v.*/bin))) $(PATH)))
# Looked for once, and only when a target asks. Where uv may download Pythons, every core has one.
FOUND = $(eval FOUND := $(shell PATH="$(PATH)"; for v in $(PYTHONS); do if python$$v -c '' 2>/dev/null; then echo $$v; fi; done))$(FOUND)
usable = $(if $(filter never,$(UV_PYTHON_DOWNLOADS)),$(FOUND),$(PYTHONS))
python_for_core = $(firstword $(foreach v,$(call pythons_for_core,$1),$(filter $v,$(usable))))
no_python = $(error ansible-core $1 needs Python $(subst $(space), or ,$(call pythons_for_core,$1)) (python3.N on the PATH, or in pyenv). Found: $(or $(FOUND),none))

# ---- How things are run. One HOME a core: cores that share one get in each other's way.
# In the checkout, through a link that makes it a collection:
in_core = HOME=$(C)/home/$1 PATH=$(C)/core/$1/bin:$$PATH PYTHONPATH=$(C)/collections ANSIBLE_COLLECTIONS_PATH=$(C)/collections \
	ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false ANSIBLE_NOCOWS=1 ANSIBLE_CALLBACK_RESULT_FORMAT=yaml
# In a copy, since ansible-test and ansible-lint insist on a real path that ends in ansible_collections/<namespace>/<name>:
in_stage = cd $(C)/stage/$1/ansible_collections/$(COLLECTION) && HOME=$(C)/home/$1 PATH=$(C)/core/$1/bin:$$PATH
install = $(UV) pip install -q $$(cat $(C)/tools/uv-options) --python $(@D)/bin/python
# A check that has passed leaves a note of the Python it ran on, for the report.
ran = mkdir -p $(RAN) && $(C)/core/$(or $*,$(NEWEST))/bin/python -c 'import platform; print(platform.python_version())' > $(RAN)/$@

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

# ---- All of it. A check without a Python to run on is left out, and the report says so; REQUIRE_ALL=1 makes that a failure.
SANITY      := $(CORES:%=sanity-%)
UNIT        := $(CORES:%=unit-%)
INTEGRATION := $(CORES:%=integration-%)
JOBS_ON     := jobs-$(OLDEST) jobs-$(NEWEST) $(NEXT:%=jobs-%)
OF_BRANCHES := $(foreach check,sanity unit jobs,$(BRANCHES:%=$(check)-%))
# The longest first: two at a time, they end together.
EVERYDAY := integration-$(NEWEST) jobs-$(NEWEST) unit-$(NEWEST) sanity-$(OLDEST) sanity-$(NEWEST) unit-$(OLDEST) lint install-check demo
REST     := examples switches $(filter-out $(EVERYDAY),$(JOBS_ON)) docs importer $(filter-out $(EVERYDAY),$(SANITY) $(UNIT)) oldest-python
needs    = $(if $(filter oldest-python,$1),$(OLDEST_PYTHON),$(call pythons_for_core,$(or $(filter $(CORES),$(subst -, ,$1)),$(NEWEST))))
has      = $(filter $(if $(filter oldest-python,$1),$(FOUND),$(usable)),$(call needs,$1))
runnable = $(foreach check,$1,$(if $(call has,$(check)),$(check)))
left_out = $(foreach check,$1,$(if $(call has,$(check)),,$(check):$(subst $(space),$(comma),$(call needs,$(check)))))
report   = python3 tests/utils/report.py $(RAN) --cores $(CORES) --pythons $(FOUND) --missing $(filter-out $(FOUND),$(PYTHONS)) \
	--optional $(OPTIONAL_PYTHONS) --asked $1 --left-out $(left_out) $(if $(REQUIRE_ALL),--require-all)

test: ## lint, sanity and tests on the newest and the oldest core, the built tarball, the demo
	@$(if $(call python_for_core,$(NEWEST)),,$(call no_python,$(NEWEST)))rm -rf $(RAN) && mkdir -p $(RAN) && git status --porcelain > $(RAN)/checkout
	+@$(MAKE) -k -j$(JOBS) -O ARGS= $(call runnable,$(EVERYDAY)) || failed=1; $(call report,$(EVERYDAY)) && test -z "$${failed-}"

test-all: test ## test, then the examples, every switch, the other cores, the next one and the oldest Python
	+@$(MAKE) -k -j$(JOBS) -O ARGS= $(call runnable,$(REST)) || failed=1; $(call report,$(EVERYDAY) $(REST)) && test -z "$${failed-}"

# ---- The developer's loop
unit: $(C)/core/$(CORE)/.unit ## unit and contract tests, nothing else: make unit ARGS="-k plan" [CORE=2.16]
	@$(call in_core,$(CORE)) python -m pytest -q $(ARGS)

examples: $(C)/core/$(CORE)/.unit ## the examples, and the plays of README and docs, as people run them
	@echo "== $@"
	@$(call in_core,$(CORE)) python -m pytest -q $(ARGS) tests/examples
	@$(ran)

# Fewer pairs of them are in the unit tests.
switches: $(C)/core/$(NEWEST)/.unit ## every module in every position of every switch of the emulator, and in all pairs of them
	@echo "== $@"
	@$(call in_core,$(NEWEST)) SWITCHES=all python -m pytest -q -n $(JOBS) $(ARGS) tests/unit/contract/test_switches.py
	@$(ran)

jobs: jobs-$(CORE) ## whole playbooks, by ansible-playbook and ansible-runner: make jobs [CORE=2.16]

sanity: sanity-$(CORE) ## ansible-test sanity: make sanity CORE=2.19 [ARGS="--test validate-modules"]

integration: integration-$(CORE) ## ansible-test integration: make integration [ARGS=usage_plan_keys]

# ---- One check on one core
$(SANITY) $(filter sanity-%,$(OF_BRANCHES)): sanity-%: $(C)/core/%/.unit $(C)/home/%/.done stage-%
	@echo "== $@"
	@$(call in_stage,$*) ansible-test sanity $(ARGS)
	@$(ran)

# Coverage doubles the time, so it is measured on one core. Its floor is fail_under in .coveragerc. Whole jobs, which take long, are a check of their own.
$(UNIT) $(filter unit-%,$(OF_BRANCHES)): unit-%: $(C)/core/%/.unit
	@echo "== $@"
	@mkdir -p $(RAN) $(dir $(COVERAGE_FILE))
	@$(call in_core,$*) python -m pytest -q -n $(JOBS) --junitxml=$(RAN)/$@.xml -m "not jobs" $(ARGS) \
		$(if $(filter $*,$(NEWEST)),--cov --cov-report=term-missing:skip-covered)
	@$(ran)

$(JOBS_ON) $(filter jobs-%,$(OF_BRANCHES)): jobs-%: $(C)/core/%/.unit
	@echo "== $@"
	@mkdir -p $(RAN)
	@$(call in_core,$*) python -m pytest -q -n $(JOBS) --junitxml=$(RAN)/$@.xml -m jobs $(ARGS)
	@$(ran)

$(INTEGRATION): integration-%: $(C)/core/%/.unit $(C)/home/%/.done stage-%
	@echo "== $@"
	@$(call in_stage,$*) ansible-test integration $(ARGS)
	@$(ran)

# The modules on the oldest Python of a host and, by tests/integration/requirements.txt, with the oldest requests.
oldest-python: $(C)/core/$(NEWEST)/.unit $(C)/home/$(NEWEST)/.done stage-$(NEWEST)
	@echo "== $@"
	@$(call in_stage,$(NEWEST)) ansible-test integration --controller origin:python=$(call python_for_core,$(NEWEST)) \
		--target controller:python=venv/$(OLDEST_PYTHON) $(ARGS)
	@mkdir -p $(RAN) && echo $(OLDEST_PYTHON) > $(RAN)/$@

# ---- Checks of the whole
in_lint = $(call in_stage,lint) PATH=$(C)/lint/bin:$$PATH ANSIBLE_COLLECTIONS_PATH=$(C)/stage/lint:$(C)/awx
lint: $(C)/core/$(NEWEST)/.run $(C)/lint/.done $(C)/awx/.done stage-lint ## ansible-lint, and what antsibull checks of documentation and changelog
	@echo "== $@"
	@$(in_lint) ansible-lint --offline --nocolor -q
	@$(in_lint) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs self --skip-rstcheck .
	@$(in_lint) antsibull-changelog lint
	@$(ran)

# In a copy, into which the modules' pages are written. Every warning is a failure: a link that leads nowhere is one.
docs: $(C)/core/$(NEWEST)/.run $(C)/docs/.done stage-docs ## README, docs/ and the modules' documentation as a site, into .cache/docs/html
	@echo "== $@"
	@rm -rf $(C)/docs/html $(C)/stage/docs/ansible_collections/$(COLLECTION)/collections
	@mkdir $(C)/stage/docs/ansible_collections/$(COLLECTION)/collections
	@$(call in_stage,docs) PATH=$(C)/docs/bin:$$PATH ANSIBLE_COLLECTIONS_PATH=$(C)/stage/docs antsibull-docs collection --use-current \
		--squash-hierarchy --no-add-antsibull-docs-version --fail-on-error --cleanup no --dest-dir collections $(subst /,.,$(COLLECTION)) > /dev/null
	@$(call in_stage,docs) $(C)/docs/bin/python -m sphinx -q -W --keep-going -c docs/site . $(C)/docs/html
	@$(ran)

build: $(C)/core/$(NEWEST)/.run stage-build ## the tarball, into .cache/build
	@rm -rf $(C)/build
	@$(call in_stage,build) $(C)/core/$(NEWEST)/bin/ansible-galaxy collection build --output-path $(C)/build

in_installed = $(call in_core,$(NEWEST)) PYTHONPATH=$(C)/install ANSIBLE_COLLECTIONS_PATH=$(C)/install
in_awx = $(in_installed) ANSIBLE_COLLECTIONS_PATH=$(C)/install:$(C)/awx
install-check: build $(C)/lint/.done $(C)/awx/.done ## what the installed tarball gives: imports, documentation, requirements, playbooks
	@echo "== $@"
	@rm -rf $(C)/install
	@$(in_installed) ansible-galaxy collection install --offline -p $(C)/install $(C)/build/*.tar.gz
	@$(in_awx) python tests/utils/install_check.py $(C)/install $(COLLECTION) $(C)/lint/bin/ansible-builder $(C)/build/*.tar.gz
	@$(in_installed) python -m tests.emulator --seed examples/seed.yml -- \
		ansible-playbook tencentcloud.apigateway.bind_keys -e usage_plan_name=gold -e access_key_names=partner-a
	@$(in_awx) python tests/utils/awx_check.py $(C)/install
	@$(ran)

# What Galaxy does with a tarball that is uploaded. A warning is a failure here, but for two: Galaxy has no awx.awx, which only setup_awx needs,
# and looks for playbooks of the collection, by their full names, where it is not. `make lint` has both, and finds them.
importer: build $(C)/lint/.done stage-lint
	@echo "== $@"
	@$(in_lint) GALAXY_IMPORTER_RUN_FLAKE8=1 GALAXY_IMPORTER_CHECK_REQUIRED_TAGS=1 GALAXY_IMPORTER_REQUIRE_V1_OR_GREATER=1 \
		python -m galaxy_importer.main $(C)/build/*.tar.gz 2>&1 | tee $(C)/build/importer.log | tail -1
	@if grep -E '^(ERROR|WARNING|CRITICAL)' $(C)/build/importer.log | grep -Ev "module/action 'awx\.awx\.|Failed to find tencentcloud\.apigateway\.\w+ playbook"; \
		then exit 1; fi
	@$(ran)

release-check: lint install-check docs importer ## what a release must pass beside test-all; docs/checklist.md has the rest

demo: $(C)/core/$(CORE)/.run ## the examples against the emulator
	@$(call in_core,$(CORE)) python -m tests.emulator --seed examples/seed.yml -- bash -euc '\
		ansible-playbook examples/demo.yml examples/story.yml examples/access.yml $(ARGS)'
	@$(ran)

bench: $(C)/core/$(CORE)/.run ## measure: tests/utils/bench.py and bench_account.py
	@$(call in_core,$(CORE)) python tests/utils/bench.py
	@$(call in_core,$(CORE)) python tests/utils/bench_account.py $(ARGS)

SECONDS ?= 600
chaos: $(C)/core/$(CORE)/.unit ## faults at random, for as long as you like: make chaos SECONDS=1800
	@$(call in_core,$(CORE)) CHAOS_SECONDS=$(SECONDS) python -m pytest -q -s tests/unit/contract/test_chaos.py tests/unit/contract/test_chaos_playbooks.py -k by_chance $(ARGS)

mutants: $(C)/mutants/.done stage-mutants ## change the code in small ways, and see whether a test notices: make mutants [ARGS=_wait.py]
	@cd $(C)/stage/mutants && HOME=$(C)/home/mutants PYTHONPATH=$(C)/stage/mutants/mutants \
		$(C)/mutants/bin/python ansible_collections/$(COLLECTION)/tests/utils/mutants.py --jobs $(JOBS) $(ARGS)

tables: $(C)/core/$(NEWEST)/.unit ## write the generated tables of the documentation anew
	@$(call in_core,$(NEWEST)) python tests/utils/tables.py $(ARGS)

clean: ## remove .cache
	rm -rf $(C)

# ---- Environments
$(UV): Makefile tests/utils/pip_settings.py
	@rm -rf $(C)/tools && python3 -m venv $(C)/tools
	@$(C)/tools/bin/python -m pip install -q --disable-pip-version-check uv==$(UV_PIN)
	@$(C)/tools/bin/python tests/utils/pip_settings.py $(C)/tools/pip.conf > $(C)/tools/uv-options
	@touch $@

# A core with what the modules need: enough for the demo, and what a user gets. The unit tests' pins hold here too.
$(C)/core/%/.run: requirements.txt tests/unit/requirements.txt $(UV)
	@$(UV) venv -q --clear --seed --python $(or $(call python_for_core,$*),$(call no_python,$*)) $(@D)
	@$(install) '$(call core,$*)' -r requirements.txt -c tests/unit/requirements.txt
	@# Ansible-test of 2.22.0rc1 pins a commit of dill by its archive; from the package index comes its release.
	@sed -i 's#^\(\w*\) @ https://github.com/.*#\1#' $(@D)/lib/python3.*/site-packages/ansible_test/_data/requirements/sanity.*.txt
	@mkdir -p $(C)/home/$* $(C)/collections/ansible_collections/$(dir $(COLLECTION))
	@ln -sfn ../../../.. $(C)/collections/ansible_collections/$(COLLECTION)
	@touch $@

$(C)/core/%/.unit: $(C)/core/%/.run
	@$(install) -r tests/unit/requirements.txt
	@touch $@

$(C)/lint/.done: tests/utils/requirements-lint.txt $(UV)
	@$(UV) venv -q --clear --python $(or $(call python_for_core,$(NEWEST)),$(call no_python,$(NEWEST))) $(@D)
	@$(install) ansible-core==$(lastword $(CORE_PINS)) -r $<
	@mkdir -p $(C)/home/lint
	@touch $@

$(C)/docs/.done: tests/utils/requirements-docs.txt $(UV)
	@$(UV) venv -q --clear --python $(or $(call python_for_core,$(NEWEST)),$(call no_python,$(NEWEST))) $(@D)
	@$(install) ansible-core==$(lastword $(CORE_PINS)) -r $<
	@mkdir -p $(C)/home/docs
	@touch $@

# Only for checks of the playbook that sets AWX up: nothing else needs awx.awx. It is on the package index as a part of ansible, and only that part is unpacked.
$(C)/awx/.done: Makefile $(UV)
	@rm -rf $(@D) && mkdir -p $(@D)
	@$(C)/tools/bin/python -m pip download -q --disable-pip-version-check --no-deps -d $(@D) ansible==$(ANSIBLE_PIN)
	@$(C)/tools/bin/python -c 'import glob, zipfile; package = zipfile.ZipFile(*glob.glob("$(@D)/*.whl")); \
		package.extractall("$(@D)", [name for name in package.namelist() if name.startswith("ansible_collections/awx/")])'
	@rm $(@D)/*.whl
	@touch $@

$(C)/mutants/.done: tests/utils/requirements-mutants.txt requirements.txt tests/unit/requirements.txt $(UV)
	@$(UV) venv -q --clear --python $(or $(call python_for_core,$(NEWEST)),$(call no_python,$(NEWEST))) $(@D)
	@$(install) ansible-core==$(lastword $(CORE_PINS)) -r requirements.txt -r tests/unit/requirements.txt -r $<
	@mkdir -p $(C)/home/mutants
	@touch $@

# ansible-test fetches a pip installer from a host that is no package index, and passes no settings of pip on: HOME has both.
$(C)/home/%/.done: tests/utils/get_pip.py $(UV)
	@mkdir -p $(@D)/.ansible/test/cache $(@D)/.config/pip
	@cp $(C)/tools/pip.conf $(@D)/.config/pip/pip.conf
	@for version in 23_1_2 24_2 25_2; do cp $< $(@D)/.ansible/test/cache/get_pip_$$version.py; done
	@touch $@

STAGES := $(CORES:%=stage-%) $(BRANCHES:%=stage-%) stage-lint stage-build stage-docs stage-mutants
$(STAGES): stage-%:
	@python3 tests/utils/stage.py $(C)/stage/$*/ansible_collections/$(COLLECTION)

.PHONY: help test test-all unit switches jobs examples sanity integration lint build install-check demo bench chaos mutants tables docs importer release-check clean \
	oldest-python $(SANITY) $(UNIT) $(JOBS_ON) $(INTEGRATION) $(OF_BRANCHES) $(STAGES)
