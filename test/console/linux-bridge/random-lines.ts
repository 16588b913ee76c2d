/**
 * Random command lines for `ip link` and `bridge`: right ones, with keywords cut short where that is allowed, and such ones
 * with a word lost, doubled, misspelt or exchanged. Nothing in them takes a device away or renames one.
 */
import type { Random } from '../../random.ts';

type Make = (random: Random) => string;

const word =
  (...words: readonly string[]): Make =>
  (random) =>
    random.pick(words);
/** A prefix of it, mostly the whole. */
const cut =
  (name: string): Make =>
  (random) =>
    random.chance(0.75) ? name : name.slice(0, random.between(1, name.length));
const number =
  (low: number, high: number): Make =>
  (random) => {
    const value = random.chance(0.2) ? random.pick([low, high]) : random.between(low, high);
    return random.chance(0.15) ? `0x${value.toString(16)}` : String(value);
  };
const maybe =
  (make: Make, probability = 0.5): Make =>
  (random) =>
    random.chance(probability) ? make(random) : '';
const line =
  (...parts: readonly (Make | string)[]): Make =>
  (random) =>
    parts
      .map((part) => (typeof part === 'string' ? part : part(random)))
      .filter((text) => text !== '')
      .join(' ');
const shuffled =
  (...parts: readonly Make[]): Make =>
  (random) =>
    parts
      .map((make) => ({ text: make(random), key: random.word() }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ text }) => text)
      .filter((text) => text !== '')
      .join(' ');
const oneOf =
  (...makes: readonly Make[]): Make =>
  (random) =>
    random.pick(makes)(random);

const PORT = word('p1', 'p2', 'p3', 'p1', 'br0');
const MAC = word('02:00:00:00:00:0a', '2:0:0:0:0:b', 'FF:ff:ff:ff:ff:ff', '00:00:5e:00:53:01', '0:0:0:0:0:0');
const VID = oneOf(
  number(1, 4094),
  word('1', '10', '10-20', '20-10', '0', '4095', '4096', '65546', '10x', '-1', '-5', '5-', 'x'),
);
const ON_OFF = word('on', 'off', 'on', 'off', 'o', 'of');
const STATE = word('0', '1', '2', '3', '4', 'forwarding', 'disabled', 'blocking', '9', '-1', 'asleep', '3x', '300');

const SWITCHES = (
  'guard hairpin fastleave root_block learning learning_sync flood mcast_flood bcast_flood mcast_to_unicast neigh_suppress ' +
  'vlan_tunnel isolated locked'
).split(' ');
const onOffPair =
  (names: readonly string[], short: boolean): Make =>
  (random) => {
    const name = random.pick(names);
    return `${short ? cut(name)(random) : name} ${ON_OFF(random)}`;
  };

