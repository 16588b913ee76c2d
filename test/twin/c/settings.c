/* What an administrator sets. The defaults are the kernel's. */
#include "bridge.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t HOST_MAC = 0xee00000000b0;

/* Of several ports with one address the first has it. */
static void store_own_address(struct bridge *bridge, int port, uint16_t vid) {
  const uint64_t key = fdb_key(vid, bridge->ports[port].mac);
  const struct entry *held = fdb_slot(&bridge->fdb, key);
  if (held->key != NO_KEY && held->kind == LOCAL) return;
  fdb_put(&bridge->fdb, (struct entry){key, 0, (uint16_t)port, LOCAL, false});
}

static void join(struct bridge *bridge, int index, const char *name, uint64_t mac, uint32_t mtu) {
  struct port *port = &bridge->ports[index];
  memset(port, 0, sizeof *port);
  strncpy(port->name, name, sizeof port->name - 1);
  port->mac = mac;
  port->mtu = mtu;
  port->is_used = port->is_up = true;
  port->state = FORWARDING;
  port->learning = port->flood = port->mcast_flood = port->bcast_flood = true;
  store_own_address(bridge, index, 0);
  if (bridge->default_pvid != 0) bridge_add_vlan(bridge, index, bridge->default_pvid, true, true);
}

void bridge_init(struct bridge *bridge) {
  memset(bridge, 0, sizeof *bridge);
  bridge->is_up = true;
  bridge->vlan_protocol = 0x8100;
  bridge->default_pvid = 1;
  fdb_init(&bridge->fdb, 128);
  bridge->fdb.ageing_ms = 300000;
  bridge->port_count = 1;
  join(bridge, HOST, "br0", HOST_MAC, 1500);
}

void bridge_free(struct bridge *bridge) { fdb_free(&bridge->fdb); }

int bridge_port(const struct bridge *bridge, const char *name) {
  for (size_t i = 0; i < bridge->port_count; i++)
    if (bridge->ports[i].is_used && strcmp(bridge->ports[i].name, name) == 0) return (int)i;
  return -1;
}

int bridge_add_port(struct bridge *bridge, const char *name, uint64_t mac, uint32_t mtu) {
  size_t index = 1;
  while (index < bridge->port_count && bridge->ports[index].is_used) index++;
  if (index == PORTS_MAX) abort();
  if (index == bridge->port_count) bridge->port_count++;
  join(bridge, (int)index, name, mac, mtu);
  return (int)index;
}

struct doom {
  int port, vid;
  bool with_all;
};

static bool is_doomed(const struct entry *entry, const void *argument) {
  const struct doom *doom = argument;
  if (!doom->with_all && entry->kind != DYNAMIC) return false;
  return (doom->port < 0 || entry->port == doom->port) && (doom->vid < 0 || entry->key >> 48 == (uint64_t)doom->vid);
}

void bridge_remove_port(struct bridge *bridge, int port) {
  bridge->ports[port].is_used = false;
  fdb_remove_where(&bridge->fdb, is_doomed, &(struct doom){port, -1, true});
}

void bridge_flush(struct bridge *bridge, int port) {
  fdb_remove_where(&bridge->fdb, is_doomed, &(struct doom){port, -1, false});
}

void bridge_set_link(struct bridge *bridge, int port, bool is_up) {
  bridge->ports[port].is_up = is_up;
  bridge->ports[port].state = is_up ? FORWARDING : DISABLED;
  if (!is_up) bridge_flush(bridge, port);
}

static bool is_key(const struct entry *entry, const void *key) { return entry->key == *(const uint64_t *)key; }

void bridge_add_vlan(struct bridge *bridge, int index, uint16_t vid, bool is_pvid, bool is_untagged) {
  struct port *port = &bridge->ports[index];
  const bool is_member = (port->vlans[vid] & MEMBER) != 0;
  const uint8_t state = is_member ? port->vlans[vid] >> STATE_SHIFT : FORWARDING;
  port->vlans[vid] = (uint8_t)(MEMBER | (is_untagged ? UNTAGGED : 0) | state << STATE_SHIFT);
  if (is_pvid) port->pvid = vid;
  else if (port->pvid == vid) port->pvid = 0;
  store_own_address(bridge, index, vid);
}

void bridge_delete_vlan(struct bridge *bridge, int index, uint16_t vid) {
  struct port *port = &bridge->ports[index];
  if ((port->vlans[vid] & MEMBER) == 0) return;
  port->vlans[vid] = 0;
  if (port->pvid == vid) port->pvid = 0;
  const uint64_t own = fdb_key(vid, port->mac);
  const struct entry *held = fdb_slot(&bridge->fdb, own);
  if (held->key != NO_KEY && held->kind == LOCAL && held->port == index) fdb_remove_where(&bridge->fdb, is_key, &own);
  fdb_remove_where(&bridge->fdb, is_doomed, &(struct doom){index, vid, false});
}

bool bridge_set_vlan_state(struct bridge *bridge, int index, uint16_t vid, uint8_t state) {
  struct port *port = &bridge->ports[index];
  if ((port->vlans[vid] & MEMBER) == 0) return false;
  port->vlans[vid] = (uint8_t)((port->vlans[vid] & (MEMBER | UNTAGGED)) | state << STATE_SHIFT);
  return true;
}

