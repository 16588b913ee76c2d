/*
 * A third implementation of the Linux bridge's forwarding, as a C programmer would plainly write it: what the relay's speed
 * is compared with. It knows what the naive twin knows, and plays the same recordings; like that it has no STP, no
 * multicast snooping, no packet filters.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include "fdb.h"

#define PORTS_MAX 64
#define VIDS 4096
#define HOST 0

enum state { DISABLED, LISTENING, LEARNING, FORWARDING, BLOCKING };

/* A VLAN on a port, in one byte; the state stands above. */
enum { MEMBER = 1, UNTAGGED = 2, STATE_SHIFT = 2 };

struct port {
  char name[16];
  uint64_t mac;
  uint32_t mtu;
  uint16_t pvid;
  uint16_t group_fwd_mask;
  bool is_used, is_up;
  uint8_t state;
  bool learning, flood, mcast_flood, bcast_flood, hairpin, isolated, locked;
  uint64_t rx_frames, rx_bytes, tx_frames, tx_bytes;
  uint8_t vlans[VIDS];
};

struct bridge {
  bool is_up, is_promiscuous, vlan_filtering, no_linklocal_learn;
  uint16_t vlan_protocol, group_fwd_mask, default_pvid;
  uint32_t now_ms;
  struct fdb fdb;
  size_t port_count;
  /* Port 0 is the bridge's own. */
  struct port ports[PORTS_MAX];
  uint64_t frames, frames_dropped, copies, copies_dropped;
};

/* Frames in one buffer: where each begins, how long it is, and at which port it comes in or goes out. */
struct batch {
  uint8_t *bytes;
  uint32_t *start, *length;
  uint16_t *port;
  size_t count, capacity, end, size;
};

/* A frame on its way out: its addresses, the outer tag unless `tpid` is 0, and what stands from `body` on. */
struct copy {
  uint32_t frame;
  uint16_t port, tpid, tci, body;
};

struct copies {
  struct copy *list;
  size_t count, capacity;
};

/* Takes a batch through the bridge; the copies are added to `out`. */
void bridge_relay(struct bridge *bridge, const struct batch *frames, struct copies *out);

/* Room for a frame at the end of a batch; returns its index. */
size_t batch_reserve(struct batch *batch, uint16_t port, uint32_t length);
/* Writes the copies, as they leave, into another batch. */
void write_copies(const struct copies *copies, const struct batch *frames, struct batch *next);

/* Settings; false: refused. A name that does not stand for a port is -1. */
void bridge_init(struct bridge *bridge);
void bridge_free(struct bridge *bridge);
int bridge_port(const struct bridge *bridge, const char *name);
int bridge_add_port(struct bridge *bridge, const char *name, uint64_t mac, uint32_t mtu);
void bridge_remove_port(struct bridge *bridge, int port);
void bridge_set_link(struct bridge *bridge, int port, bool is_up);
bool bridge_set(struct bridge *bridge, const char *key, const char *value);
bool bridge_set_port(struct bridge *bridge, int port, const char *key, const char *value);
void bridge_add_vlan(struct bridge *bridge, int port, uint16_t vid, bool is_pvid, bool is_untagged);
void bridge_delete_vlan(struct bridge *bridge, int port, uint16_t vid);
bool bridge_set_vlan_state(struct bridge *bridge, int port, uint16_t vid, uint8_t state);
/* `vid` -1: the one without a VLAN and each of the port. */
bool bridge_add_entry(struct bridge *bridge, int port, uint64_t mac, int vid, enum kind kind, bool is_sticky,
                      bool replaces);
bool bridge_delete_entry(struct bridge *bridge, int port, uint64_t mac, int vid);
/* Learned entries; port -1: of all ports. */
void bridge_flush(struct bridge *bridge, int port);

#endif
