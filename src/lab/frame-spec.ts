/** A hand-made frame from its description. */
import { fromHex } from '../wire/bytes.ts';
import { TPID_C, type Tag } from '../wire/dot1q.ts';
import { emitEthernet, ETHERTYPE_EXPERIMENTAL, ETHERTYPE_IPV4 } from '../wire/ethernet.ts';
import { emitIcmp, ICMP_ECHO_REPLY } from '../wire/icmp.ts';
import { emitIpv4, parseIpv4Address, parseIpv4Network, PROTOCOL_ICMP, type Ipv4Address } from '../wire/ipv4.ts';
import { mac, parseMac, type MacAddress } from '../wire/mac-address.ts';
import { isMalformed } from '../wire/malformed.ts';
import type { FrameSpec } from './action.ts';
import type { Scenario } from './scenario.ts';

/** What a hand-made frame carries: enough to be seen in a capture. */
const PAYLOAD = Uint8Array.from('guest port', (letter) => letter.charCodeAt(0));
/** Of all packets, an echo reply that nobody asked for is what a host takes in without answering. */
const SILENT = emitIcmp({ type: ICMP_ECHO_REPLY, code: 0, identifier: 0, sequence: 0, payload: PAYLOAD });

/** The names in the description have been checked. */
export function composeFrame(spec: FrameSpec, sender: string, scenario: Scenario): Uint8Array {
  if (spec.hex !== undefined) return fromHex(spec.hex) ?? new Uint8Array(0);
  const tags: Tag[] =
    spec.tag === undefined
      ? []
      : [{ tpid: spec.tag.tpid ?? TPID_C, pcp: spec.tag.pcp ?? 0, dei: false, vid: spec.tag.vid }];
  return emitEthernet({
    dst: addressOf(spec.dst, scenario),
    src: addressOf(spec.src ?? sender, scenario),
    tags,
    etherType: spec.ip === undefined ? (spec.etherType ?? ETHERTYPE_EXPERIMENTAL) : ETHERTYPE_IPV4,
    payload: spec.ip === undefined ? PAYLOAD : ipPayload(spec.ip, scenario),
  });
}

/** A MAC address as text, or that of a host's or switch's first interface. */
export function addressOf(target: string, scenario: Scenario): MacAddress {
  const host = scenario.hosts[target];
  if (host !== undefined) return mac(Object.values(host.nics)[0]!);
  const device = scenario.switches[target];
  if (device !== undefined) return mac(device.mac);
  const parsed = parseMac(target);
  return isMalformed(parsed) ? mac('00:00:00:00:00:00') : parsed;
}

function ipPayload(ip: { src: string; dst: string }, scenario: Scenario): Uint8Array {
  return emitIpv4({
    dscp: 0,
    ecn: 0,
    identification: 0,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 64,
    protocol: PROTOCOL_ICMP,
    src: ipOf(ip.src, scenario),
    dst: ipOf(ip.dst, scenario),
    options: new Uint8Array(0),
    payload: SILENT,
  });
}

function ipOf(target: string, scenario: Scenario): Ipv4Address {
  const network = parseIpv4Network(scenario.hosts[target]?.interfaces[0]?.address ?? '');
  if (!isMalformed(network)) return network.address;
  const address = parseIpv4Address(target);
  return isMalformed(address) ? 0 : address;
}
