# hpa: `make help` lists the targets.
MODE     ?= release
BUILD    ?= build$(if $(filter release,$(MODE)),,/$(MODE))
PREFIX   ?= /usr/local
DESTDIR  ?=
CC       ?= cc

PACKAGES  = ncursesw libpng openblas sqlite3 jansson inih libxxhash
FLOORS    = base data kern metric store nn job tui cli

CSTD      = -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE
WARN      = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpointer-arith \
            -Wcast-qual -Wwrite-strings -Wundef -Wformat=2 -Wimplicit-fallthrough \
            -Wno-format-truncation # snprintf cuts on purpose
ifeq ($(WERROR),1)
WARN     += -Werror
endif
FLAGS_release = -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
LINK_release  = -pie -Wl,-z,relro,-z,now
FLAGS_asan    = -O1 -fsanitize=address -fno-omit-frame-pointer
FLAGS_ubsan   = -O1 -fsanitize=undefined -fno-sanitize-recover=undefined
FLAGS_tsan    = -O1 -fsanitize=thread
LINK_asan     = -fsanitize=address
LINK_ubsan    = -fsanitize=undefined
LINK_tsan     = -fsanitize=thread
CFLAGS   ?= -g
ALLFLAGS  = $(CSTD) $(WARN) $(FLAGS_$(MODE)) $(CFLAGS) -ffp-contract=off -pthread -MMD -MP -Iinclude
CPPLIBS  := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LDLIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm
LDFLAGS_ALL = -pthread $(LINK_$(MODE)) $(LDFLAGS)

SOURCES  := $(foreach f,$(FLOORS),$(wildcard src/$(f)/*.c))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
TESTS    := $(foreach f,$(FLOORS),$(wildcard tests/$(f)/test_*.c))
TEST_BINS := $(TESTS:%.c=$(BUILD)/%)

.PHONY: all
all: $(BUILD)/hpa ## build the program at build/hpa

$(BUILD)/hpa: $(BUILD)/src/main.o $(BUILD)/libhpa.a
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS)

$(BUILD)/libhpa.a: $(OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -I$(patsubst %/,%,$(dir $<)) $(CPPLIBS) -c -o $@ $<

$(BUILD)/tests/%: tests/%.c $(BUILD)/libhpa.a
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -Itests -Isrc/$(patsubst tests/%/,%,$(dir $<)) $(CPPLIBS) -o $@ $< $(BUILD)/libhpa.a $(LDFLAGS_ALL) $(LDLIBS) -lcmocka

.PHONY: unit
unit: $(TEST_BINS) ## build and run the unit tests of the chosen MODE
	@set -e; for t in $(TEST_BINS); do echo "== $$t"; OPENBLAS_NUM_THREADS=1 $$t; done

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
