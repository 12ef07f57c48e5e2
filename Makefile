# 仪享 Yixiang · `make help` lists what there is. Needs only python3 >= 3.11 (with venv), make and a network.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; exit; fi; done; echo python3)
WORKERS ?= 2
PYTEST ?=

SETUP := $(PYTHON) scripts/setup.py
PY := .venv/bin/python
BIN := .venv/bin

.PHONY: help run build test check fix bench shots lock clean

help: ## 列出可用的命令 / list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## 安装、构建、启动演示 / install, build and start on http://127.0.0.1:8000 (PORT=… changes it)
	@$(SETUP) run frontend
	@exec $(PY) -m yixiang.config.console up

build: ## 只安装和构建 / install what is locked, build the front end
	@$(SETUP) run frontend

test: ## 全部检查和测试 / every check and every test, with their own set-up (COVER=1 measures coverage)
	@$(SETUP) dev frontend browser
	@$(MAKE) check-only
	@echo "== pytest(单元、数据库、接口、浏览器、架构 / unit, database, API, browser, architecture)"
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup $(if $(COVER),--cov --cov-report=term:skip-covered) $(PYTEST)

check: ## 静态检查 / ruff, mypy, import contracts, migrations, templates
	@$(SETUP) dev
	@$(MAKE) check-only

.PHONY: check-only
check-only:
	@echo "== ruff check"; $(BIN)/ruff check .
	@echo "== ruff format --check"; $(BIN)/ruff format --check .
	@echo "== mypy (strict) src"; $(PY) -m mypy src
	@echo "== lint-imports"; $(PY) -c 'from importlinter.cli import lint_imports_command as go; go()' --no-cache >var/lint-imports.log 2>&1 \
		|| { cat var/lint-imports.log; exit 1; }; tail -n 2 var/lint-imports.log
	@echo "== makemigrations --check"; $(PY) -W ignore::RuntimeWarning -m yixiang.config.console manage makemigrations --check --dry-run
	@echo "== djlint"; $(PY) -m djlint src --lint --quiet --profile jinja --ignore H006,H015,H017,H023,H030,H031,H037

fix: ## 自动修正格式 / ruff --fix and format
	@$(SETUP) dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: ## 性能测量 / run the benchmarks, rewrite docs/performance.md
	@$(SETUP) dev frontend
	@$(PY) -m benchmarks

shots: ## 每一页的截图 / screenshots of every page into var/shots/
	@$(SETUP) dev frontend browser
	@$(PY) -m tests.shots

lock: ## 重新锁定版本 / resolve requirements/*.in anew (UPGRADE=1 takes newer versions)
	@$(SETUP) dev
	@cd requirements && for name in run dev; do \
		../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-header --no-annotate $(if $(UPGRADE),--upgrade) $$name.in --output-file $$name.txt; done

clean: ## 删除安装与构建（不动数据） / remove what was installed and built, never the data in var/
	rm -rf .venv node_modules src/yixiang/web/static/web var/static
