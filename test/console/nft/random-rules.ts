/**
 * Random rules in nft's language: matches that the parser knows, with every operator and kind of value, one to three of
 * them in a rule. Some are contradictory, as rules of beginners are.
 *
 * Left out is what is known to differ (`bytecode.test.ts` lists it): ranges of one value, tags as `vlan type`, protocols
 * that nft has no name for, a transport protocol around ARP, and two `!=` in a rule, which nft 1.0.6 joins into one.
 */
import type { Random } from '../../random.ts';

type Make = (random: Random) => string;

const MACS = ['02:00:00:00:00:0a', '02:00:00:00:00:0b', 'ff:ff:ff:ff:ff:ff', '00:00:5e:00:53:0a', '2:0:0:0:0:c'];
const NAMES = ['"p1"', '"p2"', 'p3', '"p*"', '"eth0"'];

const number =
  (low: number, high: number): Make =>
  (random) => {
    const value = random.chance(0.2) ? random.pick([low, high]) : random.between(low, high);
    return random.chance(0.2) ? `0x${value.toString(16)}` : String(value);
  };
const word =
  (...words: string[]): Make =>
  (random) =>
    random.pick(words);

const ip: Make = (random) => [10, random.below(3), random.below(4), random.below(256)].join('.');
const prefix =
  (address: Make, bits: number): Make =>
  (random) =>
    `${address(random)}/${random.between(1, bits)}`;
const ip6: Make = (random) =>
  random.pick(['fe80::1', '2001:db8::2', '::', '::1', 'ff02::1', '2001:db8:0:1::192.0.2.1', '1:2:3:4:5:6:7:8']);

/** `value`, `!= value`, comparisons, ranges and sets; values in a set have to differ. */
function compared(value: Make, ordered: boolean): Make {
  return (random) => {
    switch (random.below(ordered ? 8 : 5)) {
      case 0:
        return `!= ${value(random)}`;
      case 1:
        return `== ${value(random)}`;
      case 2:
        return `${random.pick(['', '', '!= '])}{ ${distinct(value, random)} }`;
      case 3:
      case 4:
        return value(random);
      case 5:
        return `${random.pick(['<', '>', '<=', '>=', 'lt', 'ge'])} ${value(random)}`;
      case 6:
        return range(value, random);
      default:
        return `eq ${value(random)}`;
    }
  };
}

/** Sometimes the wrong way round, never of one value. */
function range(value: Make, random: Random): string {
  const [low, high] = [value(random), value(random)];
  const isOne = low === high || Number(low) === Number(high);
  return isOne ? low : `${random.pick(['', '!= '])}${low}-${high}`;
}

function distinct(value: Make, random: Random): string {
  return [...new Set(Array.from({ length: random.between(1, 4) }, () => value(random)))].join(', ');
}

const plain = (value: Make): Make => compared(value, false);
const ordered = (value: Make): Make => compared(value, true);
const masked =
  (mask: Make, value: Make): Make =>
  (random) =>
    `& ${mask(random)} ${random.pick(['==', '!='])} ${value(random)}`;
const oneOf =
  (...makes: Make[]): Make =>
  (random) =>
    random.pick(makes)(random);

const etherType = word('ip', 'arp', 'ip6', '8021q', '0x88b5', '0x0800');
const mac = oneOf(plain(word(...MACS)), masked(word('01:00:00:00:00:00', 'ff:ff:ff:00:00:00'), word(...MACS)));
const address = oneOf(ordered(ip), prefix(ip, 32), (random) => `!= ${prefix(ip, 32)(random)}`);
const protocol = plain(word('tcp', 'udp', 'icmp', 'icmpv6', 'esp', 'ah', 'sctp'));
const port = ordered(oneOf(number(0, 65_535), word('ssh', 'http', 'domain', 'https', 'bootps')));
const flag = word('syn', 'ack', 'fin', 'rst', 'psh', 'urg');

