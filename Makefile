# hpa: `make help` lists the targets.
#
# MODE=release|asan|ubsan|san|tsan|cov chooses the flags, each in a build folder of its own. WERROR=1
# makes warnings errors, V=1 shows the commands. A room may give flags to one of its files: CFLAGS_<file base name> = -mavx2.
MODE     ?= release
BUILD    ?= build$(if $(filter release,$(MODE)),,/$(MODE))
PREFIX   ?= /usr/local
DESTDIR  ?=
CC       ?= cc

ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif

# make takes blanks and colons apart. The sources may be in a folder with either.
ifneq ($(words $(BUILD)) $(findstring :,$(BUILD)),1 )
$(error BUILD=$(BUILD): make cannot build in a folder whose name has a blank or a colon; give another one)
endif

# As seen from anywhere, whether BUILD was given relative to this folder or not.
BUILT     = $(abspath $(BUILD))
ifeq ($(BUILT),$(CURDIR))
$(error BUILD is the folder of the sources; give it another one)
endif

ifneq ($(V),1)
say = @$(if $(findstring s,$(firstword -$(MAKEFLAGS))),,echo '  $(1)  $(2)';)
endif

PACKAGES  = ncursesw libpng libdeflate openblas sqlite3 jansson inih libxxhash chafa
FLOORS    = base data kern metric store nn job tui cli

CSTD      = -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE
WARN      = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpointer-arith \
            -Wcast-qual -Wwrite-strings -Wundef -Wformat=2 -Wimplicit-fallthrough -Wconversion -Wno-sign-conversion
# Of gcc alone: snprintf cuts on purpose.
WARN_CC   = $(if $(findstring clang,$(CC)),,-Wno-format-truncation)
FLAGS_release = -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
LINK_release  = -pie -Wl,-z,relro,-z,now -Wl,--build-id=sha1
FLAGS_asan    = -O1 -fsanitize=address -fno-omit-frame-pointer
FLAGS_ubsan   = -O1 -fsanitize=undefined -fno-sanitize-recover=undefined
FLAGS_san     = -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FLAGS_tsan    = -O1 -fsanitize=thread
FLAGS_cov     = -O1 --coverage
ifeq ($(origin FLAGS_$(MODE)),undefined)
$(error MODE=$(MODE): one of release, asan, ubsan, san, tsan and cov)
endif
LINK_asan     = -fsanitize=address
LINK_ubsan    = -fsanitize=undefined
LINK_san      = -fsanitize=address,undefined
LINK_tsan     = -fsanitize=thread
LINK_cov      = --coverage
CFLAGS   ?= -g
KERN_CFLAGS ?= -O3
CFLAGS_optim = -O3 -fno-math-errno
CFLAGS_composite = -O3 -fno-math-errno -fno-trapping-math
CFLAGS_cell_compression = -O3 -fno-math-errno -fno-trapping-math
CFLAGS_augment = -O3 -fno-math-errno -fno-trapping-math
# Each CPU tier of the kernels is compiled for its own instructions; kern.c asks the CPU. The reference
# is plain scalar code.
CFLAGS_tier_scalar = -fno-tree-vectorize -fno-tree-slp-vectorize
ifneq ($(filter x86_64-% amd64-%,$(shell $(CC) -dumpmachine)),)
CFLAGS_tier_avx2 = -mavx2 -mfma
CFLAGS_tier_avx512 = -mavx512f -mavx512vl -mavx512bw -mavx512dq -mprefer-vector-width=512
endif
# The same bits in whatever folder they are built: none is named in them.
blank     := $() $()
SAMEBITS  = -ffile-prefix-map=$(subst $(blank),\ ,$(CURDIR))=.
ALLFLAGS  = $(CSTD) $(WARN) $(WARN_CC) $(FLAGS_$(MODE)) $(CFLAGS) -ffp-contract=off -pthread -Iinclude
FILEFLAGS = $(if $(filter src/kern/%,$<),$(KERN_CFLAGS)) $(CFLAGS_$(basename $(notdir $<)))
# Their headers are not ours to mend: no warnings of them.
CPPLIBS  := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null))
LDLIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm
LDFLAGS_ALL = -pthread $(LINK_$(MODE)) $(LDFLAGS)
WERRORFLAG  = $(if $(filter 1,$(WERROR)),-Werror)

