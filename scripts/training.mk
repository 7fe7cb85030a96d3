# Training of the models; needs Python 3.11 or newer. `make train-setup` first. The data sets are looked for in
# ../shared/datasets or MASKWATCH_DATA; without them every command says so and ends.
TRAIN := cd training && .venv/bin/python

.PHONY: train-setup train-test train-detector train-classifier train-finetune train-cctv benchmark-models

train-setup: ## Install the training kit's Python packages into training/.venv
	@test -x training/.venv/bin/python || python3 -m venv training/.venv
	@training/.venv/bin/python -m pip install -q -r training/requirements.txt

train-test: ## Test the training kit (generated pictures, no data set)
	@$(TRAIN) -m pytest -q tests

train-detector: ## Train a detector: NETWORK=face-fast, ARGS="--steps 20000"; goes on where it stopped
	@$(TRAIN) train_detector.py --cfg cfg/$(or $(NETWORK),face-fast).cfg --run runs/$(or $(NETWORK),face-fast) $(or $(ARGS),--steps 20000)

train-classifier: ## Train the mask classifier: ARGS="--steps 4000"; goes on where it stopped
	@$(TRAIN) train_classifier.py $(or $(ARGS),--steps 4000)

train-finetune: ## Fine-tune a package's network on your own pictures: DATA=folder NETWORK=face-fast
	@$(TRAIN) finetune.py --data $(DATA) --network $(or $(NETWORK),face-fast) $(if $(WEIGHTS),--weights $(WEIGHTS)) $(ARGS)

train-cctv: ## Make the camera-like copies test-cctv and val-cctv
	@$(TRAIN) cctv.py --split test --seed 2026
	@$(TRAIN) cctv.py --split val --seed 2027

benchmark-models: ## Measure our models and the peers, write docs/benchmarks.md
	@test -e training/cache/cctv/faces/test-cctv.json || { $(TRAIN) cctv.py --split test --seed 2026; }
	@$(TRAIN) benchmark.py