/** Left side and what may stand on its right. */
const MATCHES: readonly [string, Make][] = [
  ['ether saddr', mac],
  ['ether daddr', mac],
  ['ether type', plain(etherType)],
  ['vlan id', ordered(number(0, 4095))],
  ['vlan pcp', ordered(number(0, 7))],
  ['vlan dei', plain(number(0, 1))],
  ['vlan cfi', plain(number(0, 1))],
  ['vlan type', plain(word('ip', 'arp', 'ip6', '0x88b5'))],
  ['arp operation', plain(word('request', 'reply', '1', '8', 'inrequest'))],
  ['arp htype', ordered(number(0, 65_535))],
  ['arp ptype', plain(etherType)],
  ['arp hlen', ordered(number(0, 255))],
  ['arp plen', ordered(number(0, 255))],
  ['arp saddr ip', address],
  ['arp daddr ip', address],
  ['arp saddr ether', plain(word(...MACS))],
  ['arp daddr ether', plain(word(...MACS))],
  ['ip saddr', oneOf(address, address, masked(word('255.0.0.255', '255.255.0.0'), ip))],
  ['ip daddr', address],
  ['ip protocol', protocol],
  ['ip ttl', ordered(number(0, 255))],
  ['ip length', ordered(number(0, 65_535))],
  ['ip id', ordered(number(0, 65_535))],
  ['ip dscp', plain(oneOf(number(0, 63), word('cs1', 'ef', 'cs7')))],
  ['ip version', plain(number(0, 15))],
  ['ip hdrlength', ordered(number(0, 15))],
  ['ip checksum', ordered(number(0, 65_535))],
  ['ip frag-off', masked(word('0x1fff', '0x2000', '0xe000'), number(0, 8191))],
  ['ip6 saddr', oneOf(plain(ip6), prefix(ip6, 128), (random) => `!= ${prefix(ip6, 128)(random)}`)],
  ['ip6 daddr', oneOf(plain(ip6), prefix(ip6, 128))],
  ['ip6 nexthdr', protocol],
  ['ip6 hoplimit', ordered(number(0, 255))],
  ['ip6 length', ordered(number(0, 65_535))],
  ['ip6 version', plain(number(0, 15))],
  ['icmp type', plain(word('echo-request', 'echo-reply', 'time-exceeded', '3', 'redirect'))],
  ['icmp code', ordered(number(0, 255))],
  ['icmp checksum', ordered(number(0, 65_535))],
  ['icmpv6 type', plain(word('echo-request', 'nd-neighbor-solicit', 'nd-router-advert', '1'))],
  ['icmpv6 code', ordered(number(0, 255))],
  ['tcp sport', port],
  ['tcp dport', port],
  ['tcp sequence', ordered(number(0, 4_294_967_295))],
  ['tcp ackseq', ordered(number(0, 4_294_967_295))],
  ['tcp window', ordered(number(0, 65_535))],
  ['tcp checksum', ordered(number(0, 65_535))],
  ['tcp urgptr', ordered(number(0, 65_535))],
  [
    'tcp flags',
    oneOf(
      flag,
      (random) => `& (${flag(random)} | ack) == ${flag(random)}`,
      (random) => `!= ${flag(random)}`,
      (random) => `== ${flag(random)}`,
      (random) => `& ${flag(random)} != 0`,
    ),
  ],
  ['udp sport', port],
  ['udp dport', port],
  ['udp length', ordered(number(0, 65_535))],
  ['udp checksum', ordered(number(0, 65_535))],
  ['th sport', port],
  ['th dport', port],
  ['meta protocol', plain(word('ip', 'arp', 'ip6'))],
  ['meta l4proto', protocol],
  ['meta pkttype', plain(word('host', 'unicast', 'broadcast', 'multicast', 'other'))],
  ['iifname', plain(word(...NAMES))],
  ['oifname', plain(word(...NAMES))],
  ['meta iifname', plain(word(...NAMES))],
];

/** The matches of a rule, without its verdict. */
export function randomMatches(random: Random): string {
  for (;;) {
    const count = random.pick([1, 1, 1, 2, 2, 3]);
    const matches = Array.from({ length: count }, () => {
      const [left, right] = random.pick(MATCHES);
      return `${left} ${right(random)}`;
    }).join(' ');
    const isJoined = matches.split('!=').length > 2;
    const isAroundArp = /\b(tcp|udp|icmp|icmpv6|th) .*\barp\b/.test(matches) && count === 3;
    if (!isJoined && !isAroundArp) return matches;
  }
}

/** What follows on the matches. */
export function randomVerdict(random: Random): string {
  return random.pick(['drop', 'accept', 'return', 'continue', 'jump foo', 'goto foo', 'counter drop', 'counter']);
}
