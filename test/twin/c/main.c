/*
 * The C twin behind lines of text: one command a line in, one line of answer out. `test/twin/c-twin.ts` writes the commands
 * of a recording, `src/cli/bench/c-side.ts` those of a benchmark.
 */
#include "bridge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WORDS_MAX = 16 };

static struct bridge bridge;
static struct copies copies;
/* For the benchmark: all frames, in batches of `batch_size`. */
static struct batch *batches;
static size_t batch_count, batch_size = 256;
static struct batch written;

static uint64_t parse_mac(const char *text) {
  uint64_t mac = 0;
  for (int i = 0; i < 6; i++) mac = mac << 8 | strtoul(text + 3 * i, NULL, 16);
  return mac;
}

static void print_hex(const struct batch *batch, size_t index) {
  for (uint32_t i = 0; i < batch->length[index]; i++) printf("%02x", batch->bytes[batch->start[index] + i]);
}

static void add_frame(struct batch *batch, uint16_t port, const char *hex) {
  const uint32_t length = (uint32_t)strlen(hex) / 2;
  const size_t index = batch_reserve(batch, port, length);
  for (uint32_t i = 0; i < length; i++) {
    const char digits[] = {hex[2 * i], hex[2 * i + 1], 0};
    batch->bytes[batch->start[index] + i] = (uint8_t)strtoul(digits, NULL, 16);
  }
}

/* Where copies of the frames from `base` on went, as `frame port hex` each. */
static void print_copies(const struct batch *frames, size_t base) {
  copies.count = 0;
  bridge_relay(&bridge, frames, &copies);
  write_copies(&copies, frames, &written);
  for (size_t i = 0; i < copies.count; i++) {
    printf("%zu %s ", base + copies.list[i].frame, bridge.ports[written.port[i]].name);
    print_hex(&written, i);
    putchar(' ');
  }
}

static void inject(const char *port, const char *hex) {
  static struct batch one;
  const int index = bridge_port(&bridge, port);
  one.count = one.end = 0;
  add_frame(&one, index < 0 ? PORTS_MAX : (uint16_t)index, hex);
  print_copies(&one, 0);
}

static int by_key(const void *a, const void *b) {
  const uint64_t left = ((const struct entry *)a)->key, right = ((const struct entry *)b)->key;
  return (left > right) - (left < right);
}

/* Living entries but the switch's own, by VLAN and address: `address port vlan kind sticky` each. */
static void print_fdb(void) {
  static const char *const kinds[] = {"dynamic", "static", "local"};
  const struct fdb *fdb = &bridge.fdb;
  struct entry *shown = malloc((fdb->used + 1) * sizeof *shown);
  size_t count = 0;
  for (size_t i = 0; i <= fdb->mask; i++) {
    const struct entry *entry = &fdb->slots[i];
    if (entry->key == NO_KEY || entry->kind == LOCAL || fdb_is_expired(fdb, entry, bridge.now_ms)) continue;
    shown[count++] = *entry;
  }
  qsort(shown, count, sizeof *shown, by_key);
  for (size_t i = 0; i < count; i++) {
    for (int byte = 5; byte >= 0; byte--) printf("%02x%s", (unsigned)(shown[i].key >> 8 * byte & 0xff), byte ? ":" : "");
    printf(" %s %u %s %d ", bridge.ports[shown[i].port].name, (unsigned)(shown[i].key >> 48), kinds[shown[i].kind],
           shown[i].sticky);
  }
  free(shown);
}

/* `port vlan pvid untagged` each. */
static void print_vlans(void) {
  for (size_t i = 0; i < bridge.port_count; i++) {
    const struct port *port = &bridge.ports[i];
    for (unsigned vid = 1; port->is_used && vid < VIDS; vid++) {
      if ((port->vlans[vid] & MEMBER) == 0) continue;
      printf("%s %u %d %d ", port->name, vid, port->pvid == vid, (port->vlans[vid] & UNTAGGED) != 0);
    }
  }
}

static void load(const char *port, const char *hex) {
  if (batch_count == 0 || batches[batch_count - 1].count == batch_size) {
    batches = realloc(batches, (batch_count + 1) * sizeof *batches);
    memset(&batches[batch_count++], 0, sizeof *batches);
  }
  add_frame(&batches[batch_count - 1], (uint16_t)bridge_port(&bridge, port), hex);
}

static uint64_t processor_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Takes all loaded frames through the bridge so many times; prints nanoseconds and copies. */
static void pass(long times, bool is_writing) {
  uint64_t made = 0;
  const uint64_t begin = processor_ns();
  for (long left = times; left > 0; left--) {
    for (size_t i = 0; i < batch_count; i++) {
      copies.count = 0;
      bridge_relay(&bridge, &batches[i], &copies);
      if (is_writing) write_copies(&copies, &batches[i], &written);
      made += copies.count;
    }
  }
  const uint64_t end = processor_ns();
  printf("%llu %llu", (unsigned long long)(end - begin), (unsigned long long)made);
}

