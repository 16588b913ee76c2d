/* The way of a frame through the bridge, in the kernel's order (br_input.c, br_vlan.c, br_forward.c). */
#include "bridge.h"

#include <stdlib.h>
#include <string.h>

enum { C_TAG = 0x8100, S_TAG = 0x88a8, ADDRESSES = 12, HEADER = 14, TAG = 4, MIN_TAGGED = 20, MTU_SLACK = 18 };

static const uint64_t BROADCAST = 0xffffffffffff;
static const uint64_t GROUP_BIT = 0x010000000000;
static const uint64_t RESERVED = 0x0180c2000000;
static const uint16_t GROUP_FWD_8021AD = 0xb801;

/* A frame that is passing. On a VLAN-aware bridge its outer tag is beside the bytes. */
struct passage {
  struct port *from;
  uint64_t dst, src;
  const uint8_t *bytes;
  uint32_t index, length;
  uint16_t tpid, tci, body, vid;
  uint8_t vlan_state;
};

static uint16_t read16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

static uint64_t read_mac(const uint8_t *at) {
  uint64_t word;
  memcpy(&word, at, sizeof word);
  return __builtin_bswap64(word) >> 16;
}

static bool is_group(uint64_t mac) { return (mac & GROUP_BIT) != 0; }
static bool is_tag(uint16_t type) { return type == C_TAG || type == S_TAG; }
static bool lets_in(uint8_t state) { return state == LEARNING || state == FORWARDING; }
static uint8_t vlan_state(const struct port *port, uint16_t vid) { return port->vlans[vid] >> STATE_SHIFT; }

static bool carries(const struct port *port, uint16_t vid) {
  return (port->vlans[vid] & MEMBER) != 0 && vlan_state(port, vid) == FORWARDING;
}

/* The VLAN of the frame; false: it may not come in. */
static bool classify(const struct bridge *bridge, struct passage *p) {
  p->vid = 0;
  p->tpid = 0;
  p->tci = 0;
  p->body = ADDRESSES;
  p->vlan_state = FORWARDING;
  if (!bridge->vlan_filtering) return true;
  if (read16(p->bytes + ADDRESSES) == bridge->vlan_protocol) {
    p->tci = read16(p->bytes + ADDRESSES + 2);
    p->body = ADDRESSES + TAG;
  }
  p->tpid = bridge->vlan_protocol;
  p->vid = p->tci & 0xfff;
  if (p->vid == 0) {
    p->vid = p->from->pvid;
    p->tci |= p->vid;
    if (p->vid == 0) return false;
  }
  if ((p->from->vlans[p->vid] & MEMBER) == 0) return false;
  p->vlan_state = vlan_state(p->from, p->vid);
  return lets_in(p->vlan_state);
}

/* `known`: the source's entry, or NULL. */
static void learn(struct bridge *bridge, const struct passage *p, struct entry *known) {
  const uint16_t port = (uint16_t)(p->from - bridge->ports);
  if (!p->from->learning || bridge->fdb.ageing_ms == 0) return;
  if (known == NULL) {
    const struct entry learned = {fdb_key(p->vid, p->src), bridge->now_ms, port, DYNAMIC, false};
    fdb_put(&bridge->fdb, learned);
  } else if (known->kind != LOCAL) {
    known->updated_ms = bridge->now_ms;
    if (!known->sticky) known->port = port;
  }
}

/* 01:80:c2:00:00:0X. */
static bool is_trapped(const struct bridge *bridge, const struct passage *p) {
  const unsigned last = p->dst & 0xf;
  const bool is_provider = bridge->vlan_filtering && bridge->vlan_protocol == S_TAG;
  const uint16_t mask = bridge->group_fwd_mask | p->from->group_fwd_mask | (is_provider ? GROUP_FWD_8021AD : 0);
  return last == 1 || (last != 0 && (mask >> last & 1) == 0);
}

