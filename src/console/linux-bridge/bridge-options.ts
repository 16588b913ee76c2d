/**
 * `type bridge …` and `type bridge_slave …` of `ip link`.
 *
 * Read first: iproute2 6.1 ip/iplink_bridge.c, ip/iplink_bridge_slave.c. What surprises: any prefix of an option will do and
 * the first in the source that fits is meant (`vlan_f`; `mcast` is mcast_router).
 */
import { isModelled, type LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import type { Word } from '../console.ts';
import {
  Complaint,
  linkAddress,
  macText,
  matches,
  onOff,
  U16,
  U32,
  U64_MAX,
  U8,
  unsigned,
  usage,
  type Arguments,
} from './arguments.ts';
import type { Ground } from './ground.ts';

interface Option {
  readonly name: string;
  /** The keyword is to be written out. */
  readonly isExact?: boolean;
  readonly read: (word: Word) => string | number;
}

const number = (name: string, max: bigint, isExact = false): Option => ({
  name,
  isExact,
  read: (word) => unsigned(word, max, `invalid ${name}`),
});

/** In the order of the source. */
const BRIDGE_OPTIONS: readonly Option[] = [
  number('forward_delay', U32),
  number('hello_time', U32),
  number('max_age', U32),
  number('ageing_time', U32),
  number('stp_state', U32),
  number('priority', U16),
  number('vlan_filtering', U8),
  { name: 'vlan_protocol', read: readProtocol },
  number('group_fwd_mask', U16),
  { name: 'group_address', read: (word) => macText(linkAddress(word)) },
  number('no_linklocal_learn', U8, true),
  { name: 'fdb_flush', read: () => '' },
  number('vlan_default_pvid', U16),
  number('vlan_stats_enabled', U8),
  number('vlan_stats_per_port', U8),
  number('mcast_router', U8),
  number('mcast_snooping', U8),
  number('mcast_vlan_snooping', U8, true),
  number('mcast_query_use_ifaddr', U8),
  number('mcast_querier', U8),
  number('mcast_hash_elasticity', U32),
  number('mcast_hash_max', U32),
  number('mcast_last_member_count', U32),
  number('mcast_startup_query_count', U32),
  number('mcast_last_member_interval', U64_MAX),
  number('mcast_membership_interval', U64_MAX),
  number('mcast_querier_interval', U64_MAX),
  number('mcast_query_interval', U64_MAX),
  number('mcast_query_response_interval', U64_MAX),
  number('mcast_startup_query_interval', U64_MAX),
  number('mcast_stats_enabled', U8),
  number('mcast_igmp_version', U8),
  number('mcast_mld_version', U8),
  number('nf_call_iptables', U8),
  number('nf_call_ip6tables', U8),
  number('nf_call_arptables', U8),
];

const FLUSH = 'fdb_flush';

/** What stands behind `type bridge`. */
export function readBridgeOptions(words: Arguments): LinuxBridgeChange[] {
  const changes: LinuxBridgeChange[] = [];
  while (words.more) {
    const word = words.take();
    const option = BRIDGE_OPTIONS.find(({ name, isExact }) =>
      isExact === true ? word.text === name : matches(word.text, name),
    );
    if (option === undefined) return unknownOption(word, 'bridge', 'command', 'Usage: ... bridge [ fdb_flush ]');
    if (option.name === FLUSH) changes.push({ kind: 'fdb-flush' });
    else changes.push(checked(words, word, { kind: 'bridge', option: option.name, value: option.read(words.value()) }));
  }
  return changes;
}

function checked(words: Arguments, word: Word, change: LinuxBridgeChange): LinuxBridgeChange {
  if (!isModelled(change)) words.unmodelled ??= word;
  return change;
}

function unknownOption(word: Word, kind: string, what: string, firstLine: string): never {
  if (matches(word.text, 'help')) usage(firstLine, word);
  const names = (kind === 'bridge' ? BRIDGE_OPTIONS : SLAVE_OPTIONS).map(({ name }) => name).join(', ');
  throw new Complaint(`${kind}: unknown ${what} "${word.text}"?`, word.place, 'unknown-word', word.text, names);
}

/** ll_proto_a2n of lib/ll_proto.c, of which the kernel takes two. */
const PROTOCOLS =
  /^(loop|pup|pupat|ip|x25|arp|bpq|ieeepup|ieeepupat|dec|dna_dl|dna_rc|dna_rt|lat|diag|cust|sca|rarp|atalk|aarp|ipx|ipv6|ppp_disc|ppp_ses|atmmpoa|atmfate|802_3|ax25|all|802_2|snap|ddcmp|wan_ppp|ppp_mp|localtalk|can|ppptalk|tr_802_2|mobitex|control|irda|econet|tipc|profinet|aoe|ethercat|mpls_uc|mpls_mc|teb|lldp|ipv4)$/i;

function readProtocol(word: Word): string {
  const { text } = word;
  if (/^802\.1q$/i.test(text)) return '802.1Q';
  if (/^802\.1ad$/i.test(text)) return '802.1ad';
  if (PROTOCOLS.test(text)) return text;
  const type = Number(unsigned(word, U16, 'invalid vlan_protocol'));
  return type === 0x8100 ? '802.1Q' : type === 0x88a8 ? '802.1ad' : text;
}

// --- Ports

const onOffOption = (name: string): Option => ({ name, read: (word) => (onOff(name, word) ? 'on' : 'off') });

const SLAVE_OPTIONS: readonly Option[] = [
  { name: FLUSH, read: () => '' },
  { name: 'state', read: (word) => unsigned(word, U8, 'state is invalid') },
  { name: 'priority', read: (word) => unsigned(word, U16, 'priority is invalid') },
  { name: 'cost', read: (word) => unsigned(word, U32, 'cost is invalid') },
  ...'hairpin guard root_block fastleave learning flood mcast_flood bcast_flood mcast_to_unicast proxy_arp proxy_arp_wifi'
    .split(' ')
    .map(onOffOption),
  number('mcast_router', U8),
  ...['mcast_fast_leave', 'neigh_suppress'].map(onOffOption),
  number('group_fwd_mask', U16),
  ...['vlan_tunnel', 'isolated', 'locked'].map(onOffOption),
  { name: 'backup_port', read: ({ text }) => text },
  { name: 'nobackup_port', read: () => 'off' },
];

/** What stands behind `type bridge_slave`. */
export function readSlaveOptions(words: Arguments, ground: Ground, port: string): LinuxBridgeChange[] {
  const changes: LinuxBridgeChange[] = [];
  while (words.more) {
    const word = words.take();
    const option = SLAVE_OPTIONS.find(({ name }) => matches(word.text, name));
    if (option === undefined) {
      return unknownOption(word, 'bridge_slave', 'option', 'Usage: ... bridge_slave [ fdb_flush ]');
    }
    const { name, read } = option;
    if (name === FLUSH) changes.push({ kind: 'fdb-flush', port });
    else if (name === 'nobackup_port') changes.push({ kind: 'slave', port, attribute: 'backup_port', value: 'off' });
    else {
      const value = words.value();
      if (name === 'backup_port') ground.expectValue(value, 'Device does not exist');
      changes.push(checked(words, word, { kind: 'slave', port, attribute: name, value: read(value) }));
    }
  }
  return changes;
}
