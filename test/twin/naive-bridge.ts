/**
 * A second implementation of the Linux bridge's forwarding, written without a look at the engine: every frame becomes
 * a fresh object, every table is a Map with readable keys, every decision leaves a sentence. It is the oracle that the
 * engine is compared with, and the baseline of the benchmark. Left out: STP, multicast snooping, MAB, packet filters.
 */
import type { Egress, FdbRequest, FdbRow, SetStep, Setup, System, VlanRequest } from '../../src/conformance/vector.ts';

interface Tag {
  tpid: number;
  pcp: number;
  dei: boolean;
  vid: number;
}

interface Frame {
  dst: string;
  src: string;
  tags: Tag[];
  /** From the first EtherType that is no tag to the end. */
  rest: Uint8Array;
}

type State = 'disabled' | 'listening' | 'learning' | 'forwarding' | 'blocking';

interface Membership {
  untagged: boolean;
  state: State;
}

type Flag = 'learning' | 'flood' | 'mcast_flood' | 'bcast_flood' | 'hairpin' | 'isolated' | 'locked';

/** A port of the bridge, or the bridge's own interface. */
interface Port {
  name: string;
  mac: string;
  mtu: number;
  up: boolean;
  state: State;
  flags: Record<Flag, boolean>;
  groupFwdMask: number;
  pvid: number | null;
  vlans: Map<number, Membership>;
}

interface Entry {
  vid: number;
  mac: string;
  port: string;
  kind: 'dynamic' | 'static' | 'local';
  sticky: boolean;
  updatedMs: number;
}

/** A frame on its way through the bridge. On a VLAN-aware bridge, its first tag is the one of its VLAN. */
interface Passage {
  from: Port;
  vid: number;
  vlanState: State;
  frame: Frame;
}

interface Outcome {
  copies: { port: string; bytes: Uint8Array }[];
  trace: string[];
}

const HOST = 'br0';
const HOST_MAC = 'ee:00:00:00:00:b0';
const BROADCAST = 'ff:ff:ff:ff:ff:ff';
const ZERO_MAC = '00:00:00:00:00:00';
const RESERVED = '01:80:c2:00:00:0';
const C_TAG = 0x8100;
const S_TAG = 0x88a8;
const GROUP_FWD_8021AD = 0xb801;
const STATES: State[] = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'];

/** GEN-1. A tag that is cut short stays in the rest. */
function parseFrame(bytes: Uint8Array): Frame {
  const tags: Tag[] = [];
  let at = 12;
  while (at + 6 <= bytes.length && isTagAt(bytes, at)) {
    const tci = readUint16(bytes, at + 2);
    tags.push({ tpid: readUint16(bytes, at), pcp: tci >> 13, dei: (tci & 0x1000) !== 0, vid: tci & 0xfff });
    at += 4;
  }
  return { dst: formatMac(bytes.slice(0, 6)), src: formatMac(bytes.slice(6, 12)), tags, rest: bytes.slice(at) };
}

function buildFrame(frame: Frame): Uint8Array {
  const head = [...parseMac(frame.dst), ...parseMac(frame.src)];
  for (const { tpid, pcp, dei, vid } of frame.tags) {
    const tci = (pcp << 13) | (dei ? 0x1000 : 0) | vid;
    head.push(tpid >> 8, tpid & 0xff, tci >> 8, tci & 0xff);
  }
  const bytes = new Uint8Array(head.length + frame.rest.length);
  bytes.set(head);
  bytes.set(frame.rest, head.length);
  return bytes;
}

function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** GEN-1: no other TPIDs than these two. */
function isTagAt(bytes: Uint8Array, at: number): boolean {
  const type = readUint16(bytes, at);
  return type === C_TAG || type === S_TAG;
}

/** LB-51: the receiving device drops a tagged frame this short. */
function isCutTag(bytes: Uint8Array): boolean {
  return bytes.length < 20 && isTagAt(bytes, 12);
}

function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function parseMac(mac: string): number[] {
  return mac.split(':').map((octet) => parseInt(octet, 16));
}