const VLAN = oneOf(
  line(
    oneOf(cut('add'), cut('delete'), word('del')),
    shuffled(
      line('dev', PORT),
      line('vid', VID),
      maybe(word('pvid'), 0.3),
      maybe(word('untagged'), 0.3),
      maybe(word('self'), 0.2),
      maybe(word('master'), 0.2),
    ),
  ),
  line(cut('set'), shuffled(line('dev', PORT), line('vid', VID), maybe(line('state', STATE), 0.8))),
  line(cut('show'), shuffled(maybe(line('dev', PORT)), maybe(line('vid', number(1, 4094)), 0.3))),
);
const FDB = oneOf(
  line(
    oneOf(cut('add'), cut('append'), cut('replace'), cut('delete')),
    maybe(word('to'), 0.1),
    shuffled(
      MAC,
      line('dev', PORT),
      maybe(oneOf(cut('master'), word('self')), 0.8),
      maybe(oneOf(cut('static'), cut('dynamic'), cut('local'), cut('permanent'), cut('temp'))),
      maybe(cut('sticky'), 0.2),
      maybe(line(cut('vlan'), VID), 0.3),
    ),
  ),
  line(
    'flush',
    shuffled(
      line('dev', PORT),
      maybe(line('brport', PORT), 0.3),
      maybe(line('vlan', VID), 0.3),
      maybe(
        word('permanent', 'nopermanent', 'static', 'nostatic', 'dynamic', 'nodynamic', 'sticky', 'nosticky', 'self'),
      ),
    ),
  ),
  line(
    cut('show'),
    shuffled(
      maybe(line('br', word('br0'))),
      maybe(line(word('dev', 'brport'), PORT)),
      maybe(line('vlan', number(1, 99)), 0.3),
      maybe(word('dynamic'), 0.2),
      maybe(line('state', word('permanent', 'static', 's', 'p', 'all', '64', 'x')), 0.2),
    ),
  ),
);
const LINK = oneOf(
  line(
    oneOf(cut('set'), cut('change')),
    shuffled(
      line('dev', PORT),
      onOffPair(SWITCHES, false),
      maybe(onOffPair(SWITCHES, false)),
      maybe(line('state', STATE), 0.3),
      maybe(line(word('cost', 'priority', 'mcast_router'), number(0, 99)), 0.2),
      maybe(word('self', 'master', 'nobackup_port'), 0.1),
      maybe(line('backup_port', PORT), 0.1),
      maybe(line('hwmode', word('vepa', 'veb', 'x')), 0.05),
    ),
  ),
  line(cut('show'), maybe(line('dev', PORT))),
);
const MDB = oneOf(
  line(
    oneOf(cut('add'), cut('delete')),
    shuffled(
      line('dev', 'br0'),
      line('port', PORT),
      line('grp', word('239.1.2.3', 'ff02::6a', '01:00:5e:00:00:05', '239.1.2', 'x', '1:2:3', '::ffff:1.2.3.4')),
      maybe(word('permanent', 'temp')),
      maybe(line('vid', VID), 0.3),
      maybe(line('src', word('10.0.0.1', '::1', 'x')), 0.1),
    ),
  ),
  line(cut('show'), maybe(line('dev', PORT), 0.3), maybe(line('vid', number(1, 99)), 0.3)),
);
const BRIDGE = line(
  'bridge',
  maybe(
    word(
      '-d',
      '-s',
      '-j',
      '-p',
      '-o',
      '-c',
      '-com',
      '-t',
      '--json',
      '-color=never',
      '-color=x',
      '-f inet',
      '-4',
      '-x',
      '-h',
      '-fo',
    ),
    0.2,
  ),
  oneOf(line(cut('vlan'), VLAN), line(cut('fdb'), FDB), line(cut('link'), LINK), line(cut('mdb'), MDB)),
);

const U32_OPTIONS = [
  'forward_delay',
  'hello_time',
  'max_age',
  'ageing_time',
  'stp_state',
  'mcast_hash_max',
  'mcast_hash_elasticity',
];
const U16_OPTIONS = ['priority', 'group_fwd_mask', 'vlan_default_pvid'];
const U8_OPTIONS = (
  'vlan_filtering no_linklocal_learn vlan_stats_enabled mcast_snooping mcast_vlan_snooping mcast_querier mcast_igmp_version ' +
  'mcast_mld_version nf_call_iptables nf_call_ip6tables nf_call_arptables mcast_router vlan_stats_per_port'
).split(' ');
const EDGES = word(
  '0',
  '1',
  '255',
  '256',
  '65535',
  '65536',
  '4294967295',
  '4294967296',
  '-1',
  '0x10',
  '010',
  '08',
  '1x',
  '',
  '+1',
  'x',
);
const option =
  (names: readonly string[]): Make =>
  (random) =>
    `${cut(random.pick(names))(random)} ${random.chance(0.8) ? number(0, 9)(random) : EDGES(random)}`;
