/**
 * Random flows in the language of `ovs-ofctl`: words that the parser knows, with every notation of their values, some of them
 * wrong; and flows in which something has been broken afterwards.
 */
import type { Random } from '../../random.ts';

type Make = (random: Random) => string;

const oneOf =
  (...makes: readonly (Make | string)[]): Make =>
  (random) => {
    const make = random.pick(makes);
    return typeof make === 'string' ? make : make(random);
  };

/** `low` to `high` in any base, sometimes outside, rarely no number. */
const number =
  (low: number, high: number): Make =>
  (random) => {
    if (random.chance(0.02))
      return random.pick(['', 'x', '0x', '08', '-1', '+1', '1x', '0xg', '-0x1', '99999999999999999999', '%']);
    let value = random.chance(0.3) ? random.pick([low, high]) : random.between(low, high);
    if (random.chance(0.03)) value = high + random.between(1, 300);
    return inBase(value, random);
  };

function inBase(value: number, random: Random): string {
  const base = random.below(10);
  if (base === 0) return `0${value.toString(8)}`;
  return base < 4 ? `0x${value.toString(16)}` : String(value);
}

/** A number, sometimes with a mask. */
const masked =
  (low: number, high: number): Make =>
  (random) => {
    const value = number(low, high)(random);
    return random.chance(0.3) ? `${value}/${number(0, high)(random)}` : value;
  };

const octet: Make = (random) => {
  if (random.chance(0.02)) return random.pick(['100', 'g', '', '-1', '0x1f', '1ff']);
  const text = random.pick([0, 1, 2, 0x0a, 0x5e, 0xff, random.below(256)]).toString(16);
  return random.chance(0.8) ? text.padStart(2, '0') : text;
};
const mac: Make = (random) => {
  const octets = Array.from({ length: random.chance(0.02) ? random.pick([5, 7]) : 6 }, () => octet(random));
  return octets.join(random.chance(0.01) ? '-' : ':');
};
const macMask: Make = oneOf('01:00:00:00:00:00', 'ff:ff:ff:00:00:00', 'ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00', mac);
const maskedMac: Make = (random) => (random.chance(0.3) ? `${mac(random)}/${macMask(random)}` : mac(random));

const ip: Make = (random) => {
  const bytes = [10, random.below(3), random.below(3), random.below(256)].map(String);
  if (random.chance(0.03)) bytes[random.below(4)] = random.pick(['300', '', 'x', '-1', '007', '1e1']);
  if (random.chance(0.01)) bytes.pop();
  return bytes.join('.');
};
const ipMask: Make = oneOf(
  '8',
  '24',
  '32',
  '0',
  '33',
  '-1',
  'x',
  '255.255.0.0',
  '255.0.0.255',
  '0.0.0.0',
  '255.255.255.255',
  ip,
);
const maskedIp: Make = (random) => (random.chance(0.4) ? `${ip(random)}/${ipMask(random)}` : ip(random));

const ip6: Make = (random) =>
  random.pick([
    'fe80::1',
    '::',
    '::1',
    '2001:db8::2',
    'ff02::1',
    '1:2:3:4:5:6:7:8',
    '1:0:0:2:0:0:0:3',
    '1:0:2:0:3:0:4:0',
    '::ffff:10.0.0.1',
    '::10.0.0.1',
    '::1:0',
    '::1:2:3',
    '64:ff9b::192.0.2.33',
    '1::2::3',
    '12345::',
    ':1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::g',
    '1:2:3:4:5:6:1.2.3.4',
    '1::8',
    '0:0:1::',
    'FE80::ABCD',
  ]);
const ip6Mask: Make = oneOf(
  '64',
  '128',
  '0',
  '129',
  '-1',
  'ffff::',
  'ffff:ffff::',
  '::ffff',
  'ffff::ffff',
  'x',
  '1::2::3',
  ip6,
);
const maskedIp6: Make = (random) => (random.chance(0.4) ? `${ip6(random)}/${ip6Mask(random)}` : ip6(random));

const flags =
  (...words: readonly string[]): Make =>
  (random) => {
    const some = random.some(words, 0.35);
    switch (random.below(8)) {
      case 0:
        return some.join('|');
      case 1:
        return number(0, 2 ** words.length - 1)(random);
      case 2:
        return `${number(0, 2 ** words.length - 1)(random)}/${number(0, 2 ** words.length - 1)(random)}`;
      case 3:
        return random.pick([
          '',
          '*',
          '+foo',
          'foo',
          '+trk+trk',
          'new+trk',
          '+trk|new',
          '++trk',
          '0x21|new',
          'trk|',
          '-',
        ]);
      default:
        return some.map((word) => `${random.pick(['+', '-'])}${word}`).join('');
    }
  };
