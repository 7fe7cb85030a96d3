# The front door. `make help` lists what there is.
export PKG_CONFIG_PATH := $(CURDIR)/.deps/pkgconfig:$(PKG_CONFIG_PATH)
BINARY := .build/release/maskwatch

.DEFAULT_GOAL := help
.PHONY: help demo up build release test test-quick test-integration fuzz bench lint format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Start Maskwatch with simulated cameras on http://localhost:8080
	@scripts/setup demo
	@scripts/build release
	@scripts/demo

up: ## Start Maskwatch on http://localhost:8080
	@scripts/setup build
	@scripts/build release
	@$(BINARY) up

build: ## Build for development
	@scripts/setup build
	@scripts/build debug

release: ## Build for use
	@scripts/setup build
	@scripts/build release

test: ## Install what the tests need, build, and run every test
	@scripts/setup test
	@scripts/test

test-quick: ## Build and run the tests that need no release build and no browser
	@scripts/setup build
	@scripts/test quick

test-integration: ## Start RabbitMQ, PostgreSQL and an S3 server of its own and run the tests that need them
	@scripts/setup integration
	@scripts/integration

fuzz: ## Fuzz what reads bytes from outside, guided by coverage: TARGET=pictures RUNS=1000000
	@scripts/setup test
	@scripts/fuzz $(or $(TARGET),all) $(or $(RUNS),100000)

bench: ## Measure the model path and compare its ratios with Benchmarks/Thresholds
	@scripts/setup test
	@scripts/build release
	@scripts/bench

lint: ## Check the format of the Swift code
	@swift format lint --strict --recursive Package.swift Sources Tests

format: ## Format the Swift code
	@swift format --in-place --recursive Package.swift Sources Tests

clean: ## Remove what was built (not what was installed)
	@rm -rf .build

-include scripts/training.mk
