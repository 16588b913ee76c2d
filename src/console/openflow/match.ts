/**
 * What a flow matches, built up word by word as Open vSwitch does it: in one set of slots, where a later word overwrites what
 * an earlier one has said of the same bits. Read first: lib/match.c, lib/meta-flow.c (mf_set).
 */
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../../wire/ethernet.ts';
import { prefixOf, type Masked } from './addresses.ts';
import { onesOf, type FieldEntry, type Prerequisite, type Slot } from './fields.ts';
import { ANY, type Formats } from './protocols.ts';

export const ETHERTYPE_RARP = 0x8035;
export const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17, icmp6: 58, sctp: 132 } as const;
/** OpenFlow's own bit in a TCI: there is a tag. */
export const TAG_PRESENT = 0x1000n;
export const VID = 0x0fffn;
export const PCP = 0xe000n;
/** `dl_vlan` of a frame without a tag in OpenFlow 1.0. */
const NO_VLAN = 0xffffn;

const WILD: Masked = { value: 0n, mask: 0n };

export class Match {
  readonly #slots = new Map<Slot, Masked>();

  get(slot: Slot): Masked {
    return this.#slots.get(slot) ?? WILD;
  }

  /** A mask of zero: the slot is not asked for. */
  put(slot: Slot, value: bigint, mask: bigint): void {
    if (mask === 0n) this.#slots.delete(slot);
    else this.#slots.set(slot, { value: value & mask, mask });
  }

  get slots(): readonly Slot[] {
    return [...this.#slots.keys()];
  }

  copy(): Match {
    const copy = new Match();
    for (const [slot, { value, mask }] of this.#slots) copy.put(slot, value, mask);
    return copy;
  }

  equals(other: Match): boolean {
    return [...new Set([...this.slots, ...other.slots])].every((slot) => {
      const [mine, its] = [this.get(slot), other.get(slot)];
      return mine.value === its.value && mine.mask === its.mask;
    });
  }

  /** Bits of a field. */
  read({ slot, region, shift }: FieldEntry): Masked {
    const { value, mask } = this.get(slot);
    return { value: (value & region) >> shift, mask: (mask & region) >> shift };
  }

  /** Answers the formats that can say so; 0: none. */
  set(entry: FieldEntry, { value, mask }: Masked): Formats {
    if (mask === onesOf(8 * entry.bytes)) {
      this.#setExact(entry, value);
      return entry.exact;
    }
    if (mask === 0n) {
      this.#setWild(entry);
      return ANY;
    }
    if (!entry.isMaskable) return 0;
    if (entry.name === 'vlan_vid') {
      this.#setVid(value & mask, mask & (VID | TAG_PRESENT));
    } else this.put(entry.slot, value & entry.region, mask & entry.region);
    if (entry.prefix === entry.bitwise) return entry.prefix;
    return prefixOf(mask, 8 * entry.bytes) === null ? entry.bitwise : entry.prefix;
  }

  #setExact(entry: FieldEntry, value: bigint): void {
    const { name, slot, region, shift } = entry;
    const present = this.get(slot);
    if (name === 'dl_vlan') {
      if (value === NO_VLAN) this.put(slot, 0n, 0xffffn);
      else this.put(slot, (present.value & PCP) | TAG_PRESENT | (value & VID), present.mask | TAG_PRESENT | VID);
    } else if (name === 'dl_vlan_pcp' || name === 'vlan_pcp') {
      const rest = present.value & ~PCP;
      this.put(slot, rest | TAG_PRESENT | ((value << shift) & PCP), present.mask | TAG_PRESENT | PCP);
    } else if (name === 'vlan_vid') {
      this.#setVid(value, VID | TAG_PRESENT);
    } else if (slot === 'nw_tos') {
      this.put(slot, (present.value & ~region) | ((value << shift) & region), present.mask | region);
    } else {
      this.put(slot, (value << shift) & region, region);
    }
  }

  #setVid(value: bigint, mask: bigint): void {
    const present = this.get('vlan_tci');
    const rest = present.value & ~(VID | TAG_PRESENT);
    this.put('vlan_tci', rest | (value & mask), (present.mask & PCP) | mask);
  }

  #setWild({ name, slot, region }: FieldEntry): void {
    const { value, mask } = this.get(slot);
    if (name === 'dl_vlan' || name === 'vlan_vid') this.#forgetHalf(VID, PCP);
    else if (name === 'dl_vlan_pcp' || name === 'vlan_pcp') this.#forgetHalf(PCP, VID);
    else this.put(slot, value, mask & ~region);
  }

  /** One half of the tag is not asked for any more; where nothing is asked of the other half, nothing is asked of tags. */
  #forgetHalf(half: bigint, other: bigint): void {
    const { value, mask } = this.get('vlan_tci');
    this.put('vlan_tci', value, (mask & other) === 0n ? 0n : mask & ~half);
  }

  // --- What the match is about

  get etherType(): number {
    return Number(this.get('eth_type').value);
  }

  get ipProtocol(): number {
    return Number(this.get('nw_proto').value);
  }

  get isArp(): boolean {
    return this.etherType === ETHERTYPE_ARP || this.etherType === ETHERTYPE_RARP;
  }

  get isIp(): boolean {
    return this.etherType === ETHERTYPE_IPV4 || this.etherType === ETHERTYPE_IPV6;
  }

  get hasTag(): boolean {
    return (this.get('vlan_tci').value & TAG_PRESENT) !== 0n;
  }

  meets(needs: Prerequisite): boolean {
    switch (needs) {
      case 'none':
        return true;
      case 'vlan':
        return this.hasTag;
      case 'arp':
        return this.isArp;
      case 'ipv4':
        return this.etherType === ETHERTYPE_IPV4;
      case 'ipv6':
        return this.etherType === ETHERTYPE_IPV6;
      case 'ip':
        return this.isIp;
      case 'icmp':
        return this.etherType === ETHERTYPE_IPV4 && this.ipProtocol === PROTOCOLS.icmp;
      case 'icmp6':
        return this.etherType === ETHERTYPE_IPV6 && this.ipProtocol === PROTOCOLS.icmp6;
      case 'tcp':
      case 'udp':
      case 'sctp': {
        const isLaterFragment = (this.get('nw_frag').value & 2n) !== 0n;
        return this.isIp && this.ipProtocol === PROTOCOLS[needs] && !isLaterFragment;
      }
    }
  }

  /** Whether ports, or ICMP's type and code, can be asked for. */
  get hasTransport(): boolean {
    const protocol = this.ipProtocol;
    const { tcp, udp, sctp, icmp, icmp6 } = PROTOCOLS;
    if (this.etherType === ETHERTYPE_IPV4) return [tcp, udp, sctp, icmp].some((known) => known === protocol);
    if (this.etherType === ETHERTYPE_IPV6) return [tcp, udp, sctp, icmp6].some((known) => known === protocol);
    return false;
  }
}