const ctState = flags('new', 'est', 'rel', 'rpl', 'inv', 'trk', 'snat', 'dnat');
const tcpFlags = flags('fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr', 'ns', '[200]');

const port: Make = oneOf(
  '1',
  '2',
  '3',
  '7',
  'LOCAL',
  'local',
  'in_port',
  '65534',
  '0',
  '65279',
  '65280',
  '65535',
  '65536',
  '0x1',
  '01',
  '-1',
  'p1',
  'any',
  'none',
);

const [bit16, bit8] = [0xffff, 0xff];

/** Field names, and what may stand behind them. */
const MATCHES: readonly (readonly [names: string, value: Make])[] = [
  ['in_port', port],
  ['dl_src eth_src dl_dst eth_dst', maskedMac],
  [
    'dl_type eth_type',
    oneOf('0x0800', '0x0806', '0x86dd', '0x8035', '0x88b5', '0x8100', '0x8847', '2048', masked(0, bit16)),
  ],
  ['dl_vlan', oneOf('10', '20', '0xffff', '0', '4095', '*', masked(0, 4095))],
  ['dl_vlan_pcp vlan_pcp', oneOf('5', '*', masked(0, 7))],
  ['vlan_vid', oneOf('0x100a', '0x1000/0x1000', '0', masked(0, 0x1fff))],
  ['vlan_tci', oneOf('0', '0x100a/0x1fff', '0x1000/0x1000', '0/0x1000', '*', masked(0, bit16))],
  ['nw_src ip_src nw_dst ip_dst arp_spa arp_tpa', maskedIp],
  ['ipv6_src ipv6_dst', maskedIp6],
  ['nw_proto ip_proto', oneOf('1', '6', '17', '2', '58', '132', '47', masked(0, bit8))],
  ['nw_tos ip_dscp nw_ecn ip_ecn nw_ttl', masked(0, bit8)],
  ['ip_frag nw_frag', oneOf('no', 'yes', 'first', 'later', 'not_later', 'NO', 'maybe', '*')],
  ['arp_op', oneOf('1', '2', masked(0, 300))],
  ['arp_sha arp_tha', maskedMac],
  ['tp_src tp_dst tcp_src tcp_dst udp_src udp_dst sctp_src sctp_dst', oneOf('80', '0x50/0xfffe', masked(0, bit16))],
  ['icmp_type icmp_code icmpv6_type icmpv6_code', masked(0, bit8)],
  ['tcp_flags', tcpFlags],
  ['ct_state', ctState],
  ['ct_zone', masked(0, bit16)],
  ['ct_mark reg0 reg1 reg2 reg3', masked(0, 0xffffffff)],
  ['metadata', oneOf('0xffffffffffffffff', '18446744073709551616', '-1', masked(0, 0xffffffff))],
  [
    'reg0[0..3] reg1[] reg2[7] NXM_NX_REG3[4..7] eth_type[] dl_vlan[] NXM_OF_IP_SRC[0..7] tcp_dst[0..3] reg0[3..2] reg0[ reg0[32]',
    number(0, 20),
  ],
];
const PROTOCOLS = 'ip arp icmp tcp udp sctp ipv6 ip6 icmp6 tcp6 udp6 sctp6 rarp ipv4 ip4 eth mpls'.split(' ');

const match: Make = (random) => {
  if (random.chance(0.01))
    return random.pick([
      'nonsense',
      'nonsense=1',
      'IP',
      'igmp',
      'priority',
      'out_port=1',
      'tun_id=1',
      'reg5=1',
      'reg16=1',
      'send_flow_rem',
      'reset_counts',
      'duration=3s',
      'n_packets=0',
      'cookie=1/2',
    ]);
  const [names, value] = random.pick(MATCHES);
  const name = random.pick(names.split(' '));
  if (random.chance(0.01)) return name;
  const [open, close] = random.chance(0.97)
    ? ['=', '']
    : random.pick([
        [':', ''],
        ['(', ')'],
        ['= ', ''],
        ['==', ''],
      ] as const);
  return `${name}${open}${value(random)}${close}`;
};

