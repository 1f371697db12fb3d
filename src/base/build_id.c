/* A note of the program's file, which the loader has mapped (ELF, program header PT_NOTE). */
#define _GNU_SOURCE
#include "base/build_id.h"

#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { DIGEST_BYTES = 4, GNU_BUILD_ID = 3 };

static size_t padded(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

/* Notes follow each other: three sizes, a name, what is noted. */
static const uint8_t *find_note(const uint8_t *at, size_t size)
{
    ElfW(Nhdr) h;
    while (size >= sizeof h) {
        memcpy(&h, at, sizeof h);
        size_t name = padded(h.n_namesz), whole = sizeof h + name + padded(h.n_descsz);
        if (whole > size)
            return NULL;
        if (h.n_type == GNU_BUILD_ID && h.n_descsz >= DIGEST_BYTES && h.n_namesz == 4 &&
            !memcmp(at + sizeof h, "GNU", 4))
            return at + sizeof h + name;
        at += whole;
        size -= whole;
    }
    return NULL;
}

/* The program comes first; the libraries are not asked. */
static int look_at_program(struct dl_phdr_info *info, size_t size, void *context)
{
    char *out = context;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type != PT_NOTE)
            continue;
        const uint8_t *id =
            find_note((const uint8_t *)(uintptr_t)(info->dlpi_addr + p->p_vaddr), p->p_memsz);
        if (id)
            snprintf(out, BUILD_ID_TEXT, "%02x%02x%02x%02x", id[0], id[1], id[2], id[3]);
    }
    return 1;
}

void build_id(char out[BUILD_ID_TEXT])
{
    out[0] = '\0';
    dl_iterate_phdr(look_at_program, out);
}