SOURCES  := $(sort $(foreach f,$(FLOORS),$(wildcard src/$(f)/*.c src/$(f)/*/*.c)))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
TESTS    := $(foreach f,$(FLOORS),$(wildcard tests/$(f)/test_*.c))
TEST_BINS := $(TESTS:%.c=$(BUILD)/%)
SCRIPTS  := $(filter-out %/lib.sh,$(wildcard tests/cli/*.sh tests/tui/*.sh))
FUZZERS  := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BINS := $(FUZZERS:%.c=$(BUILD)/%)
CRASH_BINS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/crash/*.c))

.PHONY: all
all: $(BUILD)/hpa $(BUILD)/compile_commands.json ## build the program at build/hpa

$(BUILD)/hpa: $(BUILD)/src/main.o $(BUILD)/libhpa.a
	$(call say,LD,$@)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS)

$(BUILD)/libhpa.a: $(OBJECTS) $(BUILD)/sources
	@rm -f $@
	$(call say,AR,$@)$(AR) rcsD $@ $(OBJECTS)

# A file sees its own room's private headers, and as "room/header.h" those of its floor's other rooms.
FLOORFLAG = $(addprefix -Isrc/,$(filter $(FLOORS),$(word 2,$(subst /, ,$<))))

$(BUILD)/src/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALLFLAGS) $(FILEFLAGS) $(SAMEBITS) $(WERRORFLAG) -MMD -MP $(FLOORFLAG) $(CPPLIBS) -c -o $@ $<

# A test sees its own floor's private headers.
$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALLFLAGS) $(SAMEBITS) $(WERRORFLAG) -MMD -MP -Itests -Isrc/$(patsubst tests/%/,%,$(dir $<)) $(CPPLIBS) -c -o $@ $<

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/libhpa.a
	$(call say,LD,$@)$(CC) -o $@ $< $(BUILD)/libhpa.a $(LDFLAGS_ALL) $(LDLIBS) -lcmocka

$(FUZZ_BINS): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/driver.o $(BUILD)/libhpa.a
	$(call say,LD,$@)$(CC) -o $@ $^ $(LDFLAGS_ALL) $(LDLIBS)

# What a build would write over in a folder where nothing was built yet.
NOT_OURS = $(firstword $(wildcard $(addprefix $(BUILD)/,hpa libhpa.a src tests)))

# Two stamps, rewritten only when they change: other flags rebuild every object, a removed source
# leaves the archive. WERROR is not among the flags, so it never rebuilds what is built.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@[ -e $@ ] || [ -z '$(NOT_OURS)' ] || { \
	    echo "BUILD=$(BUILD): $(NOT_OURS) was there before, and clean would remove it: give another folder"; exit 1; }
	@pkg-config --exists $(PACKAGES) || { echo "Some libraries are missing: run 'make deps'."; exit 1; }
	@echo '$(CC) $(ALLFLAGS) $(KERN_CFLAGS) $(CPPLIBS)' | cmp -s - $@ || echo '$(CC) $(ALLFLAGS) $(KERN_CFLAGS) $(CPPLIBS)' >$@

$(BUILD)/sources: FORCE
	@mkdir -p $(@D)
	@echo '$(SOURCES)' | cmp -s - $@ || echo '$(SOURCES)' >$@

$(BUILD)/compile_commands.json: $(BUILD)/flags $(BUILD)/sources
	@for s in $(SOURCES) src/main.c; do \
	    floor=$${s#src/}; \
	    echo "$$s $(CC) $(ALLFLAGS) -Isrc/$${floor%%/*} $(CPPLIBS) -c $$s"; done | \
	  awk -v dir='$(CURDIR)' 'BEGIN { print "[" } { file = $$1; sub(/^[^ ]* /, ""); gsub(/"/, "\\\""); \
	    printf "%s{\"directory\":\"%s\",\"file\":\"%s\",\"command\":\"%s\"}", sep, dir, file, $$0; sep = ",\n" } \
	    END { print "\n]" }' >$@

.PHONY: deps
deps: ## install the libraries and tools that are missing (Debian, Ubuntu; elsewhere: the list)
	@tools/deps.sh build test

# The parts below run make again where packages may just have been installed.
.PHONY: demo
demo: ## a drawn data set, a small network, and the workbench training it
	@tools/deps.sh build
	@$(MAKE) --no-print-directory all
	@tools/demo.sh $(BUILD)/hpa

.PHONY: test
test: ## install what is missing, build, run every test
	@tools/deps.sh build test
	@$(MAKE) --no-print-directory test-run

.PHONY: test-run
test-run: $(BUILD)/hpa $(BUILD)/compile_commands.json $(TEST_BINS) $(FUZZ_BINS) $(CRASH_BINS)
	@HPA='$(BUILT)/hpa' tools/run-tests.sh $(BUILD) $(TEST_BINS) $(FUZZ_BINS) $(SCRIPTS)

.PHONY: unit
unit: $(TEST_BINS) ## build and run only the unit tests, in the chosen MODE
	@tools/run-tests.sh $(BUILD) $(TEST_BINS)

.PHONY: soak
soak: ## the long campaigns: kills, injected faults, random keys, fuzzing (SOAK=seconds each); valgrind; coverage
	@tools/deps.sh build test
	@$(MAKE) --no-print-directory MODE=asan BUILD=$(BUILD)/asan fuzz
	@SOAK=$${SOAK:-300} $(MAKE) --no-print-directory test-run
	@$(MAKE) --no-print-directory valgrind
	@$(MAKE) --no-print-directory coverage

.PHONY: valgrind
valgrind: ## the unit tests under valgrind: memory that is read before it is written, or lost
	@tools/deps.sh build test valgrind
	@RUN='valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite' \
	    $(MAKE) --no-print-directory unit

.PHONY: asan
asan: ## the unit tests under the address sanitizer
	@$(MAKE) --no-print-directory MODE=asan BUILD=$(BUILD)/asan unit

.PHONY: ubsan
ubsan: ## the unit tests under the undefined-behaviour sanitizer
	@$(MAKE) --no-print-directory MODE=ubsan BUILD=$(BUILD)/ubsan unit

.PHONY: san
san: ## the unit tests under the address and the undefined-behaviour sanitizer at once
	@$(MAKE) --no-print-directory MODE=san unit

# Where threads meet: jobs, the store's writer, and what they share. Not the benchmarks: they measure memory
# over several times the last cache, of which the sanitizer takes five times as much.
THREADED = $(filter-out %/test_job_bench,$(filter $(BUILD)/tests/job/% $(BUILD)/tests/store/%,$(TEST_BINS))) \
           $(patsubst %,$(BUILD)/tests/base/test_%,workers wake log)

.PHONY: unit-threads
unit-threads: $(THREADED)
	@tools/run-tests.sh $(BUILD) $(THREADED)

.PHONY: sanitize
sanitize: ## make san, and the tests of threads under the thread sanitizer
	@tools/deps.sh build test
	@$(MAKE) --no-print-directory MODE=san unit
	@$(MAKE) --no-print-directory MODE=tsan unit-threads

.PHONY: tsan
tsan: ## the unit tests under the thread sanitizer
	@$(MAKE) --no-print-directory MODE=tsan BUILD=$(BUILD)/tsan unit

.PHONY: coverage
coverage: ## lines and branches that unit tests run through, against tools/coverage.txt (RAISE=1 raises it)
	@tools/deps.sh build test coverage
	@$(MAKE) --no-print-directory MODE=cov BUILD=$(BUILD)/cov coverage-run

.PHONY: coverage-run
coverage-run: $(TEST_BINS)
	@find $(BUILD) -name '*.gcda' -delete
	@tools/run-tests.sh $(BUILD) $(TEST_BINS)
	@tools/coverage.sh $(BUILD) $(if $(RAISE),--raise)

.PHONY: mutants
mutants: ## change the program in N=300 places and see whether its tests notice (SEED=1 JOBS=2 IN="base tui" AT=FILE:LINE)
	@tools/deps.sh build test mutants
	+@tools/mutants/run.py $(BUILD) -n $(or $(N),300) --seed $(or $(SEED),1) --jobs $(or $(JOBS),2) \
	    $(if $(IN),--floors $(IN)) $(if $(AT),--at $(AT))

# What tools/mutants needs to know: how to compile a file, to link a test, and with which libraries.
.PHONY: mutant-commands
mutant-commands:
	@echo '$(CC) $(ALLFLAGS) $(CPPLIBS)'
	@echo '$(CC) $(LDFLAGS_ALL)'
	@echo '$(LDLIBS) -lcmocka'

.PHONY: aarch64
aarch64: ## the unit tests of base, data, kern, metric and nn for aarch64, under qemu (Debian)
	@tools/deps.sh aarch64
	+@tools/aarch64.sh $(BUILD)/aarch64

.PHONY: fuzz
fuzz: $(FUZZ_BINS) ## feed mutated files to every reader (SOAK=seconds each)
	@SOAK=$${SOAK:-60} tools/run-tests.sh $(BUILD) $(FUZZ_BINS)

.PHONY: bench
bench: all ## speed of this machine, part by part, and of the screen (SIZE=256 BATCH=16 STEPS=10, JSON=1)
	@SIZE='$(SIZE)' BATCH='$(BATCH)' STEPS='$(STEPS)' JSON='$(JSON)' tools/bench.sh $(BUILD)/hpa

# Variables given to make reach the script by the environment: ROUNDS STEPS THREADS TRAIN INFER LOADER PYTHON.
.PHONY: bench-peers
bench-peers: all ## against PyTorch and ONNX Runtime in turn (ROUNDS=5 STEPS=3 TRAIN="256:16" INFER= LOADER=)
	@if command -v python3 >/dev/null; then python3 tests/bench/peers.py $(BUILD)/hpa $(BUILD)/peers; \
	else echo "bench-peers: python3 is absent, nothing to compare with"; fi

# Where check compiles with gcc; what make test compiled with WERROR=1 serves as well.
CHECKED ?= $(BUILD)/check-gcc

.PHONY: check
check: ## the rules of the house: floors, doors, headers, format, warnings of gcc and clang
	@tools/deps.sh build test check
	@CHECK_FLAGS='$(CSTD) $(WARN)' tools/check.sh --self-test
	@CHECK_FLAGS='$(CSTD) $(WARN) $(CPPLIBS)' tools/check.sh
	@$(MAKE) --no-print-directory CC=gcc BUILD=$(CHECKED) WERROR=1 everything
	@tools/globals.sh $(CHECKED)
	@$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/check-clang WERROR=1 everything
	@echo "check: all rules hold; gcc and clang build without a warning"

# Tests are linked by make test; here each is compiled.
.PHONY: everything
everything: $(BUILD)/hpa $(TEST_BINS:%=%.o) $(FUZZ_BINS:%=%.o) $(CRASH_BINS:%=%.o) $(BUILD)/tests/fuzz/driver.o

.PHONY: format
format: ## let clang-format lay out every C file
	clang-format -i $$(git ls-files -co --exclude-standard '*.c' '*.h')

.PHONY: readme
readme: $(BUILD)/hpa ## renew the tables in README.md and hpa.conf.example
	@tools/readme.sh $(BUILD)/hpa

# Not in quotes: a shell that leaves PREFIX=~/.local alone lets the recipe's shell see what ~ is.
INSTALLED = $(subst $(blank),\ ,$(DESTDIR)$(PREFIX))
SHARE     = $(INSTALLED)/share

.PHONY: install
install: $(BUILD)/hpa ## the program, its manual, completions and examples below PREFIX (default /usr/local), DESTDIR in front
	install -D -s -m 755 $(BUILD)/hpa $(INSTALLED)/bin/hpa
	@mkdir -p $(BUILD)/share
	$(BUILD)/hpa man hpa >$(BUILD)/share/hpa.1
	$(BUILD)/hpa man hpa.conf >$(BUILD)/share/hpa.conf.5
	$(BUILD)/hpa completion bash >$(BUILD)/share/hpa.bash
	$(BUILD)/hpa completion zsh >$(BUILD)/share/hpa.zsh
	$(BUILD)/hpa completion fish >$(BUILD)/share/hpa.fish
	$(BUILD)/hpa config example >$(BUILD)/share/hpa.conf.example
	install -D -m 644 $(BUILD)/share/hpa.1 $(SHARE)/man/man1/hpa.1
	install -D -m 644 $(BUILD)/share/hpa.conf.5 $(SHARE)/man/man5/hpa.conf.5
	install -D -m 644 $(BUILD)/share/hpa.bash $(SHARE)/bash-completion/completions/hpa
	install -D -m 644 $(BUILD)/share/hpa.zsh $(SHARE)/zsh/site-functions/_hpa
	install -D -m 644 $(BUILD)/share/hpa.fish $(SHARE)/fish/vendor_completions.d/hpa.fish
	install -D -m 644 $(BUILD)/share/hpa.conf.example $(SHARE)/doc/hpa/hpa.conf.example
	install -D -m 644 assets/train.sbatch $(SHARE)/doc/hpa/train.sbatch

.PHONY: uninstall
uninstall: ## remove what make install puts there
	rm -f $(INSTALLED)/bin/hpa $(SHARE)/man/man1/hpa.1 $(SHARE)/man/man5/hpa.conf.5 \
	    $(SHARE)/bash-completion/completions/hpa $(SHARE)/zsh/site-functions/_hpa \
	    $(SHARE)/fish/vendor_completions.d/hpa.fish $(SHARE)/doc/hpa/hpa.conf.example $(SHARE)/doc/hpa/train.sbatch
	-rmdir $(SHARE)/doc/hpa

# By name: BUILD may be a folder that holds other things.
BUILT_HERE = hpa share libhpa.a flags sources compile_commands.json src tests test-logs peers asan ubsan san tsan cov aarch64 \
             mutants check-gcc check-clang
.PHONY: clean
clean: ## remove everything that was built
	@! [ -e $(BUILD)/flags ] || rm -rf $(addprefix $(BUILD)/,$(BUILT_HERE))
	@rmdir $(BUILD) 2>/dev/null || true

.PHONY: help
help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.PHONY: FORCE
FORCE:
.SECONDARY:

-include $(OBJECTS:.o=.d) $(BUILD)/src/main.d $(TEST_BINS:=.d) $(FUZZ_BINS:=.d) $(CRASH_BINS:=.d) $(BUILD)/tests/fuzz/driver.d