/** GEN-3. */
function isGroup(mac: string): boolean {
  return (parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

/** LB-12. */
function letsIn(state: State): boolean {
  return state === 'learning' || state === 'forwarding';
}

/** LB-2. */
function newPort(name: string, mac: string, mtu: number): Port {
  const on = { learning: true, flood: true, mcast_flood: true, bcast_flood: true };
  const flags = { ...on, hairpin: false, isolated: false, locked: false };
  return { name, mac, mtu, up: true, state: 'forwarding', flags, groupFwdMask: 0, pvid: null, vlans: new Map() };
}

/** Times are milliseconds of the caller's clock. The defaults are LB-1's. */
export class NaiveBridge {
  up = true;
  promisc = false;
  vlanFiltering = false;
  vlanProtocol = C_TAG;
  ageingMs = 300_000;
  groupFwdMask = 0;
  noLinklocalLearn = false;
  readonly host: Port = newPort(HOST, HOST_MAC, 1500);
  readonly ports = new Map<string, Port>();
  readonly fdb = new Map<string, Entry>();
  #defaultPvid = 1;
  #nowMs = 0;

  constructor() {
    this.#joinTable(this.host);
  }

  receive(port: string, bytes: Uint8Array, nowMs: number): Outcome {
    this.#nowMs = nowMs;
    const out: Outcome = { copies: [], trace: [] };
    const from = this.member(port);
    if (from === undefined) out.trace.push(`port: ${port} is not part of the bridge`);
    else if (!this.up) out.trace.push('bridge: down');
    else if (bytes.length < 14) out.trace.push(`frame: ${bytes.length} bytes are no frame`);
    else if (isCutTag(bytes)) out.trace.push('frame: tagged, but shorter than 20 bytes: dropped');
    else if (from === this.host) this.#fromHost(parseFrame(bytes), out);
    else this.#fromPort(from, parseFrame(bytes), out);
    return out;
  }

  /** LB-10 to LB-18, in the kernel's order. */
  #fromPort(from: Port, frame: Frame, out: Outcome): void {
    const { trace } = out;
    trace.push(`frame: ${frame.src} to ${frame.dst}, ${frame.tags.length} tags, in at ${from.name}`);
    if (isGroup(frame.src) || frame.src === ZERO_MAC) return void trace.push('source: invalid: dropped'); // LB-10
    if (this.#isTrapped(frame.dst, from, trace)) return this.#trap(from, frame, trace); // LB-11
    if (!letsIn(from.state)) return void trace.push(`state: ${from.name} is ${from.state}: dropped`); // LB-12
    const passage = this.#classify(from, frame, trace); // LB-14
    if (passage === null) return;
    if (from.flags.locked && !this.#isAuthorised(passage, trace)) return; // LB-15
    this.#learn(passage, trace); // LB-16
    if (from.state === 'learning') return void trace.push(`state: ${from.name} only learns: dropped`); // LB-18
    if (passage.vlanState === 'learning') return void trace.push('vlan: only learns: dropped'); // LB-28
    this.#forward(passage, out);
  }

  /** LB-49, LB-60: nothing is trapped, nothing is learned. */
  #fromHost(frame: Frame, out: Outcome): void {
    out.trace.push(`frame: ${frame.src} to ${frame.dst}, ${frame.tags.length} tags, sent by the host`);
    const passage = this.#classify(this.host, frame, out.trace);
    if (passage !== null) this.#forward(passage, out);
  }

  #isTrapped(dst: string, from: Port, trace: string[]): boolean {
    if (!dst.startsWith(RESERVED)) return false;
    const last = parseInt(dst.slice(-1), 16);
    if (last === 1) return true; // LB-21
    const required = this.vlanFiltering && this.vlanProtocol === S_TAG ? GROUP_FWD_8021AD : 0; // LB-24
    const mask = this.groupFwdMask | from.groupFwdMask | required; // LB-22
    const forwarded = last === 0 || ((mask >> last) & 1) === 1; // LB-20: there is no STP here
    trace.push(`reserved: ${dst} is ${forwarded ? 'forwarded' : 'trapped'}`);
    return !forwarded;
  }

  /** LB-52, LB-53: a trapped frame goes no further, but teaches, even on a locked port. */
  #trap(from: Port, frame: Frame, trace: string[]): void {
    if (frame.dst.endsWith('1')) return void trace.push('reserved: pause frame: dropped'); // LB-21
    if (this.noLinklocalLearn || !letsIn(from.state)) return void trace.push('reserved: teaches nothing');
    const passage = this.#classify(from, frame, trace);
    if (passage !== null) this.#learn(passage, trace);
  }

  /** The VLAN of a frame, and the frame as it is inside that VLAN. */
  #classify(from: Port, frame: Frame, trace: string[]): Passage | null {
    if (!this.vlanFiltering) {
      trace.push('vlan: not filtered'); // LB-25
      return { from, vid: 0, vlanState: 'forwarding', frame };
    }
    const outer = frame.tags[0]?.tpid === this.vlanProtocol ? frame.tags[0] : undefined; // LB-26
    const vid = outer !== undefined && outer.vid !== 0 ? outer.vid : from.pvid; // LB-27
    const kind = outer === undefined ? 'untagged' : `tagged ${outer.vid}`;
    const membership = vid === null ? undefined : from.vlans.get(vid);
    if (vid === null || membership === undefined) {
      trace.push(`vlan: ${kind}, ${vid ?? 'no PVID'}, not member of ${from.name}: dropped`); // LB-28, LB-29
      return null;
    }
    if (!letsIn(membership.state)) {
      trace.push(`vlan: ${kind}, ${vid} is ${membership.state} on ${from.name}: dropped`); // LB-28
      return null;
    }
    trace.push(`vlan: ${kind}, member of ${from.name} in ${vid}`);
    const tag = { tpid: this.vlanProtocol, pcp: outer?.pcp ?? 0, dei: outer?.dei ?? false, vid }; // LB-27
    const inner = outer === undefined ? frame.tags : frame.tags.slice(1);
    return { from, vid, vlanState: membership.state, frame: { ...frame, tags: [tag, ...inner] } };
  }

  #isAuthorised({ from, vid, frame }: Passage, trace: string[]): boolean {
    const entry = this.#lookup(vid, frame.src);
    const authorised = entry !== undefined && entry.kind !== 'local' && entry.port === from.name;
    trace.push(`locked: ${frame.src} is ${authorised ? 'authorised' : 'not authorised: dropped'}`);
    return authorised;
  }

  /** LB-40. */
  #learn({ from, vid, frame }: Passage, trace: string[]): void {
    if (!from.flags.learning || this.ageingMs === 0) return void trace.push('learn: off');
    const entry = this.#lookup(vid, frame.src);
    if (entry === undefined) {
      trace.push(`learn: ${frame.src} in ${vid} is on ${from.name}`);
      this.#store({ vid, mac: frame.src, port: from.name, kind: 'dynamic', sticky: false, updatedMs: this.#nowMs });
      return;
    }
    if (entry.kind === 'local') return void trace.push(`learn: ${frame.src} is an own address`);
    entry.updatedMs = this.#nowMs; // LB-57
    if (entry.port === from.name) return void trace.push(`learn: ${frame.src} refreshed`);
    if (entry.sticky) return void trace.push(`learn: ${frame.src} is sticky on ${entry.port}`); // LB-42
    trace.push(`learn: ${frame.src} moves from ${entry.port} to ${from.name}`);
    entry.port = from.name;
  }

  /** LB-34. A group address is never looked up (LB-58). */
  #forward(passage: Passage, out: Outcome): void {
    const { from, vid, frame } = passage;
    const group = isGroup(frame.dst);
    const entry = group ? undefined : this.#lookup(vid, frame.dst);
    const fromHost = from === this.host;
    if (entry === undefined) {
      out.trace.push(`lookup: ${frame.dst} in ${vid}: flood`);
      this.#flood(passage, out);
    } else if (entry.kind === 'local' && !fromHost) {
      out.trace.push(`lookup: ${frame.dst} in ${vid}: own address`); // LB-5, LB-54
      return this.#toHost(passage, out);
    } else {
      out.trace.push(`lookup: ${frame.dst} in ${vid}: ${entry.port}`);
      const to = this.ports.get(entry.port); // LB-49: a host frame leaves by the port whose own address it names
      if (to !== undefined) this.#send(passage, to, out);
    }
    if ((group || this.promisc) && !fromHost) this.#toHost(passage, out); // LB-37, LB-50
  }

  #flood(passage: Passage, out: Outcome): void {
    const { dst } = passage.frame;
    const gate = dst === BROADCAST ? 'bcast_flood' : isGroup(dst) ? 'mcast_flood' : 'flood'; // LB-36
    const gated = gate === 'flood' || passage.from !== this.host; // LB-49
    for (const to of this.ports.values()) {
      if (gated && !to.flags[gate]) out.trace.push(`egress: ${to.name}: ${gate} is off`);
      else this.#send(passage, to, out);
    }
  }

  /** LB-35. The reason why the frame may not leave by this port, if there is one. */
  #refusal(from: Port, to: Port, vid: number): string | null {
    if (to === from && !to.flags.hairpin) return 'is where it came from'; // GEN-6, LB-39
    if (to.state !== 'forwarding') return `is ${to.state}`;
    if (this.vlanFiltering && to.vlans.get(vid)?.state !== 'forwarding') return `does not carry VLAN ${vid}`; // LB-30
    if (from.flags.isolated && to.flags.isolated) return 'is isolated too'; // LB-38, LB-56
    return null;
  }

  #send({ from, vid, frame }: Passage, to: Port, out: Outcome): void {
    const refusal = this.#refusal(from, to, vid);
    if (refusal !== null) return void out.trace.push(`egress: ${to.name}: ${refusal}`);
    const counted = 12 + 4 * Math.max(frame.tags.length - 1, 0) + frame.rest.length;
    if (counted > to.mtu + 18) return void out.trace.push(`egress: ${to.name}: ${counted} bytes are too many`); // LB-45
    const leaving = this.#untag(frame, to.vlans.get(vid));
    out.trace.push(`egress: ${to.name}: sent with ${leaving.tags.length} tags`);
    out.copies.push({ port: to.name, bytes: buildFrame(leaving) });
  }

  #toHost({ vid, frame }: Passage, out: Outcome): void {
    const membership = this.host.vlans.get(vid);
    const allowed = !this.vlanFiltering || membership?.state === 'forwarding';
    if (!allowed && !this.promisc) return void out.trace.push(`host: not in VLAN ${vid}`); // LB-31
    const delivered = this.#untag(frame, membership);
    const bytes = buildFrame(delivered);
    if (delivered !== frame && isCutTag(bytes))
      return void out.trace.push('host: tagged, but shorter than 20 bytes: dropped'); // LB-51
    out.trace.push('host: delivered');
    out.copies.push({ port: HOST, bytes });
  }

  /** LB-30. */
  #untag(frame: Frame, membership: Membership | undefined): Frame {
    const pop = this.vlanFiltering && membership?.untagged === true;
    return pop ? { ...frame, tags: frame.tags.slice(1) } : frame;
  }

  #lookup(vid: number, mac: string): Entry | undefined {
    const entry = this.fdb.get(`${vid}/${mac}`);
    if (entry === undefined || !this.#isExpired(entry)) return entry;
    this.fdb.delete(`${vid}/${mac}`);
    return undefined;
  }

  /** LB-41. */
  #isExpired(entry: Entry): boolean {
    return entry.kind === 'dynamic' && entry.updatedMs + this.ageingMs <= this.#nowMs;
  }

  #store(entry: Entry): void {
    this.fdb.set(`${entry.vid}/${entry.mac}`, entry);
  }

  #forget(gone: (entry: Entry) => boolean): void {
    for (const [key, entry] of this.fdb) if (gone(entry)) this.fdb.delete(key);
  }

  // Configuration. A method that returns false has changed nothing.

  member(name: string): Port | undefined {
    return name === HOST ? this.host : this.ports.get(name);
  }

  addPort(name: string, mac: string, mtu = 1500): void {
    const port = newPort(name, mac, mtu);
    this.ports.set(name, port);
    this.#joinTable(port);
  }

  /** LB-59. */
  removePort(name: string): void {
    this.ports.delete(name);
    this.#forget((entry) => entry.port === name);
  }

  /** LB-43. */
  setLink(port: Port, up: boolean): void {
    port.up = up;
    port.state = up ? 'forwarding' : 'disabled';
    if (!up) this.flush(port.name);
  }

  /** LB-47: blocking does not stick. */
  setState(port: Port, state: State): boolean {
    if (!port.up && state !== 'disabled') return false;
    port.state = state === 'blocking' ? 'forwarding' : state;
    return true;
  }

  /** LB-44: learned entries only. */
  flush(port?: string): void {
    this.#forget((entry) => entry.kind === 'dynamic' && (port === undefined || entry.port === port));
  }

  /** LB-32. */
  setDefaultPvid(vid: number): void {
    for (const port of [this.host, ...this.ports.values()]) {
      const old = this.#defaultPvid;
      const isDefault = port.pvid === old && port.vlans.get(old)?.untagged === true;
      if ((old !== 0 && !isDefault) || port.vlans.has(vid)) continue;
      if (vid !== 0) this.addVlan(port, vid, true, true);
      if (old !== 0) this.deleteVlan(port, old);
    }
    this.#defaultPvid = vid;
  }

  /** LB-55: flags that are not named are cleared; the per-VLAN state stays. */
  addVlan(port: Port, vid: number, pvid: boolean, untagged: boolean): void {
    port.vlans.set(vid, { untagged, state: port.vlans.get(vid)?.state ?? 'forwarding' });
    if (pvid) port.pvid = vid;
    else if (port.pvid === vid) port.pvid = null;
    this.#storeOwnAddress(port, vid);
  }

  /** LB-55: learned entries and the own address go, static ones stay. */
  deleteVlan(port: Port, vid: number): void {
    if (!port.vlans.delete(vid)) return;
    if (port.pvid === vid) port.pvid = null;
    const own = this.fdb.get(`${vid}/${port.mac}`);
    if (own?.kind === 'local' && own.port === port.name) this.fdb.delete(`${vid}/${port.mac}`);
    this.#forget((entry) => entry.kind === 'dynamic' && entry.port === port.name && entry.vid === vid);
  }

  /** LB-55: without a VLAN it is vid 0 and each VLAN of the port. */
  #requestedVids(port: Port, vid: number | undefined): number[] {
    if (vid === undefined) return [0, ...port.vlans.keys()];
    return port.vlans.has(vid) ? [vid] : [];
  }

  addEntry(port: Port, request: FdbRequest, nowMs: number): boolean {
    this.#nowMs = nowMs;
    const vids = this.#requestedVids(port, request.vlan);
    const taken = vids.some((vid) => this.#lookup(vid, request.mac) !== undefined);
    if (vids.length === 0 || (taken && request.replace !== true)) return false;
    const { mac, state: kind = 'static', sticky = false } = request; // LB-42
    for (const vid of vids) this.#store({ vid, mac, port: port.name, kind, sticky, updatedMs: nowMs });
    return true;
  }

  deleteEntry(port: Port, mac: string, vid: number | undefined): boolean {
    const keys = this.#requestedVids(port, vid).map((each) => `${each}/${mac}`);
    const found = keys.filter((key) => this.fdb.get(key)?.port === port.name);
    for (const key of found) this.fdb.delete(key);
    return found.length > 0;
  }

  /** By VLAN, then by address; own addresses left out. */
  listEntries(nowMs: number): Entry[] {
    this.#nowMs = nowMs;
    this.#forget((entry) => this.#isExpired(entry));
    const shown = [...this.fdb.values()].filter((entry) => entry.kind !== 'local');
    return shown.sort((a, b) => a.vid - b.vid || (a.mac < b.mac ? -1 : 1));
  }

  #joinTable(port: Port): void {
    this.#storeOwnAddress(port, 0);
    if (this.#defaultPvid !== 0) this.addVlan(port, this.#defaultPvid, true, true); // LB-32
  }

  /** LB-5. Of several ports with one address, the first has it. */
  #storeOwnAddress(port: Port, vid: number): void {
    if (this.fdb.get(`${vid}/${port.mac}`)?.kind === 'local') return;
    this.#store({ vid, mac: port.mac, port: port.name, kind: 'local', sticky: false, updatedMs: 0 });
  }
}

