/*
 * The filtering database of the C twin: which port a (VLAN, address) was last seen on.
 *
 * Open addressing with linear probing, at most half full; an entry is 16 bytes. The key is the VLAN above the address in
 * one 64-bit number. Deletion builds the table anew: it is rare.
 */
#ifndef FDB_H
#define FDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NO_KEY UINT64_MAX

enum kind { DYNAMIC, STATIC, LOCAL };

struct entry {
  uint64_t key;
  /* Milliseconds on the caller's clock. */
  uint32_t updated_ms;
  uint16_t port;
  uint8_t kind;
  bool sticky;
};

struct fdb {
  struct entry *slots;
  /* Slots less one; their number is a power of two. */
  size_t mask;
  size_t used;
  uint32_t ageing_ms;
};

static inline uint64_t fdb_key(uint16_t vid, uint64_t mac) { return (uint64_t)vid << 48 | mac; }

static inline size_t fdb_hash(uint64_t key) {
  key *= 0x9e3779b97f4a7c15u;
  return key ^ key >> 32;
}

/* The slot where the key stands or would go. */
static inline struct entry *fdb_slot(const struct fdb *fdb, uint64_t key) {
  size_t index = fdb_hash(key) & fdb->mask;
  while (fdb->slots[index].key != NO_KEY && fdb->slots[index].key != key) index = (index + 1) & fdb->mask;
  return &fdb->slots[index];
}

static inline bool fdb_is_expired(const struct fdb *fdb, const struct entry *entry, uint32_t now_ms) {
  return entry->kind == DYNAMIC && now_ms - entry->updated_ms >= fdb->ageing_ms;
}

/* A living entry, or NULL. */
static inline struct entry *fdb_find(const struct fdb *fdb, uint64_t key, uint32_t now_ms) {
  struct entry *entry = fdb_slot(fdb, key);
  return entry->key == NO_KEY || fdb_is_expired(fdb, entry, now_ms) ? NULL : entry;
}

void fdb_init(struct fdb *fdb, size_t slots);
void fdb_free(struct fdb *fdb);
/* Adds an entry or overwrites the one of the same key. */
void fdb_put(struct fdb *fdb, struct entry entry);
/* Removes each entry that `is_doomed` names. */
void fdb_remove_where(struct fdb *fdb, bool (*is_doomed)(const struct entry *, const void *), const void *argument);

#endif
