/**
 * VMware's virtual switches told a second time, without a look at the engine: plain objects and strings, every policy asked
 * for every frame, nothing worked out beforehand. What the engine does with random frames is held against it.
 */
export type NaiveVlan =
  | { readonly kind: 'access'; readonly vid: number }
  | { readonly kind: 'trunk'; readonly vids: readonly number[] }
  | { readonly kind: 'private'; readonly secondary: number };

export interface NaiveGroup {
  readonly vlan: NaiveVlan;
  readonly promiscuous: boolean;
  readonly macChanges: boolean;
  readonly forgedTransmits: boolean;
  readonly teaming: 'portid' | 'mac' | 'iphash' | 'explicit';
  readonly active: readonly string[];
  readonly standby: readonly string[];
  /** Null: no MAC learning. */
  readonly learning: { readonly floods: boolean; readonly limit: number; readonly drops: boolean } | null;
}

export interface NaivePort {
  readonly name: string;
  readonly group: string;
  /** Without colons. */
  readonly initial: string;
  readonly requested: string;
  readonly isUp: boolean;
  readonly isBlocked: boolean;
  readonly wantsAll: boolean;
  readonly joined: readonly string[];
}

export interface NaiveConfiguration {
  readonly mtu: number;
  readonly blocksGuestBpdu: boolean;
  readonly checksPromiscuous: boolean;
  readonly uplinks: readonly { readonly name: string; readonly isUp: boolean }[];
  /** Secondary VLAN → primary VLAN and role. */
  readonly privateVlans: Readonly<Record<number, { readonly primary: number; readonly role: string }>>;
  readonly groups: Readonly<Record<string, NaiveGroup>>;
  readonly ports: readonly NaivePort[];
}

interface Passing {
  readonly dst: string;
  readonly src: string;
  /** Null: no tag of 802.1Q. */
  readonly tci: number | null;
  /** Type and payload. */
  readonly rest: string;
  readonly vid: number;
  readonly wireVid: number;
  readonly role: string;
  readonly uplink: string | null;
}

export class NaiveVswitch {
  readonly #is: NaiveConfiguration;
  readonly #learned = new Map<string, { port: string; atMs: number }>();
  #nowMs = 0;

  constructor(configuration: NaiveConfiguration) {
    this.#is = configuration;
  }

  /** What leaves where. */
  send(from: string, hex: string, nowMs: number): Record<string, string> {
    this.#nowMs = nowMs;
    const uplink = this.#is.uplinks.find(({ name }) => name === from);
    const port = this.#is.ports.find(({ name }) => name === from);
    const isOpen = uplink === undefined ? port !== undefined && port.isUp && !port.isBlocked : uplink.isUp;
    if (!isOpen || hex.length < 28 || (uplink !== undefined && hex.length < 120)) return {};
    const type = hex.slice(24, 28);
    if (type === '8100' && hex.length < 32) return {};
    const dst = hex.slice(0, 12);
    if (dst === '0180c2000001' || (dst === '0180c2000000' && port !== undefined && this.#is.blocksGuestBpdu)) return {};
    const tci = type === '8100' ? Number.parseInt(hex.slice(28, 32), 16) : null;
    const seen = { dst, src: hex.slice(12, 24), tci, rest: hex.slice(tci === null ? 24 : 32) };
    const frame = port === undefined ? this.#outside(seen, from) : this.#inside(seen, port);
    if (frame === null) return {};
    if (port !== undefined && !this.#admits(frame, port)) return {};
    return this.#relay(frame, from, port);
  }

  // --- VLANs

  #outside(seen: Pick<Passing, 'dst' | 'src' | 'tci' | 'rest'>, uplink: string): Passing | null {
    const wireVid = (seen.tci ?? 0) & 0xfff;
    if (wireVid === 4095) return null;
    const part = this.#is.privateVlans[wireVid];
    return { ...seen, uplink, wireVid, vid: part?.primary ?? wireVid, role: part?.role ?? '' };
  }

  #inside(seen: Pick<Passing, 'dst' | 'src' | 'tci' | 'rest'>, port: NaivePort): Passing | null {
    const { vlan } = this.#groupOf(port);
    if (vlan.kind === 'trunk') {
      const vid = (seen.tci ?? 0) & 0xfff;
      return vlan.vids.includes(vid) ? { ...seen, uplink: null, wireVid: vid, vid, role: '' } : null;
    }
    if (seen.tci !== null) return null;
    const { vid, wireVid, role } = this.#placeOf(port);
    return { ...seen, uplink: null, vid, wireVid, role };
  }

  #placeOf(port: NaivePort): { vid: number; wireVid: number; role: string } {
    const { vlan } = this.#groupOf(port);
    if (vlan.kind === 'trunk') return { vid: 0, wireVid: 0, role: '' };
    if (vlan.kind === 'access') return { vid: vlan.vid, wireVid: vlan.vid, role: '' };
    const { primary, role } = this.#is.privateVlans[vlan.secondary]!;
    return { vid: primary, wireVid: vlan.secondary, role };
  }