static void set_default_pvid(struct bridge *bridge, uint16_t vid) {
  const uint16_t old = bridge->default_pvid;
  for (size_t i = 0; i < bridge->port_count; i++) {
    const struct port *port = &bridge->ports[i];
    if (!port->is_used) continue;
    const bool is_default = port->pvid == old && (port->vlans[old] & UNTAGGED) != 0;
    if ((old != 0 && !is_default) || (port->vlans[vid] & MEMBER) != 0) continue;
    if (vid != 0) bridge_add_vlan(bridge, (int)i, vid, true, true);
    if (old != 0) bridge_delete_vlan(bridge, (int)i, old);
  }
  bridge->default_pvid = vid;
}

bool bridge_set(struct bridge *bridge, const char *key, const char *value) {
  const long number = strtol(value, NULL, 0);
  if (strcmp(key, "link") == 0) bridge->is_up = strcmp(value, "up") == 0;
  else if (strcmp(key, "promiscuous") == 0) bridge->is_promiscuous = number == 1;
  else if (strcmp(key, "vlan_filtering") == 0) bridge->vlan_filtering = number == 1;
  else if (strcmp(key, "vlan_protocol") == 0) bridge->vlan_protocol = strcmp(value, "802.1ad") == 0 ? 0x88a8 : 0x8100;
  else if (strcmp(key, "vlan_default_pvid") == 0) set_default_pvid(bridge, (uint16_t)number);
  else if (strcmp(key, "ageing_time") == 0) bridge->fdb.ageing_ms = (uint32_t)number * 10;
  else if (strcmp(key, "no_linklocal_learn") == 0) bridge->no_linklocal_learn = number == 1;
  else if (strcmp(key, "group_fwd_mask") == 0) {
    if ((number & 7) != 0) return false;
    bridge->group_fwd_mask = (uint16_t)number;
  } else if (strcmp(key, "stp_state") != 0 || number != 0) abort();
  return true;
}

/* Blocking does not stick; a port whose link is down stays disabled. */
static bool set_state(struct port *port, const char *value) {
  static const char *const names[] = {"disabled", "listening", "learning", "forwarding", "blocking"};
  uint8_t state = (uint8_t)strtol(value, NULL, 10);
  for (uint8_t i = 0; i <= BLOCKING; i++)
    if (strcmp(value, names[i]) == 0) state = i;
  if (!port->is_up && state != DISABLED) return false;
  port->state = state == BLOCKING ? FORWARDING : state;
  return true;
}

bool bridge_set_port(struct bridge *bridge, int index, const char *key, const char *value) {
  struct port *port = &bridge->ports[index];
  const struct {
    const char *name;
    bool *flag;
  } flags[] = {{"learning", &port->learning},       {"flood", &port->flood},     {"mcast_flood", &port->mcast_flood},
               {"bcast_flood", &port->bcast_flood}, {"hairpin", &port->hairpin}, {"isolated", &port->isolated},
               {"locked", &port->locked}};
  if (strcmp(key, "state") == 0) return set_state(port, value);
  if (strcmp(key, "group_fwd_mask") == 0) {
    const long mask = strtol(value, NULL, 0);
    if ((mask & 2) != 0) return false;
    port->group_fwd_mask = (uint16_t)mask;
    return true;
  }
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    if (strcmp(key, flags[i].name) != 0) continue;
    *flags[i].flag = strcmp(value, "on") == 0 || strcmp(value, "1") == 0;
    return true;
  }
  abort();
}

/* With `vid` -1: 0 and each VLAN of the port. */
static size_t requested_vids(const struct port *port, int vid, uint16_t *vids) {
  size_t count = 0;
  if (vid >= 0) {
    if ((port->vlans[vid] & MEMBER) != 0) vids[count++] = (uint16_t)vid;
    return count;
  }
  for (uint16_t each = 0; each < VIDS; each++)
    if (each == 0 || (port->vlans[each] & MEMBER) != 0) vids[count++] = each;
  return count;
}

bool bridge_add_entry(struct bridge *bridge, int port, uint64_t mac, int vid, enum kind kind, bool is_sticky,
                      bool replaces) {
  uint16_t vids[VIDS];
  const size_t count = requested_vids(&bridge->ports[port], vid, vids);
  if (count == 0) return false;
  for (size_t i = 0; i < count && !replaces; i++)
    if (fdb_find(&bridge->fdb, fdb_key(vids[i], mac), bridge->now_ms) != NULL) return false;
  for (size_t i = 0; i < count; i++) {
    const uint64_t key = fdb_key(vids[i], mac);
    fdb_put(&bridge->fdb, (struct entry){key, bridge->now_ms, (uint16_t)port, (uint8_t)kind, is_sticky});
  }
  return true;
}

bool bridge_delete_entry(struct bridge *bridge, int port, uint64_t mac, int vid) {
  uint16_t vids[VIDS];
  const size_t count = requested_vids(&bridge->ports[port], vid, vids);
  bool is_found = false;
  for (size_t i = 0; i < count; i++) {
    const uint64_t key = fdb_key(vids[i], mac);
    const struct entry *held = fdb_slot(&bridge->fdb, key);
    if (held->key == NO_KEY || held->port != port) continue;
    fdb_remove_where(&bridge->fdb, is_key, &key);
    is_found = true;
  }
  return is_found;
}