const BRIDGE_OPTION = oneOf(
  option(U32_OPTIONS),
  option(U16_OPTIONS),
  option(U8_OPTIONS),
  option(U8_OPTIONS),
  line(cut('vlan_protocol'), word('802.1Q', '802.1ad', '802.1q', '0x88a8', 'ip', 'x', '802.1X')),
  line(cut('group_address'), MAC),
  cut('fdb_flush'),
);
const SLAVE_OPTION = oneOf(
  onOffPair([...SWITCHES.filter((name) => name !== 'learning_sync'), 'proxy_arp', 'mcast_fast_leave'], true),
  line(cut('state'), word('0', '3', '4', '256', 'x', 'forwarding')),
  option(['priority', 'cost', 'group_fwd_mask', 'mcast_router']),
  cut('fdb_flush'),
  line('backup_port', PORT),
  cut('nobackup_port'),
);
const LINK_WORD = oneOf(
  word('up', 'down', 'up', 'down'),
  line('mtu', oneOf(number(68, 9000), EDGES)),
  line(
    cut('address'),
    oneOf(MAC, word('1:2', '02:00:00:00:00:zz', '10.8', '0g:1:2:3:4:5', '1:2:3:4:5:100', '10.8.0.x')),
  ),
  line(cut('master'), word('br0', 'br0', 'br9')),
  cut('nomaster'),
  line('promisc', ON_OFF),
  line('multicast', ON_OFF),
  line('carrier', ON_OFF),
  line(cut('txqueuelen'), EDGES),
  line('group', word('default', '0', 'x')),
  line('state', word('up', 'DOWN', 'x')),
  line(cut('alias'), word('a', 'b')),
  line('index', word('0', '7', 'x')),
);
const IP_LINK = oneOf(
  line(oneOf(cut('set'), cut('change')), maybe(word('dev')), PORT, LINK_WORD, maybe(LINK_WORD)),
  line(cut('set'), maybe(word('dev')), PORT, cut('type'), 'bridge_slave', SLAVE_OPTION, maybe(SLAVE_OPTION)),
  line(cut('set'), 'br0', cut('type'), 'bridge', BRIDGE_OPTION, maybe(BRIDGE_OPTION), maybe(BRIDGE_OPTION)),
  line(
    cut('add'),
    maybe(word('name', 'dev'), 0.3),
    (random) => `x${random.word()}`,
    maybe(line(cut('address'), MAC), 0.3),
    cut('type'),
    'bridge',
    maybe(BRIDGE_OPTION),
    maybe(BRIDGE_OPTION),
  ),
  line(
    cut('show'),
    maybe(word('dev'), 0.3),
    maybe(PORT),
    maybe(line('master', word('br0', 'br9')), 0.2),
    maybe(word('up'), 0.1),
  ),
);
const IP = line(
  'ip',
  maybe(
    word(
      '-d',
      '-s',
      '-j',
      '-p',
      '-o',
      '-br',
      '-c',
      '-h',
      '-4',
      '-f inet',
      '-f x',
      '-x',
      '-help',
      '-l 3',
      '-rc 100',
      '-N',
    ),
    0.2,
  ),
  cut('link'),
  IP_LINK,
);

const NOISE = (
  'dev vid p9 br9 help on off 10 10-20 4096 -1 x up master self untaged pvid add type bridge show 00:11 state vlan ' +
  'fdb permanent 0x8100 999999 - -- dev'
).split(' ');

export function rightLine(random: Random): string {
  return oneOf(BRIDGE, BRIDGE, IP)(random);
}

/** Something is done to a line's words, behind the program. Devices are made under names that nothing else has. */
export function wrongLine(random: Random): string {
  for (;;) {
    const wrong = mutated(rightLine(random), random);
    if (!/ (a|ad|add)\b/.test(wrong) || !wrong.startsWith('ip ') || /x\d{5}/.test(wrong)) return wrong;
  }
}

function mutated(right: string, random: Random): string {
  const words = right.split(' ');
  for (let left = random.between(1, 2); left > 0; left--) {
    const at = random.between(1, Math.max(1, words.length - 1));
    switch (random.below(6)) {
      case 0:
        words.splice(at, 1);
        break;
      case 1:
        words.splice(at, 0, words[at] ?? '');
        break;
      case 2:
        words[at] = random.pick(NOISE);
        break;
      case 3:
        words.splice(at, 0, random.pick(NOISE));
        break;
      case 4:
        words.length = Math.max(1, at);
        break;
      default: {
        const other = random.between(1, Math.max(1, words.length - 1));
        [words[at], words[other]] = [words[other] ?? '', words[at] ?? ''];
      }
    }
  }
  return words.filter((text) => text !== '').join(' ');
}