  #carries(port: NaivePort, vid: number): boolean {
    const { vlan } = this.#groupOf(port);
    return vlan.kind === 'trunk' ? vlan.vids.includes(vid) : this.#placeOf(port).vid === vid;
  }

  #groupOf(port: NaivePort): NaiveGroup {
    return this.#is.groups[port.group]!;
  }

  // --- Sources

  #effective(port: NaivePort): string {
    return this.#groupOf(port).macChanges ? port.requested : port.initial;
  }

  #isDeaf(port: NaivePort): boolean {
    return port.requested !== port.initial && !this.#groupOf(port).macChanges;
  }

  #admits(frame: Passing, port: NaivePort): boolean {
    const { forgedTransmits, learning } = this.#groupOf(port);
    if (frame.src !== this.#effective(port) && !forgedTransmits) return false;
    if (learning === null) return true;
    const key = `${frame.vid} ${frame.src}`;
    const isGroup = isGroupAddress(frame.src) || frame.src === '000000000000';
    if (isGroup || this.#is.ports.some((each) => each.isUp && this.#effective(each) === frame.src)) return true;
    const held = this.#find(key);
    const own = [...this.#learned].filter(([each, { port: at }]) => at === port.name && this.#find(each) !== undefined);
    if (held !== port.name && own.length >= learning.limit) return !learning.drops;
    this.#learned.set(key, { port: port.name, atMs: this.#nowMs });
    return true;
  }

  #find(key: string): string | undefined {
    const entry = this.#learned.get(key);
    return entry === undefined || this.#nowMs - entry.atMs >= 600_000 ? undefined : entry.port;
  }

  /** The port of an address in a VLAN. */
  #locate(vid: number, address: string): NaivePort | undefined {
    const here = this.#is.ports.filter(
      (port) => port.isUp && this.#carries(port, vid) && this.#effective(port) === address,
    );
    // Ports of the one VLAN before those of many.
    const access = here.find((port) => this.#groupOf(port).vlan.kind !== 'trunk');
    const learned = this.#find(`${vid} ${address}`);
    return access ?? this.#is.ports.find(({ name }) => name === learned) ?? here[0];
  }

  // --- Teaming

  #uplinkOf(port: NaivePort, source: string, rest: string): string | null {
    const { teaming, active, standby } = this.#groupOf(port);
    const isUp = (name: string): boolean => this.#is.uplinks.some((uplink) => uplink.name === name && uplink.isUp);
    if (teaming === 'explicit') return [...active, ...standby].find(isUp) ?? null;
    const spare = standby.filter(isUp);
    const places =
      active.length === 0
        ? [spare.shift() ?? null]
        : active.map((name) => (isUp(name) ? name : (spare.shift() ?? null)));
    const number = this.#is.ports.indexOf(port);
    const octets = rest.length < 44 ? 0 : octet(rest, 34) ^ octet(rest, 42);
    const share = teaming === 'mac' ? octet(source, 10) : teaming === 'iphash' ? octets : number;
    const order = places.map((_, step) => places[(share + step) % places.length]!);
    return order.find((name) => name !== null) ?? null;
  }

  // --- Delivery

  #relay(frame: Passing, from: string, sender: NaivePort | undefined): Record<string, string> {
    const local = isGroupAddress(frame.dst) ? undefined : this.#locate(frame.vid, frame.dst);
    const isReflected = sender === undefined && this.#locate(frame.vid, frame.src) !== undefined;
    const wants = this.#is.ports.filter(
      (port) => port !== sender && this.#gets(frame, port, local, isReflected, sender),
    );
    const copies = wants
      .filter((port) => !this.#isDeaf(port))
      .map((port): [string, string] => [port.name, this.#encode(frame, this.#groupOf(port).vlan.kind === 'trunk')]);
    const chosen = sender === undefined || local !== undefined ? null : this.#uplinkOf(sender, frame.src, frame.rest);
    if (chosen !== null && chosen !== from) copies.push([chosen, this.#encode(frame, true)]);
    const size = 12 + frame.rest.length / 2;
    return size > this.#is.mtu + 14 ? {} : Object.fromEntries(copies);
  }

  #gets(
    frame: Passing,
    port: NaivePort,
    local: NaivePort | undefined,
    isReflected: boolean,
    sender: NaivePort | undefined,
  ): boolean {
    if (!port.isUp || port.isBlocked || !this.#carries(port, frame.vid) || this.#isApart(frame, port)) return false;
    const { promiscuous, learning } = this.#groupOf(port);
    const isOwnWay = frame.uplink === null || this.#isOwnUplink(port, frame.uplink);
    const isGroup = isGroupAddress(frame.dst);
    const isListening = promiscuous && port.wantsAll;
    if (isListening && (!this.#is.checksPromiscuous || (!isReflected && (local !== undefined || isOwnWay))))
      return true;
    if (isReflected) return false;
    if (local !== undefined) return local === port && local !== sender;
    if (!isOwnWay) return false;
    if (!isGroup) return learning !== null && learning.floods;
    return frame.dst === 'ffffffffffff' || port.joined.length > 32 || port.joined.includes(frame.dst);
  }

  #isOwnUplink(port: NaivePort, uplink: string): boolean {
    if (this.#groupOf(port).teaming === 'iphash') return true;
    return this.#uplinkOf(port, this.#effective(port), '') === uplink;
  }

  #isApart(frame: Passing, port: NaivePort): boolean {
    const { role, wireVid } = this.#placeOf(port);
    const [one, other] = [frame.role, role].map((each) => each === 'isolated' || each === 'community');
    if (!one || !other) return false;
    return !(frame.role === 'community' && role === 'community' && frame.wireVid === wireVid);
  }

  #encode({ dst, src, tci, rest, wireVid }: Passing, isTagged: boolean): string {
    const hasTag = isTagged && (wireVid !== 0 || tci !== null);
    const tag = hasTag ? `8100${(((tci ?? 0) & 0xf000) | wireVid).toString(16).padStart(4, '0')}` : '';
    return dst + src + tag + rest;
  }
}

function isGroupAddress(address: string): boolean {
  return (Number.parseInt(address.slice(0, 2), 16) & 1) === 1;
}

function octet(hex: string, at: number): number {
  return Number.parseInt(hex.slice(at, at + 2), 16);
}