/* A command that has an answer of its own. */
static bool show(char **word) {
  if (strcmp(word[0], "inject") == 0) inject(word[1], word[2] == NULL ? "" : word[2]);
  else if (strcmp(word[0], "fdb") == 0) print_fdb();
  else if (strcmp(word[0], "vlans") == 0) print_vlans();
  else if (strcmp(word[0], "sightings") == 0)
    for (size_t i = 0; i < batch_count; i++) print_copies(&batches[i], i * batch_size);
  else if (strcmp(word[0], "pass") == 0) pass(strtol(word[1], NULL, 10), false);
  else if (strcmp(word[0], "write") == 0) pass(strtol(word[1], NULL, 10), true);
  else return false;
  return true;
}

static bool change_vlan(char **word, int port, bool adds) {
  const long first = strtol(word[2], NULL, 10), last = strtol(word[3], NULL, 10);
  const bool is_pvid = strcmp(word[4], "1") == 0, is_untagged = strcmp(word[5], "1") == 0;
  const bool is_valid = first >= 1 && last < VIDS - 1 && first <= last;
  if (port < 0 || !is_valid || (is_pvid && first != last)) return false;
  for (long vid = first; vid <= last; vid++) {
    if (adds) bridge_add_vlan(&bridge, port, (uint16_t)vid, is_pvid, is_untagged);
    else bridge_delete_vlan(&bridge, port, (uint16_t)vid);
  }
  return true;
}

static bool change_vlan_state(char **word, int port) {
  const long first = strtol(word[2], NULL, 10), last = strtol(word[3], NULL, 10);
  for (long vid = first; vid <= last; vid++)
    if (port < 0 || !bridge_set_vlan_state(&bridge, port, (uint16_t)vid, (uint8_t)strtol(word[4], NULL, 10))) return false;
  return true;
}

static bool add_entry(char **word, int port) {
  const enum kind kind = strcmp(word[4], "dynamic") == 0 ? DYNAMIC : strcmp(word[4], "local") == 0 ? LOCAL : STATIC;
  const int vid = (int)strtol(word[3], NULL, 10);
  return port >= 0 && bridge_add_entry(&bridge, port, parse_mac(word[2]), vid, kind, strcmp(word[5], "1") == 0,
                                       strcmp(word[6], "1") == 0);
}

/* False: refused. */
static bool change(char **word) {
  const char *const command = word[0];
  const int port = word[1] == NULL ? -1 : bridge_port(&bridge, word[1]);
  if (strcmp(command, "frame") == 0) load(word[1], word[2]);
  else if (strcmp(command, "advance") == 0) bridge.now_ms += (uint32_t)strtol(word[1], NULL, 10);
  else if (strcmp(command, "bridge") == 0) return bridge_set(&bridge, word[1], word[2]);
  else if (strcmp(command, "add-port") == 0)
    bridge_add_port(&bridge, word[1], parse_mac(word[2]), (uint32_t)strtol(word[3], NULL, 10));
  else if (strcmp(command, "remove-port") == 0) bridge_remove_port(&bridge, port);
  else if (strcmp(command, "port") == 0) return port > HOST && bridge_set_port(&bridge, port, word[2], word[3]);
  else if (strcmp(command, "link") == 0) {
    if (port > HOST) bridge_set_link(&bridge, port, strcmp(word[2], "up") == 0);
  } else if (strcmp(command, "add-vlan") == 0) return change_vlan(word, port, true);
  else if (strcmp(command, "delete-vlan") == 0) return change_vlan(word, port, false);
  else if (strcmp(command, "vlan-state") == 0) return change_vlan_state(word, port);
  else if (strcmp(command, "flush") == 0) bridge_flush(&bridge, port);
  else if (strcmp(command, "add-entry") == 0) return add_entry(word, port);
  else if (strcmp(command, "delete-entry") == 0)
    return port >= 0 && bridge_delete_entry(&bridge, port, parse_mac(word[2]), (int)strtol(word[3], NULL, 10));
  else if (strcmp(command, "reset") == 0) {
    bridge_free(&bridge);
    bridge_init(&bridge);
  } else abort();
  return true;
}

int main(void) {
  char *line = NULL;
  size_t size = 0;
  bridge_init(&bridge);
  while (getline(&line, &size, stdin) > 0) {
    char *word[WORDS_MAX] = {NULL};
    size_t count = 0;
    for (char *at = strtok(line, " \n"); at != NULL && count < WORDS_MAX - 1; at = strtok(NULL, " \n")) word[count++] = at;
    if (count == 0) continue;
    if (!show(word)) fputs(change(word) ? "yes" : "no", stdout);
    putchar('\n');
    fflush(stdout);
  }
  free(line);
  return 0;
}
