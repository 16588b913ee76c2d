/**
 * `ovs-appctl`: the MAC table of a bridge. Read first: ofproto/ofproto-dpif.c (ofproto_unixctl_fdb_add), lib/unixctl.c. A VLAN
 * is read with atoi(3): what is no number is 0.
 */
import type { OpenVswitchChange } from '../../switch/profiles/open-vswitch/change.ts';
import { parseMac, type MacAddress } from '../../wire/mac-address.ts';
import { macText, readMac } from '../openflow/addresses.ts';
import { answerOf, refuse, type FlowProblem, type Piece } from '../openflow/problem.ts';
import { unmodelled } from './record-commands.ts';

export interface AppctlContext {
  readonly bridges: readonly string[];
  readonly hasPort: (bridge: string, port: string) => boolean;
}

/** `bridges`: those that it is done to. */
export interface AppctlChange {
  readonly bridges: readonly string[];
  readonly changes: readonly OpenVswitchChange[];
}

const COMMANDS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  'fdb/add': [4, 4],
  'fdb/del': [3, 3],
  'fdb/flush': [0, 1],
  'fdb/stats-clear': [0, 1],
};

/** Commands of the program, by what stands before their slash, and those of the MAC table that show something. */
const OTHERS =
  /^(?:fdb\/(?:show|stats-show)|(?:autoattach|bfd|bond|bridge|cfm|conntrack|coverage|dpctl|dpdk|dpif|dpif-netdev|lacp|list-commands|mdb|memory|netdev-dummy|odp-execute|ofctl|ofproto|ovs|ovsdb-server|qos|revalidator|rstp|sflow|stp|time|tnl|upcall|version|vlog|exit)(?:$|\/.*))/;

/** The program itself answers; `ovs-appctl` adds that it was an error. */
function wrong(piece: Piece, field: string, complaint: string, expected = ''): never {
  return refuse(
    'ovs-appctl',
    piece,
    field,
    `${complaint}\novs-appctl: ovs-vswitchd: server returned an error`,
    expected,
  );
}

export function runAppctl(words: readonly Piece[], context: AppctlContext): AppctlChange | FlowProblem {
  return answerOf(() => {
    const [name, ...given] = withoutOptions(words);
    const end = words.at(-1) ?? { text: '', at: 0 };
    const names = Object.keys(COMMANDS).join(', ');
    if (name === undefined) {
      const what = 'ovs-appctl: at least one non-option argument is required (use --help for help)';
      return refuse('ovs-appctl', end, 'command', what, names);
    }
    if (OTHERS.test(name.text)) return unmodelled(name);
    if (!Object.hasOwn(COMMANDS, name.text)) {
      const what = `"${name.text}" is not a valid command (use "list-commands" to see a list of valid commands)`;
      return wrong(name, 'command', what, names);
    }
    const [least, most] = COMMANDS[name.text]!;
    const command = `"${name.text}" command`;
    if (given.length < least) wrong(name, 'arguments', `${command} requires at least ${least} arguments`);
    if (given.length > most) wrong(given[most]!, 'arguments', `${command} takes at most ${most} arguments`);
    return runCommand(name.text, given, context);
  });
}

function withoutOptions(words: readonly Piece[]): readonly Piece[] {
  let at = 0;
  while (words[at]?.text.startsWith('-') === true) {
    const { text } = words[at]!;
    const known = /^(?:-t|--target|-T|--timeout)(=.*)?$/.exec(text);
    if (known === null)
      refuse('ovs-appctl', words[at]!, 'option', `ovs-appctl: unrecognized option '${text}'`, '-t, --target');
    at += known![1] === undefined ? 2 : 1;
  }
  return words.slice(at);
}

function runCommand(name: string, words: readonly Piece[], context: AppctlContext): AppctlChange {
  const bridge = words[0];
  if (bridge !== undefined && !context.bridges.includes(bridge.text)) {
    wrong(bridge, 'bridge', 'no such bridge', context.bridges.join(', '));
  }
  const bridges = bridge === undefined ? context.bridges : [bridge.text];
  switch (name) {
    case 'fdb/add':
      return { bridges, changes: [addition(bridge!.text, words, context)] };
    case 'fdb/del':
      return { bridges, changes: [{ kind: 'fdb-del', vid: vlanOf(words[1]!), mac: macOf(words[2]!) }] };
    case 'fdb/flush':
      return { bridges, changes: [{ kind: 'fdb-flush' }] };
    default:
      return { bridges, changes: [] };
  }
}

function addition(
  bridge: string,
  [, port, vlan, mac]: readonly Piece[],
  { hasPort }: AppctlContext,
): OpenVswitchChange {
  if (!hasPort(bridge, port!.text)) wrong(port!, 'port', 'software error, odp port is present but no ofp port');
  return { kind: 'fdb', port: port!.text, vid: vlanOf(vlan!), mac: macOf(mac!) };
}

const VID_MAX = 4095;

function vlanOf(word: Piece): number {
  const vid = Number(/^\s*([+-]?\d+)/.exec(word.text)?.[1] ?? 0);
  // The program keeps entries for VLANs that no frame can have.
  return vid < 0 || vid > VID_MAX ? unmodelled(word) : vid;
}

function macOf(word: Piece): MacAddress {
  const isWhole = /[0-9a-f]$/i.test(word.text) && word.text.split(':').length === 6;
  const value = answerOf(() => readMac(word));
  if (!isWhole || typeof value !== 'bigint') return wrong(word, 'mac', 'bad MAC address', '00:00:5e:00:53:0a');
  return parseMac(macText(value)) as MacAddress;
}