type Settings = Readonly<Record<string, string | number>>;

/** The bridge behind the vocabulary of the recordings. */
export class NaiveSystem implements System {
  readonly bridge = new NaiveBridge();
  readonly #setup: Setup;
  readonly #down = new Set<string>();
  #nowMs = 0;

  constructor(setup: Setup) {
    if (setup.nft !== undefined) throw new Error('no packet filter here');
    this.#setup = setup;
    this.#setBridge(setup.bridge);
    this.bridge.promisc = setup.promisc === true;
    for (const { name, mac, mtu } of setup.ports) this.bridge.addPort(name, mac, mtu);
    for (const vlan of setup.vlans ?? []) this.#setVlan(vlan);
    for (const { dev, vid, state } of setup.vlan_states ?? []) this.#setVlanState(dev, vid, state);
    for (const { name, flags = {}, slave = {} } of setup.ports) this.#setPort(name, flags, slave);
    for (const request of setup.fdb ?? []) this.#setFdb(request);
  }

  inject(port: string, hex: string): Egress {
    const egress: Record<string, string[]> = {};
    const frame = new Uint8Array(Buffer.from(hex, 'hex'));
    for (const copy of this.bridge.receive(port, frame, this.#nowMs).copies) {
      (egress[copy.port] ??= []).push(Buffer.from(copy.bytes).toString('hex'));
    }
    return egress;
  }

  advance(seconds: number): void {
    this.#nowMs += seconds * 1000;
  }

  set(step: SetStep): boolean {
    if (step.nft !== undefined) throw new Error('no packet filter here');
    if (step.bridge !== undefined && !this.#setBridge(step.bridge)) return false;
    if (step.vlan !== undefined && !this.#setVlan(step.vlan)) return false;
    const { vlan_state: change } = step;
    if (change !== undefined && !this.#setVlanState(change.dev, change.vid, change.state)) return false;
    if (step.fdb !== undefined && !this.#setFdb(step.fdb)) return false;
    if (step.fdb_flush === true) this.bridge.flush(step.port);
    if (step.port === undefined) return true;
    if (step.master === false) this.bridge.removePort(step.port);
    if (step.master === true) this.#join(step.port);
    if (step.link !== undefined) this.#setLink(step.port, step.link === 'up');
    return this.#setPort(step.port, step.flags ?? {}, step.slave ?? {});
  }

  fdb(): FdbRow[] {
    return this.bridge.listEntries(this.#nowMs).map(({ mac, port, vid, kind, sticky }) => ({
      mac,
      port,
      ...(vid !== 0 && { vlan: vid }),
      ...(kind === 'static' && { state: 'static' }),
      ...(sticky && { flags: ['sticky'] }),
    }));
  }

  vlans(): Record<string, string[]> {
    const devices = [...this.bridge.ports.values(), this.bridge.host].filter((port) => port.vlans.size > 0);
    return Object.fromEntries(devices.map((port) => [port.name, listVlans(port)]));
  }

  #join(name: string): void {
    const device = this.#setup.ports.find((each) => each.name === name);
    if (device === undefined) return;
    this.bridge.addPort(name, device.mac, device.mtu);
    if (this.#down.has(name)) this.#setLink(name, false);
  }

  /** A device has a link outside the bridge too. */
  #setLink(name: string, up: boolean): void {
    if (up) this.#down.delete(name);
    else this.#down.add(name);
    const port = this.bridge.ports.get(name);
    if (port !== undefined) this.bridge.setLink(port, up);
  }

  #setBridge(settings: Settings): boolean {
    return Object.entries(settings).every(([key, value]) => this.#setBridgeKey(key, value));
  }

  #setBridgeKey(key: string, value: string | number): boolean {
    const number = Number(value);
    if (key === 'link') this.bridge.up = value === 'up';
    else if (key === 'vlan_filtering') this.bridge.vlanFiltering = number === 1;
    else if (key === 'vlan_protocol') this.bridge.vlanProtocol = value === '802.1ad' ? S_TAG : C_TAG;
    else if (key === 'vlan_default_pvid') this.bridge.setDefaultPvid(number);
    else if (key === 'ageing_time') this.bridge.ageingMs = number * 10;
    else if (key === 'no_linklocal_learn') this.bridge.noLinklocalLearn = number === 1;
    else if (key === 'group_fwd_mask') {
      if ((number & 0b111) !== 0) return false; // LB-23
      this.bridge.groupFwdMask = number;
    } else if (key !== 'stp_state' || number !== 0) throw new Error(`bridge setting ${key} ${value} is unknown here`);
    return true;
  }

  #setPort(name: string, flags: Settings, slave: Settings): boolean {
    const entries = Object.entries({ ...flags, ...slave });
    const port = this.bridge.ports.get(name);
    if (port === undefined) return entries.length === 0;
    return entries.every(([key, value]) => this.#setPortKey(port, key, value));
  }

  #setPortKey(port: Port, key: string, value: string | number): boolean {
    if (key === 'state') return this.bridge.setState(port, parseState(value));
    if (key === 'group_fwd_mask') {
      if ((Number(value) & 0b010) !== 0) return false; // LB-23
      port.groupFwdMask = Number(value);
      return true;
    }
    if (!(key in port.flags)) throw new Error(`port setting ${key} is unknown here`);
    port.flags[key as Flag] = value === 'on' || value === 1;
    return true;
  }