/* A trapped frame goes no further, but teaches. */
static void trap(struct bridge *bridge, struct passage *p) {
  if ((p->dst & 0xf) == 1 || bridge->no_linklocal_learn || !lets_in(p->from->state)) return;
  if (classify(bridge, p)) learn(bridge, p, fdb_find(&bridge->fdb, fdb_key(p->vid, p->src), bridge->now_ms));
}

static bool may_leave(const struct bridge *bridge, const struct passage *p, const struct port *to) {
  if (to == p->from && !to->hairpin) return false;
  if (to->state != FORWARDING) return false;
  if (bridge->vlan_filtering && !carries(to, p->vid)) return false;
  return !(p->from->isolated && to->isolated);
}

static void emit(struct bridge *bridge, const struct passage *p, struct port *to, struct copies *out) {
  const bool is_untagged = bridge->vlan_filtering && (to->vlans[p->vid] & UNTAGGED) != 0;
  const uint32_t rest = p->length - p->body;
  const uint16_t tpid = is_untagged ? 0 : p->tpid;
  bridge->copies++;
  if (to == &bridge->ports[HOST]) {
    /* Received once more: a tag that now stands first has to be whole. */
    if (is_untagged && ADDRESSES + rest < MIN_TAGGED && is_tag(read16(p->bytes + p->body))) {
      bridge->copies_dropped++;
      return;
    }
  } else {
    /* One tag is not counted. */
    const bool is_tagged = !bridge->vlan_filtering && is_tag(read16(p->bytes + ADDRESSES));
    if (ADDRESSES + rest - (is_tagged ? TAG : 0) > to->mtu + MTU_SLACK) {
      bridge->copies_dropped++;
      return;
    }
  }
  to->tx_frames++;
  to->tx_bytes += ADDRESSES + (tpid == 0 ? 0 : TAG) + rest;
  if (out->count == out->capacity) {
    out->capacity = out->capacity == 0 ? 64 : 2 * out->capacity;
    out->list = realloc(out->list, out->capacity * sizeof *out->list);
    if (out->list == NULL) abort();
  }
  out->list[out->count++] = (struct copy){p->index, (uint16_t)(to - bridge->ports), tpid, p->tci, p->body};
}

static void to_host(struct bridge *bridge, const struct passage *p, struct copies *out) {
  struct port *host = &bridge->ports[HOST];
  if (bridge->vlan_filtering && !bridge->is_promiscuous && !carries(host, p->vid)) return;
  emit(bridge, p, host, out);
}

static bool floods_to(const struct passage *p, const struct port *to, bool is_from_host) {
  if (!is_group(p->dst)) return to->flood;
  return is_from_host || (p->dst == BROADCAST ? to->bcast_flood : to->mcast_flood);
}

static void forward(struct bridge *bridge, const struct passage *p, struct copies *out) {
  const bool is_from_host = p->from == &bridge->ports[HOST];
  const struct entry *known =
      is_group(p->dst) ? NULL : fdb_find(&bridge->fdb, fdb_key(p->vid, p->dst), bridge->now_ms);
  if (known == NULL) {
    for (size_t i = 1; i < bridge->port_count; i++) {
      struct port *to = &bridge->ports[i];
      if (to->is_used && floods_to(p, to, is_from_host) && may_leave(bridge, p, to)) emit(bridge, p, to, out);
    }
  } else if (known->kind == LOCAL && !is_from_host) {
    to_host(bridge, p, out);
    return;
  } else if (known->port != HOST) {
    struct port *to = &bridge->ports[known->port];
    if (may_leave(bridge, p, to)) emit(bridge, p, to, out);
  }
  if ((is_group(p->dst) || bridge->is_promiscuous) && !is_from_host) to_host(bridge, p, out);
}

