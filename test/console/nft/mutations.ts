/**
 * Rulesets with something broken: good ones of which words or characters are taken out, doubled, swapped or replaced, and
 * soups of words that the language knows.
 */
import type { Random } from '../../random.ts';

export const GOOD: readonly string[] = [
  `table bridge f {
  set servers {
    type ipv4_addr
    flags interval
    elements = { 192.0.2.1, 192.0.2.16/28, 198.51.100.3-198.51.100.9 }
  }
  set known { type ether_addr; elements = { 00:00:5e:00:53:0a, 00:00:5e:00:53:0b }; }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ether type arp accept
    ip saddr @servers tcp dport { 22, 80, 443 } counter accept
    ip6 nexthdr icmpv6 accept comment "ping and neighbours"
    iifname "p1" ether saddr != @known drop
    vlan id 10-20 vlan pcp >= 3 accept
  }
}
`,
  `# Guests may not pretend to be others.
table bridge guard {
	chain check {
		ether saddr 00:00:5e:00:53:0a return
		arp saddr ip != 192.0.2.11 counter packets 0 bytes 0 drop
	}
	chain pre {
		type filter hook prerouting priority filter - 10; policy accept;
		iifname { "p1", "p2" } jump check
		ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00 accept
		meta l4proto { tcp, udp } th dport 53 goto check
		ip frag-off & 0x1fff != 0 drop
		tcp flags & (syn | ack) == syn meta pkttype host ether saddr set 02:00:00:00:00:01
	}
}
`,
  `add table bridge t
add chain bridge t c { type filter hook input priority -5; policy accept; }
add chain bridge t sub
add set bridge t s { type inet_service; }
add rule bridge t c tcp dport @s jump sub
add rule bridge t sub icmp type echo-request ip ttl < 5 drop
add rule bridge t sub udp sport 67-68 oifname != "p*" continue
`,
];

const WORDS =
  'table bridge chain set add flush ruleset type filter hook forward input prerouting priority policy accept drop return ' +
  'jump goto continue counter packets bytes comment "text" ether vlan arp ip ip6 icmp icmpv6 tcp udp th meta saddr daddr id ' +
  'pcp operation protocol ttl nexthdr dport sport flags syn l4proto pkttype iifname oifname "p1" p2 @s @known f c sub { } ( ) ' +
  '; \n , - / & | != == < >= = 0 1 10 80 4095 65536 0x1fff 10.0.0.1 10.0.0.0/8 fe80::1 02:00:00:00:00:0a elements ct reject $x ' +
  "# \\ ' % 12345678901234567890 999.1.1.1 ::: 1:2:3";

const SOUP = WORDS.split(' ');

function words(text: string): string[] {
  return text.match(/\s+|"[^"]*"|[\w.:/@-]+|./g) ?? [];
}

export function mutated(random: Random): string {
  if (random.chance(0.1)) {
    return Array.from({ length: random.below(40) }, () => random.pick(SOUP)).join(' ');
  }
  const good = random.pick(GOOD);
  return random.chance(0.3) ? withCharacters(good, random) : withWords(good, random);
}

function withWords(good: string, random: Random): string {
  const all = words(good);
  for (let left = random.between(1, 3); left > 0; left--) {
    const at = random.below(all.length);
    switch (random.below(6)) {
      case 0:
        all.splice(at, random.between(1, 3));
        break;
      case 1:
        all.splice(at, 0, all[at]!);
        break;
      case 2:
        all[at] = random.pick(SOUP);
        break;
      case 3:
        all.splice(at, 0, ' ', random.pick(SOUP), ' ');
        break;
      case 4: {
        const other = random.below(all.length);
        [all[at], all[other]] = [all[other]!, all[at]!];
        break;
      }
      default:
        all.length = at;
    }
  }
  return all.join('');
}

function withCharacters(good: string, random: Random): string {
  let text = good;
  for (let left = random.between(1, 3); left > 0; left--) {
    const at = random.below(text.length + 1);
    const put = random.chance(0.5)
      ? ''
      : random.pick(['0', 'f', ':', '.', '-', '"', '{', '}', '\n', '@', '％', '\u0000']);
    text = text.slice(0, at) + put + text.slice(at + random.below(3));
  }
  return text;
}