  #setVlan(request: VlanRequest): boolean {
    const port = this.bridge.member(request.dev);
    const { first, last } = parseRange(request.vid);
    const valid = first >= 1 && last <= 4094 && first <= last; // LB-29
    if (port === undefined || !valid || (request.pvid === true && first !== last)) return false;
    for (let vid = first; vid <= last; vid += 1) {
      if (request.del === true) this.bridge.deleteVlan(port, vid);
      else this.bridge.addVlan(port, vid, request.pvid === true, request.untagged === true);
    }
    return true;
  }

  #setVlanState(dev: string, vids: number | string, state: string | number): boolean {
    const { first, last } = parseRange(vids);
    for (let vid = first; vid <= last; vid += 1) {
      const membership = this.bridge.member(dev)?.vlans.get(vid);
      if (membership === undefined) return false;
      membership.state = parseState(state);
    }
    return true;
  }

  #setFdb(request: FdbRequest): boolean {
    const port = this.bridge.member(request.dev);
    if (port === undefined) return false;
    if (request.del === true) return this.bridge.deleteEntry(port, request.mac, request.vlan);
    return this.bridge.addEntry(port, request, this.#nowMs);
  }
}

function parseRange(vids: number | string): { first: number; last: number } {
  const [first = NaN, last = first] = String(vids).split('-').map(Number);
  return { first, last };
}

function parseState(value: string | number): State {
  const state = STATES.find((name, index) => value === name || Number(value) === index);
  if (state === undefined) throw new Error(`state ${value} is unknown here`);
  return state;
}

/** Neighbours with the same flags are one range. */
function listVlans(port: Port): string[] {
  const ranges: { first: number; last: number; flags: string }[] = [];
  for (const [vid, { untagged }] of [...port.vlans].sort(([a], [b]) => a - b)) {
    const flags = `${port.pvid === vid ? ' pvid' : ''}${untagged ? ' untagged' : ''}`;
    const range = ranges.at(-1);
    if (range !== undefined && range.last === vid - 1 && range.flags === flags) range.last = vid;
    else ranges.push({ first: vid, last: vid, flags });
  }
  return ranges.map(({ first, last, flags }) => `${first === last ? first : `${first}-${last}`}${flags}`);
}