static void receive_from_port(struct bridge *bridge, struct passage *p, struct copies *out) {
  if (is_group(p->src) || p->src == 0) return;
  if ((p->dst & ~(uint64_t)0xf) == RESERVED && is_trapped(bridge, p)) {
    trap(bridge, p);
    return;
  }
  if (!lets_in(p->from->state) || !classify(bridge, p)) return;
  struct entry *known = fdb_find(&bridge->fdb, fdb_key(p->vid, p->src), bridge->now_ms);
  if (p->from->locked) {
    const bool is_authorised = known != NULL && known->kind != LOCAL && &bridge->ports[known->port] == p->from;
    if (!is_authorised) return;
  }
  learn(bridge, p, known);
  if (p->from->state == LEARNING || p->vlan_state == LEARNING) return;
  forward(bridge, p, out);
}

static void receive(struct bridge *bridge, struct passage *p, struct copies *out) {
  if (!bridge->is_up || p->length < HEADER) return;
  if (p->length < MIN_TAGGED && is_tag(read16(p->bytes + ADDRESSES))) return;
  p->from->rx_frames++;
  p->from->rx_bytes += p->length;
  p->dst = read_mac(p->bytes);
  p->src = read_mac(p->bytes + 6);
  if (p->from != &bridge->ports[HOST]) receive_from_port(bridge, p, out);
  else if (classify(bridge, p)) forward(bridge, p, out);
}

void bridge_relay(struct bridge *bridge, const struct batch *frames, struct copies *out) {
  for (size_t i = 0; i < frames->count; i++) {
    struct passage p;
    const uint64_t before = bridge->copies;
    bridge->frames++;
    if (frames->port[i] < bridge->port_count && bridge->ports[frames->port[i]].is_used) {
      p.from = &bridge->ports[frames->port[i]];
      p.bytes = frames->bytes + frames->start[i];
      p.length = frames->length[i];
      p.index = (uint32_t)i;
      receive(bridge, &p, out);
    }
    if (bridge->copies == before) bridge->frames_dropped++;
  }
}

size_t batch_reserve(struct batch *batch, uint16_t port, uint32_t length) {
  /* Eight bytes more: an address is read as a word. */
  const size_t end = batch->end + ((length + 3) & ~3u);
  if (end + 8 > batch->size) {
    batch->size = 2 * (end + 8);
    batch->bytes = realloc(batch->bytes, batch->size);
  }
  if (batch->count == batch->capacity) {
    batch->capacity = batch->capacity == 0 ? 256 : 2 * batch->capacity;
    batch->start = realloc(batch->start, batch->capacity * sizeof *batch->start);
    batch->length = realloc(batch->length, batch->capacity * sizeof *batch->length);
    batch->port = realloc(batch->port, batch->capacity * sizeof *batch->port);
  }
  if (batch->bytes == NULL || batch->start == NULL || batch->length == NULL || batch->port == NULL) abort();
  batch->start[batch->count] = (uint32_t)batch->end;
  batch->length[batch->count] = length;
  batch->port[batch->count] = port;
  batch->end = end;
  return batch->count++;
}

void write_copies(const struct copies *copies, const struct batch *frames, struct batch *next) {
  next->count = 0;
  next->end = 0;
  for (size_t i = 0; i < copies->count; i++) {
    const struct copy *copy = &copies->list[i];
    const uint8_t *from = frames->bytes + frames->start[copy->frame];
    const uint32_t rest = frames->length[copy->frame] - copy->body;
    const uint32_t head = ADDRESSES + (copy->tpid == 0 ? 0 : TAG);
    const size_t index = batch_reserve(next, copy->port, head + rest);
    uint8_t *to = next->bytes + next->start[index];
    memcpy(to, from, ADDRESSES);
    if (copy->tpid != 0) {
      const uint8_t tag[TAG] = {copy->tpid >> 8, copy->tpid & 0xff, copy->tci >> 8, copy->tci & 0xff};
      memcpy(to + ADDRESSES, tag, TAG);
    }
    memcpy(to + head, from + copy->body, rest);
  }
}
