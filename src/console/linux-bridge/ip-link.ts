/**
 * `ip link`.
 *
 * Read first: iproute2 6.1 ip/iplink.c (iplink_parse, iplink_modify). What surprises: some keywords may be cut to any prefix,
 * others are to be written out, and any word that is none of them is the device's name; `ip link set p1 mtu 1400 up type …`
 * is one request to the kernel.
 */
import type { LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import type { Word } from '../console.ts';
import { Complaint, matches, Unmodelled, usage, type Arguments } from './arguments.ts';
import { readBridgeOptions, readSlaveOptions } from './bridge-options.ts';
import type { Command } from './command.ts';
import type { Ground } from './ground.ts';
import { readLinkRequest } from './ip-link-show.ts';
import { readLinkWords, USAGE, type LinkWords } from './ip-link-words.ts';
import type { Form } from './request.ts';

export function readIpLink(words: Arguments, ground: Ground, form: Form): Command {
  if (!words.more) return readLinkRequest(words, ground, form);
  const verb = words.take();
  const is = (name: string): boolean => matches(verb.text, name);
  if (is('add')) return addLink(words, ground);
  if (is('set') || is('change')) return setLink(words, ground);
  if (is('replace') || is('delete')) throw new Unmodelled(verb);
  if (is('show') || is('lst') || is('list')) return readLinkRequest(words, ground, form);
  if (is('xstats') || is('afstats') || is('property')) throw new Unmodelled(verb);
  if (is('help')) usage(USAGE, verb);
  const complaint = `Command "${verb.text}" is unknown, try "ip link help".`;
  throw new Complaint(complaint, verb.place, 'unknown-command', verb.text, 'add, set, show');
}

/** Other kinds of devices that `ip link` makes; what stands behind them is not looked at. */
const KINDS = new Set(
  (
    'amt bareudp batadv bond bond_slave can dsa dummy erspan geneve gre gretap gtp hsr ifb ip6erspan ip6gre ip6gretap ip6tnl ' +
    'ipip ipoib ipvlan ipvtap macsec macvlan macvtap netdevsim nlmon rmnet sit team team_slave vcan veth vlan vrf vti vti6 ' +
    'vxcan vxlan wwan xfrm virt_wifi'
  ).split(' '),
);

function addLink(words: Arguments, ground: Ground): Command {
  const link = readLinkWords(words, ground, true);
  const { type, name } = link;
  const options = type === null ? [] : readType(words, ground, type, name?.text ?? '');
  if (type === null) {
    return words.fail('Not enough information: "type" argument is required', 'missing', '', 'type bridge');
  }
  if (name === null) throw new Unmodelled(type);
  if (words.ignored.includes(type)) {
    throw new Complaint('Error: Unknown device type.', type.place, 'unknown-word', type.text, 'bridge');
  }
  ground.add(name.text);
  if (type.text !== 'bridge') throw new Unmodelled(type);
  // The kernel's own complaint: before a device is there nobody knows how long its addresses are.
  if (link.wrongAddress !== null) {
    const { place, text } = link.wrongAddress;
    throw new Complaint('RTNETLINK answers: Invalid argument', place, 'bad-value', text, '02:00:00:00:00:0a');
  }
  if (ground.bridge !== null && ground.bridge !== name.text) words.unmodelled ??= name;
  ground.bridge ??= name.text;
  const create: LinuxBridgeChange = { kind: 'create', bridge: name.text, ...(link.mac && { mac: link.mac }) };
  const rest = deviceChanges({ ...link, mac: null }, name.text);
  return { changes: [create, ...options, ...rest] };
}

function setLink(words: Arguments, ground: Ground): Command {
  const link = readLinkWords(words, ground, false);
  const device = link.name!.text;
  const options = link.type === null ? [] : readType(words, ground, link.type, device);
  if (link.type?.text === 'bridge' && options.length > 0 && ground.isPort(device)) {
    const complaint = 'RTNETLINK answers: Operation not supported';
    throw new Complaint(complaint, link.name!.place, 'bad-value', device, ground.bridge ?? '');
  }
  return { changes: [...deviceChanges(link, device), ...options] };
}

/** do_setlink: the device itself, its master, then up and down. */
function deviceChanges({ mac, mtu, promisc, master, up }: LinkWords, device: string): LinuxBridgeChange[] {
  const facts = {
    ...(mac !== null && { mac }),
    ...(mtu !== null && { mtu }),
    ...(promisc !== null && { promisc }),
  };
  return [
    ...(Object.keys(facts).length === 0 ? [] : [{ kind: 'device', device, ...facts } as const]),
    ...(master === undefined ? [] : [{ kind: 'master', port: device, bridge: master } as const]),
    ...(up === null ? [] : [{ kind: 'link', port: device, up } as const]),
  ];
}

/** `type KIND …`, with what it knows behind it. Of a device that is there a kind without options is not looked at. */
function readType(words: Arguments, ground: Ground, type: Word, device: string): LinuxBridgeChange[] {
  if (type.text === 'bridge') return readBridgeOptions(words);
  if (type.text === 'bridge_slave') return readSlaveOptions(words, ground, device);
  if (KINDS.has(type.text)) {
    meetPeers(words, ground);
    throw new Unmodelled(type);
  }
  const next = words.peek;
  if (next === undefined) {
    words.ignored.push(type);
    return [];
  }
  if (matches(next.text, 'help')) usage(USAGE, next);
  const complaint = `Garbage instead of arguments "${next.text} ...". Try "ip link help".`;
  throw new Complaint(complaint, next.place, 'unknown-word', next.text, '');
}

/** `type veth peer name p2` makes two devices, which later lines may speak of. */
function meetPeers(words: Arguments, ground: Ground): void {
  const rest = words.rest().map(({ text }) => text);
  const at = rest.indexOf('peer');
  const peer = ['name', 'dev'].includes(rest[at + 1] ?? '') ? rest[at + 2] : rest[at + 1];
  if (at >= 0 && peer !== undefined) ground.add(peer);
}