const property: Make = oneOf(
  (random) => `priority=${number(0, bit16)(random)}`,
  (random) => `table=${oneOf('0', '1', '2', '254', '255', '256', '0x1', 'x', '-1', '+1')(random)}`,
  (random) =>
    `cookie=${oneOf('0x12', '5', '-1', '0xffffffffffffffff', '0x1ffffffffffffffff', number(0, 1000))(random)}`,
  (random) => `${random.pick(['idle_timeout', 'hard_timeout'])}=${number(0, bit16)(random)}`,
);

// --- Actions

/** What a match has to say before a field may be written is said in most cases. */
const SETS: readonly (readonly [names: string, value: Make])[] = [
  ['eth_src eth_dst dl_src dl_dst', maskedMac],
  ['vlan_vid', masked(0, 0x1fff)],
  ['vlan_pcp', masked(0, 7)],
  ['vlan_tci', masked(0, bit16)],
  ['ip_src nw_dst arp_spa', maskedIp],
  ['ipv6_src ipv6_dst', maskedIp6],
  ['nw_tos ip_dscp nw_ecn nw_ttl', masked(0, bit8)],
  ['tcp_src tcp_dst udp_src udp_dst sctp_dst tp_src', masked(0, bit16)],
  ['icmp_type icmp_code icmpv6_type', masked(0, bit8)],
  ['arp_op', masked(0, 300)],
  ['arp_sha arp_tha', maskedMac],
  ['reg0 reg1 reg2 reg3 ct_mark', masked(0, 0xffffffff)],
  ['metadata', masked(0, 0xffffffff)],
  ['in_port', oneOf('1', '2', 'LOCAL')],
  ['eth_type nw_proto tcp_flags ct_state foo reg0[] reg7 NXM_NX_REG0', number(0, 9)],
];
const LOADS =
  'NXM_NX_REG0[] reg1 reg2[0..7] NXM_NX_REG3[5] NXM_OF_ETH_SRC[] NXM_OF_ETH_DST[0..15] NXM_OF_VLAN_TCI[] NXM_OF_VLAN_TCI[0..11] ' +
  'NXM_OF_IP_SRC[] ip_dst[0..7] NXM_OF_TCP_DST[] OXM_OF_TCP_SRC[] udp_dst tcp_dst NXM_NX_IP_TTL[] NXM_NX_IP_ECN[] ' +
  'NXM_NX_IPV6_SRC[] NXM_NX_IPV6_DST[60..70] NXM_OF_ARP_OP[] NXM_NX_ARP_SHA[] OXM_OF_METADATA[] OXM_OF_METADATA[0..31] ' +
  'NXM_OF_ICMP_TYPE[] icmpv6_code NXM_OF_IN_PORT[] NXM_NX_CT_MARK[] eth_type foo reg0[ reg0[32] reg0[3..1] reg0[]x OXM_OF_VLAN_VID[] reg9';

const setField: Make = (random) => {
  const [names, value] = random.pick(SETS);
  const arrow = random.chance(0.98) ? '->' : random.pick(['-', '=>', '', '-> ']);
  return `set_field:${value(random)}${arrow}${random.pick(names.split(' '))}`;
};
const load: Make = (random) => `load:${number(0, 15)(random)}->${random.pick(LOADS.split(' '))}`;

const ctPart: Make = oneOf(
  'commit',
  'commit',
  'force',
  (random) => `zone=${oneOf('5', '0', '65535', '65536', 'x', 'reg0[0..15]')(random)}`,
  (random) => `table=${oneOf('1', '2', '255', '256', 'x')(random)}`,
  (random) =>
    `exec(${oneOf(ctSet, ctSet, ctSet, 'output:1', 'drop', '', 'set_field:1->reg0', 'strip_vlan', 'mod_dl_src:1:2:3:4:5:6')(random)})`,
  (random) => random.pick(['commit', 'nat', 'alg=ftp', 'alg=foo', 'nonsense', '']),
);
const ctSet: Make = oneOf(
  (random) => `set_field:${masked(0, 0xffff)(random)}->ct_mark`,
  (random) => `load:${number(0, 15)(random)}->NXM_NX_CT_MARK[${random.pick(['', '0..3', '4'])}]`,
);

