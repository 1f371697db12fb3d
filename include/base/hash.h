/* Fingerprints: XXH3 (64 bits). The only door to xxhash. Not for secrets. Any thread. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *data, size_t n);

/* A running hash: hash_new, hash_add..., hash_end (which frees it and returns the digest). */
struct hash;
struct hash *hash_new(void);
void hash_add(struct hash *h, const void *data, size_t n);
uint64_t hash_end(struct hash *h);

#endif
