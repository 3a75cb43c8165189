# Lightbox: everything a clone needs. `make demo` and `make test` work on a fresh machine that has
# a Swift toolchain.

PACKAGES := libopenblas-dev libsqlite3-dev libpng-dev libgif-dev libjpeg62-turbo-dev \
    libopenjp2-7-dev
SWIFT_FLAGS := --explicit-target-dependency-import-check error
LIGHTBOX := .build/release/lightbox
DEMO_DATA := data/demo
BENCH_IMAGE := .build/imagebench/MontgomerySet/CXR_png/MCUCXR_0001_0.png

.PHONY: deps version build demo dist install uninstall deb test-dist test-image test-processors test test-dicom test-interop test-onnx test-trainers test-statistics test-browser test-recipes record site validation test-slurm torture torture-trainers lint format asan test-avx512 bench fuzz fuzz-store fuzz-pages report report-check ship clean

# Installs the system libraries that are missing. C sources look for headers when they are compiled:
# a library that comes later makes them be compiled again.
deps:
	@sh scripts/install-packages.sh $(PACKAGES) && sh scripts/touch-codecs.sh

version:
	@sed -n 's/.*static let text = "\(.*\)"/\1/p' Sources/lightbox/Version.swift

build: deps
	swift build -c release --product lightbox $(SWIFT_FLAGS)

# Draws phantoms, sweeps a small grid over them, writes results/demo.md.
demo: build
	@test -d $(DEMO_DATA)/MontgomerySet || $(LIGHTBOX) data phantom $(DEMO_DATA)
	$(LIGHTBOX) sweep experiments/demo.yaml
	@echo 'The table is in results/demo.md. Next:'
	@echo '    $(LIGHTBOX) runs            lists the runs'
	@echo '    $(LIGHTBOX) serve --open    shows them in a browser'
	@echo '    $(LIGHTBOX) show 1          one run: settings, curves, results'
	@echo '    $(LIGHTBOX)                 what else can be done here'

# A release: the program with the Swift runtime linked in, completions, manual pages, licences and a bill
# of materials, as a folder, a tarball and its SHA-256 in DIST (docs/installing.md). Needs python3.
DIST := dist
DIST_SCRATCH := .build-dist
dist: deps
	@sh scripts/install-packages.sh binutils && sh scripts/dist/dist.sh $(DIST_SCRATCH) $(DIST)

# The same folder below PREFIX (with DESTDIR before it), and away again.
PREFIX := /usr/local
install:
	@tree=$$(sh scripts/dist/tree.sh $(DIST_SCRATCH) $(DIST)) && "$$tree/install.sh" "$(PREFIX)"

uninstall:
	@sh scripts/dist/install.sh --uninstall "$(PREFIX)"

# A Debian package of it, with its dependencies named.
deb: dist
	@sh scripts/dist/deb.sh $(DIST)

# Tarball and package in a bare Debian 12 root without Swift: installed, used, removed without a trace
# (root; installs debootstrap).
test-dist: deb
	sh scripts/dist/test.sh $(DIST)

# The image of Dockerfile, from the package of `make deb` and a bare Debian in place of the registry's
# (root; installs buildah and debootstrap).
test-image: deb
	sh scripts/dist/image.sh $(DIST)

# A small network on phantoms at every level of kernels, and on an emulated processor of 2006 (installs
# qemu-user-static).
test-processors: dist
	sh scripts/dist/processors.sh $(DIST)

# All suites, in parts beside one another (scripts/test.sh).
test: deps
	swift build --build-tests $(SWIFT_FLAGS)
	@sh scripts/test.sh

# Writes down what new entries of the registries give, bits of weights, help texts and docs/reference; read the
# difference.
# Recording fails the tests that record.
record: deps
	swift build --build-tests $(SWIFT_FLAGS)
	-RECORD_GOLDEN=1 RECORD_SNAPSHOTS=1 swift test --skip-build \
	    --filter 'GoldenBitsTests|SnapshotTests|ReferenceTests|CommandLineTests\.ReadmeTests'
	git diff --stat -- Tests docs

