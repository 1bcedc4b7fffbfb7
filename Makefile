# The commands of the project: `make run` serves it, `make test` proves it. `make help` lists all.

MAKEFLAGS += --no-print-directory
PYTHON_ENV = .venv/bin/python
PYTEST = $(PYTHON_ENV) -m pytest
# WORKERS=n says how many; three on two cores were tried and took longer (16:16 against 15:43, and a tenth more of the processor).

.PHONY: help run test test-quick check bench campaign reset-demo requirements environment environment-dev browser
.DEFAULT_GOAL := help

help: ## 列出全部命令 / list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: environment ## 启动系统（HOST、PORT 可指定）/ serve the system (HOST and PORT can be given)
	@exec $(PYTHON_ENV) -m webui.serve

reset-demo: environment ## 清除演示数据并重新生成 / delete the demonstration data and make them anew
	@exec $(PYTHON_ENV) -m webui.serve --reset-demo

test: environment-dev browser ## 全部检查与测试：SQLite、PostgreSQL、浏览器 / every check and test
	@sh tools/test.sh $(or $(WORKERS),2)

test-quick: environment-dev ## 快速测试（仅 SQLite，不用浏览器）/ the quick tests: SQLite only, no browser
	@DUBAN_TEST_DATABASES=sqlite $(PYTEST) -n $(or $(WORKERS),2) --dist load --maxschedchunk 30 \
		-m "not slow and not browser and not postgres and not campaign"

check: environment-dev ## 代码规范、类型、分层约束 / lint, types, import contracts
	@sh tools/check.sh

bench: environment-dev ## 性能基准，结果写入 docs/benchmarks.md / benchmarks, results in docs/benchmarks.md
	@exec $(PYTHON_ENV) -m tests.bench

campaign: environment-dev ## 长时间的并发、崩溃、随机测试 / the long concurrency, crash and random tests
	@DUBAN_CAMPAIGN=1 DUBAN_TEST_DATABASES=sqlite,postgres $(PYTEST) -m campaign --hypothesis-profile=campaign --timeout=7200 -rP

requirements: environment ## 由 *.in 重新编译带哈希的依赖 / compile the requirements anew
	@sh tools/requirements.sh

environment:
	@sh tools/environment.sh requirements.txt 500

environment-dev:
	@sh tools/environment.sh requirements-dev.txt 1500

browser: environment-dev
	@$(PYTHON_ENV) -m tools.browser
