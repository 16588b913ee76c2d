#include "fdb.h"

#include <stdlib.h>

void fdb_init(struct fdb *fdb, size_t slots) {
  fdb->slots = malloc(slots * sizeof *fdb->slots);
  if (fdb->slots == NULL) abort();
  for (size_t i = 0; i < slots; i++) fdb->slots[i].key = NO_KEY;
  fdb->mask = slots - 1;
  fdb->used = 0;
}

void fdb_free(struct fdb *fdb) { free(fdb->slots); }

static void insert(struct fdb *fdb, struct entry entry) {
  struct entry *slot = fdb_slot(fdb, entry.key);
  if (slot->key == NO_KEY) fdb->used++;
  *slot = entry;
}

static void rebuild(struct fdb *fdb, size_t slots, bool (*is_doomed)(const struct entry *, const void *),
                    const void *argument) {
  const struct fdb old = *fdb;
  fdb_init(fdb, slots);
  for (size_t i = 0; i <= old.mask; i++) {
    if (old.slots[i].key == NO_KEY) continue;
    if (is_doomed == NULL || !is_doomed(&old.slots[i], argument)) insert(fdb, old.slots[i]);
  }
  free(old.slots);
}

void fdb_put(struct fdb *fdb, struct entry entry) {
  if (2 * (fdb->used + 1) > fdb->mask + 1) rebuild(fdb, 2 * (fdb->mask + 1), NULL, NULL);
  insert(fdb, entry);
}

void fdb_remove_where(struct fdb *fdb, bool (*is_doomed)(const struct entry *, const void *), const void *argument) {
  rebuild(fdb, fdb->mask + 1, is_doomed, argument);
}