# Carries out the recipes of CONTRIBUTING.md in a copy of the working tree: writes their files, adds their lines,
# builds, runs the suites that they name, and sweeps over all that was added.
test-recipes: deps
	swift build --build-tests $(SWIFT_FLAGS)
	sh scripts/recipes/run.sh $(SWIFT_FLAGS)

# What takes minutes: sweeps of real trainings killed at random moments until 100 kills are done, power
# cuts, restored backups, second stores and replaced stores under sweeps (ten rounds of each), and
# bare writers of the store the same. `make test` has a short form of both.
TORTURE_KILLS := 100
torture: deps
	swift build --build-tests $(SWIFT_FLAGS)
	TORTURE_KILLS=$(TORTURE_KILLS) swift test --skip-build --filter TortureTests
	@folder=$$(mktemp -d) && .build/debug/storebench torture --store $$folder/k.db \
	    --kills $(TORTURE_KILLS) && rm -r $$folder

# Decodes every DICOM file of DICOM_FILES, and drawn ones of every kind, and compares each pixel with
# pydicom and pylibjpeg (packages from PyPI).
DICOM_FILES ?=
test-dicom: deps
	swift build -c release --product imagebench $(SWIFT_FLAGS)
	sh scripts/dicom/run.sh .build/release/imagebench $(DICOM_FILES)

# Opens exports of a store with MLflow 3 and 2.9, TensorBoard and PyTorch, and imports what these and W&B wrote
# (packages from PyPI).
INTEROP_STORE ?= $(firstword $(wildcard results/lightbox.db) results/shipped/results.db)
test-interop: build
	sh scripts/interop/run.sh $(LIGHTBOX) $(INTEROP_STORE)

# Trains every network on phantoms, exports it to ONNX, and compares ONNX Runtime and OpenVINO with `predict` on 20
# images (packages from PyPI, into .venv-onnx).
test-onnx: build
	sh scripts/onnx/run.sh $(LIGHTBOX)

# The Python package, and every example of a trainer swept (packages from PyPI, into .venv-trainers).
test-trainers: build
	sh scripts/trainers/run.sh $(LIGHTBOX)

# Sweeps over PyTorch's U-Net beside Lightbox's own, killed at random moments, on phantoms or, with DATA=, on real
# images: minutes (packages from PyPI).
TRAINER_KILLS := 30
torture-trainers: build
	sh scripts/python-environment.sh .venv-trainers numpy torch
	PATH="$(CURDIR)/.venv-trainers/bin:$$PATH" PYTHONPATH="$(CURDIR)/python" \
	    python3 scripts/trainers/torture.py $(LIGHTBOX) --kills $(TRAINER_KILLS) $(DATA:%=--data %)

# Tests, intervals and figures of probabilities on the shipped rows beside SciPy, statsmodels and
# scikit-learn (packages from PyPI).
test-statistics: deps
	swift build -c release --product statisticsbench $(SWIFT_FLAGS)
	sh scripts/statistics/run.sh .build/release/statisticsbench $(SHIPPED)/results.db

# How often the tests are wrong, and what they find, on a model of the shipped rows.
validation: deps
	swift build -c release --product statisticsbench $(SWIFT_FLAGS)
	.build/release/statisticsbench simulate > results/validation/tests.md

# Drives the pages of `lightbox serve` in Chromium (from Debian, with Playwright from PyPI). SHOTS is a
# folder for screenshots.
SHOTS ?=
test-browser: build
	sh Tests/Browser/run.sh $(LIGHTBOX) $(SHOTS)

# The documentation as a site with a search, in .build-site/site (MkDocs Material from PyPI). Stops at a
# link that leads nowhere.
site:
	@sh scripts/site/build.sh .build-site

# Trains a sweep on a Slurm cluster of one node (root; installs slurm-wlm and munge) and compares
# the store with a local run's.
test-slurm: build
	sh scripts/slurm/run.sh $(LIGHTBOX)

# Puts Swift and C into shape.
format:
	swift format -i --recursive Package.swift Sources Tests
	@sh scripts/install-packages.sh clang-format
	clang-format -i $(C_FILES) && clang-format -i $(C_FILES)