const action: Make = oneOf(
  (random) => `output:${port(random)}`,
  (random) => `output:${random.below(9)}`,
  (random) =>
    random.pick(['normal', 'NORMAL', 'flood', 'all', 'local', 'in_port', '1', '2', 'controller', 'table', 'p9']),
  (random) =>
    `resubmit(${oneOf('', '', '1', 'in_port', 'LOCAL', 'x')(random)},${oneOf('1', '2', '0', '254', '255', '256', '')(random)})`,
  (random) => `resubmit:${port(random)}`,
  (random) => `goto_table:${oneOf('1', '2', '3', '0', '254', '256', 'x')(random)}`,
  (random) => `mod_vlan_vid:${number(0, 4095)(random)}`,
  (random) => `mod_vlan_pcp:${number(0, 7)(random)}`,
  (random) => random.pick(['strip_vlan', 'pop_vlan', 'set_vlan_vid:5', 'set_vlan_pcp:3']),
  (random) => `push_vlan:${oneOf('0x8100', '0x88a8', '0x8100', '33024', '0x9100', 'x')(random)}`,
  (random) => `${random.pick(['mod_dl_src', 'mod_dl_dst'])}:${mac(random)}`,
  (random) => `${random.pick(['mod_nw_src', 'mod_nw_dst'])}:${ip(random)}`,
  (random) => `mod_nw_tos:${oneOf('0', '4', '32', '252', number(0, 255))(random)}`,
  (random) => `mod_nw_ecn:${number(0, 3)(random)}`,
  (random) => `${random.pick(['mod_nw_ttl', 'set_nw_ttl'])}:${number(0, 255)(random)}`,
  (random) => `${random.pick(['mod_tp_src', 'mod_tp_dst'])}:${number(0, 65_535)(random)}`,
  'dec_ttl',
  setField,
  setField,
  load,
  load,
  (random) => {
    const parts = Array.from({ length: random.below(4) }, () => ctPart(random));
    return `ct(${parts.join(',')})`;
  },
  (random) =>
    random.pick([
      'drop',
      'exit',
      'note:01',
      'learn(table=1)',
      'group:1',
      'nonsense',
      'dec_ttl()',
      'ct',
      'Output:1',
      'apply_actions(output:1)',
    ]),
);

const actions: Make = (random) => {
  if (random.chance(0.15)) return random.pick(['drop', '', 'drop']);
  return Array.from({ length: random.pick([1, 1, 1, 2, 2, 3, 4]) }, () => action(random)).join(
    random.pick([',', ',', ',', ', ', ' ']),
  );
};

/** Flows about one thing, so that matches with prerequisites and the actions that need them meet. */
const THEMES: readonly string[] = [
  '',
  '',
  'ip',
  'tcp',
  'udp',
  'icmp',
  'ipv6',
  'tcp6',
  'icmp6',
  'arp',
  'sctp',
  'dl_vlan=10',
  'vlan_tci=0x1000/0x1000',
];

export function randomFlow(random: Random): string {
  const words: string[] = [random.pick(THEMES)];
  if (random.chance(0.3)) words.push(random.pick(PROTOCOLS));
  words.push(...Array.from({ length: random.pick([0, 0, 1, 1, 2, 2, 3, 5]) }, () => match(random)));
  if (random.chance(0.5)) words.push(property(random));
  words.sort(() => random.below(3) - 1);
  const text = words.filter((word) => word !== '').join(random.pick([',', ',', ',', ', ', ' ', ',,']));
  const end = random.chance(0.98)
    ? `actions=${actions(random)}`
    : random.pick(['', 'actions', 'action=drop', 'actions=', `actions:${actions(random)}`]);
  const flow = `${text}${text === '' ? '' : random.pick([',', ' '])}${end}`;
  return random.chance(0.15) ? broken(flow, random) : flow;
}

/** What `del-flows` takes. */
export function randomSelection(random: Random): string {
  const words: string[] = [random.pick(THEMES)];
  words.push(...Array.from({ length: random.below(4) }, () => match(random)));
  if (random.chance(0.6)) words.push(property(random));
  if (random.chance(0.2)) words.push(`out_port=${port(random)}`);
  if (random.chance(0.2)) words.push(`cookie=${number(0, 99)(random)}/${oneOf('-1', '0', '0xf', 'x', '')(random)}`);
  if (random.chance(0.05)) words.push(`actions=${actions(random)}`);
  return words.filter((word) => word !== '').join(',');
}

const PIECES = ',=:/()->[]* 0x1fg.+-_"'.split('').concat(['actions=', 'ip', 'tcp', '0xffff', '->', 'ct(', ')', '..']);

function broken(flow: string, random: Random): string {
  let text = flow;
  for (let left = random.between(1, 2); left > 0; left--) {
    const at = random.below(text.length + 1);
    const put = random.chance(0.5) ? '' : random.pick(PIECES);
    text = text.slice(0, at) + put + text.slice(at + random.below(3));
  }
  return text.replaceAll('\n', ' ');
}
