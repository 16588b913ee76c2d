/**
 * An OpenFlow table entry as data: what it matches and what it has done (ovs-ofctl(8), ovs-fields(7), ovs-actions(7)).
 * The console `console/openflow` reads and prints it, the `open-vswitch` profile runs it.
 */

/** Canonical names, as `ovs-ofctl dump-flows` and `set_field` know them; aliases (`dl_src` and `eth_src`) are the console's. */
export const FLOW_FIELDS = {
  // name: size in bits
  in_port: 16,
  eth_dst: 48,
  eth_src: 48,
  eth_type: 16,
  /** TCI of the outer tag as OpenFlow sees it: 0 without a tag, else PCP, 0x1000, VID. */
  vlan_tci: 16,
  ip_src: 32,
  ip_dst: 32,
  ipv6_src: 128,
  ipv6_dst: 128,
  ip_proto: 8,
  /** DSCP and ECN together: the whole traffic class byte. */
  ip_tos: 8,
  ip_ttl: 8,
  /** Bit 0: any fragment, bit 1: not the first. */
  ip_frag: 8,
  /** Source port of TCP, UDP or SCTP; type of ICMP. */
  tp_src: 16,
  /** Destination port; code of ICMP. */
  tp_dst: 16,
  tcp_flags: 16,
  /** As Open vSwitch reads it: 0 where the packet has more than 255. */
  arp_op: 16,
  arp_spa: 32,
  arp_tpa: 32,
  arp_sha: 48,
  arp_tha: 48,
  /** dnat 0x80, snat 0x40, trk 0x20, inv 0x10, rpl 0x08, rel 0x04, est 0x02, new 0x01. */
  ct_state: 8,
  ct_zone: 16,
  ct_mark: 32,
  metadata: 64,
  reg0: 32,
  reg1: 32,
  reg2: 32,
  reg3: 32,
} as const;
export type FlowField = keyof typeof FLOW_FIELDS;

/** Value and mask: big-endian, as many bytes as the field has. Bits outside the mask are 0 in the value. */
export interface FlowTest {
  readonly field: FlowField;
  readonly value: Uint8Array;
  readonly mask: Uint8Array;
}

/** OpenFlow port number; the reserved ones by name. */
export type FlowPort = number | 'in_port' | 'local' | 'normal' | 'flood' | 'all' | 'controller' | 'none';

export type FlowAction =
  | { readonly kind: 'output'; readonly port: FlowPort }
  /** `port` null: the ingress port stays; `table` null: the same table again. */
  | { readonly kind: 'resubmit'; readonly port: number | null; readonly table: number | null }
  | { readonly kind: 'goto_table'; readonly table: number }
  /** OpenFlow 1.0: pushes a tag where there is none. */
  | { readonly kind: 'mod_vlan_vid'; readonly vid: number }
  | { readonly kind: 'mod_vlan_pcp'; readonly pcp: number }
  /** `strip_vlan` of a frame without a tag does nothing. */
  | { readonly kind: 'pop_vlan' }
  | { readonly kind: 'push_vlan'; readonly tpid: number }
  | {
      readonly kind: 'set_field';
      readonly field: FlowField;
      readonly value: Uint8Array;
      readonly mask: Uint8Array;
      /** How it is printed, where a field can be written in several ways; nothing else depends on it. */
      readonly spelling?: 'load' | 'mod';
    }
  | { readonly kind: 'dec_ttl' }
  | {
      readonly kind: 'ct';
      readonly commit: boolean;
      readonly force: boolean;
      readonly zone: number;
      /** Where the tracked copy goes on; null: nowhere. */
      readonly table: number | null;
      /** Run on commit: `set_field` of ct_mark. */
      readonly actions: readonly FlowAction[];
    };

export interface Flow {
  readonly table: number;
  /** 0 to 65535; the highest that matches wins. */
  readonly priority: number;
  readonly cookie: string;
  readonly match: readonly FlowTest[];
  /** None: drop. */
  readonly actions: readonly FlowAction[];
  /** Seconds; absent: it stays. */
  readonly idleTimeoutS?: number;
  readonly hardTimeoutS?: number;
  /** As the administrator wrote it, for explanations. */
  readonly text: string;
}