# Swift and C in one manner: 100 columns, four spaces, `//` comments. clang-format is that of Debian.
C_FILES = $(shell find Sources Tests -name '*.[ch]')
lint:
	swift format lint --strict --recursive Package.swift Sources Tests
	@! LC_ALL=C.UTF-8 grep -nE '/[*]|.{101}' $(C_FILES)
	@if sh scripts/install-packages.sh clang-format; then \
	    clang-format --dry-run --Werror $(C_FILES); \
	else echo "lint: no clang-format here, the form of C files is not looked at" >&2; fi

# The tests under AddressSanitizer; the leak checker is off because the test runner itself leaks.
asan: deps
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --scratch-path .build-asan

# The level of AVX-512 on a processor that has AVX2 only: each of its vectors is two. Kernels beside their naive
# twins, and steps beside PyTorch.
test-avx512: deps
	swift build --build-tests --scratch-path .build-avx512 -Xcc -DLB_EMULATE_AVX512 $(SWIFT_FLAGS)
	swift test --skip-build --scratch-path .build-avx512 -Xcc -DLB_EMULATE_AVX512 \
	    --filter '^(TensorCore|NN|Losses|Models|Training)Tests\.'

# Kernels, then whole training steps beside PyTorch in the same run. BENCH=--quick times only the
# rows that have a target.
bench: deps
	swift build -c release --product kernelbench $(SWIFT_FLAGS)
	.build/release/kernelbench kernels
	@if sh scripts/python-environment.sh .venv torch numpy safetensors onnx onnxruntime openvino; then \
	    .venv/bin/python benchmarks/compare.py $(BENCH); fi
	swift build -c release --product imagebench $(SWIFT_FLAGS)
	.build/release/imagebench --rounds 1
	.build/release/imagebench $(BENCH_IMAGE)
	@if sh scripts/python-environment.sh .venv pillow opencv-python-headless numpy; then \
	    .venv/bin/python benchmarks/peer_images.py $(BENCH_IMAGE); fi

# Every reader of foreign files under libFuzzer and AddressSanitizer; FUZZ_SECONDS each.
FUZZ_SECONDS := 60
fuzz: deps
	sh scripts/fuzz.sh $(FUZZ_SECONDS)

# Verbs over damaged and foreign stores: no signal, no hang, and `lightbox check` finds every change
# of a result. `make test` has a short form.
FUZZ_STORE_VERBS := 5000
fuzz-store: deps
	swift build --build-tests $(SWIFT_FLAGS)
	FUZZ_STORE_VERBS=$(FUZZ_STORE_VERBS) swift test --skip-build --filter StoreFuzzTests

# Reports: the user's own store beside itself, where there is one, and the shipped one.
SHIPPED := results/shipped
report: build
	@if [ -f results/lightbox.db ]; then \
	    sh scripts/reports.sh $(LIGHTBOX) results/lightbox.db results; fi
	@sh scripts/reports.sh $(LIGHTBOX) $(SHIPPED)/results.db $(SHIPPED)

# Fails when a committed report is not what the shipped results give.
report-check: build
	@sh scripts/reports.sh $(LIGHTBOX) $(SHIPPED)/results.db $(SHIPPED) --check

# Makes the shipped store, at most 10 MB, from the runs of SHIP_STORES, and its reports.
SHIP_STORES ?= results/lightbox.db
ship: build
	@sh scripts/ship.sh $(LIGHTBOX) $(SHIPPED)/results.db $(SHIP_STORES)
	@sh scripts/reports.sh $(LIGHTBOX) $(SHIPPED)/results.db $(SHIPPED)

# Requests at random over the pages of `lightbox serve`, for FUZZ_SECONDS. `make test` has a short form.
fuzz-pages: deps
	swift build --build-tests $(SWIFT_FLAGS)
	FUZZ_PAGES_SECONDS=$(FUZZ_SECONDS) swift test --skip-build --filter PageFuzzTests

clean:
	rm -rf .build .build-asan .build-avx512 .build-site $(DIST) $(DIST_SCRATCH) .venv .venv-site .venv-statistics
