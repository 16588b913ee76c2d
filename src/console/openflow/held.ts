/**
 * Actions as the switch holds them, after they have been put into a message of an OpenFlow version and taken out again. What a
 * version has no word for is said in another way: OpenFlow 1.0 turns `goto_table` into `resubmit` and `set_field` of a register
 * into `load`, later versions turn `mod_vlan_vid` into `push_vlan` and `set_field`. Read first: lib/ofp-actions.c (the encode_…
 * and decode_… of each action).
 */
import { FLOW_FIELDS, type FlowAction, type FlowField } from '../../filter/flow.ts';
import { Tags } from './check.ts';
import { FIELDS, modelField, onesOf, type FieldEntry, type Prerequisite } from './fields.ts';
import type { Match } from './match.ts';
import { modelPort, portNumber } from './ports.ts';
import { refusedBySwitch, unmodelled, type Piece } from './problem.ts';
import type { OpenFlowVersion } from './protocols.ts';
import type { Written, WrittenSet } from './written.ts';

export type SetAction = Extract<FlowAction, { kind: 'set_field' }>;

/** What the switch refuses, though the tool has let it pass, is refused here; `table` is the flow's. */
export function held(actions: readonly Written[], match: Match, version: OpenFlowVersion, table = 0): FlowAction[] {
  const tags = new Tags(match);
  const sent = new Tags(match);
  return actions.flatMap((action) => {
    const result = heldAction(action, match, version, tags, table);
    tags.follow(action);
    if (version !== 'OpenFlow10') followSent(result, sent, action.piece);
    return result;
  });
}

/** A `set_field` of a tag that is not there any more: the tool had counted on one that it has not sent. */
function followSent(actions: readonly FlowAction[], tags: Tags, piece: Piece): void {
  for (const action of actions) {
    if (action.kind === 'push_vlan') tags.push();
    else if (action.kind === 'pop_vlan') tags.pop();
    else if (action.kind === 'set_field' && action.field === 'vlan_tci') tags.outer = (action.value[0]! & 0x10) !== 0;
    const needsTag = action.kind === 'mod_vlan_vid' || action.kind === 'mod_vlan_pcp';
    if (needsTag && !tags.outer) refusedBySwitch(piece, 'match', 'OFPBAC_MATCH_INCONSISTENT', 'dl_vlan=VID');
  }
}

function heldAction(action: Written, match: Match, version: OpenFlowVersion, tags: Tags, table: number): FlowAction[] {
  const isOld = version === 'OpenFlow10';
  switch (action.kind) {
    case 'output':
      return [{ kind: 'output', port: modelPort(action.port) }];
    case 'resubmit':
      return [{ kind: 'resubmit', port: action.port, table: action.table }];
    case 'goto_table':
      if (!isOld && action.table <= table)
        refusedBySwitch(action.piece, 'table', 'OFPBIC_BAD_TABLE_ID', `${table + 1}〜254`);
      return [
        isOld ? { kind: 'resubmit', port: null, table: action.table } : { kind: 'goto_table', table: action.table },
      ];
    case 'vid':
    case 'pcp': {
      const set: FlowAction =
        action.kind === 'vid' ? { kind: 'mod_vlan_vid', vid: action.vid } : { kind: 'mod_vlan_pcp', pcp: action.pcp };
      return isOld || tags.outer ? [set] : [{ kind: 'push_vlan', tpid: 0x8100 }, set];
    }
    case 'pop_vlan':
      return [{ kind: 'pop_vlan' }];
    case 'push_vlan':
      // OpenFlow 1.0 has no word for it at all.
      return isOld ? [] : [{ kind: 'push_vlan', tpid: action.tpid }];
    case 'set':
      return isOld ? heldOld(action, match) : heldNew(action, match);
    case 'dec_ttl':
      return [{ kind: 'dec_ttl' }];
    case 'ct': {
      const { commit, force, zone } = action;
      const actions = held(action.actions, match, version);
      if (actions.length > 0 && !commit) refusedBySwitch(action.piece, 'ct', 'OFPBAC_BAD_ARGUMENT', 'commit');
      return [{ kind: 'ct', commit, force, zone, table: action.table, actions }];
    }
  }
}

/** Fields that OpenFlow 1.0 has an action for; it knows no masks, and the tool forgets them. */
const OLD_SETS = new Set([
  'eth_src',
  'eth_dst',
  'ip_src',
  'ip_dst',
  'nw_tos',
  'ip_dscp',
  'tcp_src',
  'tcp_dst',
  'udp_src',
  'udp_dst',
]);

function heldOld(action: WrittenSet, match: Match): FlowAction[] {
  const { by, entry, value, piece } = action;
  if (by === 'load') return loads(action, match);
  // The tool lets these pass as an action of their own; what it sends is a `load`, which has to have its packet type.
  const isLoaded = entry.name === 'nw_ecn' || entry.name === 'nw_ttl';
  if (isLoaded && !match.isIp) refusedBySwitch(piece, 'match', 'OFPBAC_MATCH_INCONSISTENT', 'ip, ipv6');
  if (entry.name === 'vlan_vid') return [{ kind: 'mod_vlan_vid', vid: Number(value & 0x0fffn) }];
  if (entry.name === 'vlan_pcp') return [{ kind: 'mod_vlan_pcp', pcp: Number(value) }];
  if (entry.name === 'vlan_tci') {
    if ((value & 0x1000n) === 0n) return [{ kind: 'pop_vlan' }];
    return [
      { kind: 'mod_vlan_vid', vid: Number(value & 0x0fffn) },
      { kind: 'mod_vlan_pcp', pcp: Number(value >> 13n) },
    ];
  }
  if (OLD_SETS.has(entry.name)) {
    return [
      setAction(entry, value, onesOf(8 * entry.bytes), match, by === 'mod' ? modSpelling(entry, match) : undefined),
    ];
  }
  return loads(action, match);
}

function heldNew(action: WrittenSet, match: Match): FlowAction[] {
  const { by, entry, value, mask, piece } = action;
  if (by === 'load') return loads(action, match);
  if (mask === 0n) return [];
  if (by === 'mod') return [setAction(entry, value, mask, match, entry.name === 'nw_ttl' ? 'mod' : undefined)];
  const isWhole = mask === onesOf(8 * entry.bytes);
  if (entry.name === 'vlan_vid') {
    if (!isWhole) return unmodelled(piece);
    if ((value & 0x1000n) === 0n) refusedBySwitch(piece, 'value', 'OFPBAC_BAD_SET_ARGUMENT', String(value | 0x1000n));
    return [{ kind: 'mod_vlan_vid', vid: Number(value & 0x0fffn) }];
  }
  if (entry.name === 'vlan_pcp') return [{ kind: 'mod_vlan_pcp', pcp: Number(value) }];
  // `mod_nw_tos` is the six bits of DSCP there, `nw_tos` stays what it is.
  if (isWhole) return [setAction(entry, value, mask, match, entry.name === 'nw_tos' ? 'mod' : undefined)];
  return loads(action, match);
}

/** OpenFlow 1.0 has one action for ports of TCP, UDP and SCTP; `set_field` knows the first two by it. */
function modSpelling({ slot }: FieldEntry, match: Match): 'mod' | undefined {
  const isPort = slot === 'tp_src' || slot === 'tp_dst';
  return isPort && !match.meets('tcp') && !match.meets('udp') ? 'mod' : undefined;
}

/** One `load` for each run of bits, from the low end on, of 64 bits at most. */
function loads({ entry, value, mask, piece }: WrittenSet, match: Match): FlowAction[] {
  if (!entry.isWritable) refusedBySwitch(piece, 'field', 'OFPBAC_BAD_SET_ARGUMENT');
  return runsOf(mask & onesOf(entry.bits)).map(({ from, bits }) => {
    const run = onesOf(bits) << BigInt(from);
    return setAction(entry, value & run, run, match, 'load');
  });
}

export function runsOf(mask: bigint): { from: number; bits: number }[] {
  const runs: { from: number; bits: number }[] = [];
  let at = 0;
  while (mask >> BigInt(at) !== 0n) {
    let bits = 0;
    while (bits < 64 && ((mask >> BigInt(at + bits)) & 1n) !== 0n) bits++;
    if (bits > 0) runs.push({ from: at, bits });
    at += Math.max(bits, 1);
  }
  return runs;
}

// --- Fields as the data model has them

function setAction(entry: FieldEntry, value: bigint, mask: bigint, match: Match, spelling?: 'load' | 'mod'): SetAction {
  const field = modelField(entry.slot, match.isArp && entry.needs === 'arp');
  const bytes = FLOW_FIELDS[field] / 8;
  const placed = entry.slot === 'nw_tos' ? (mask << entry.shift) & entry.region : mask;
  return {
    kind: 'set_field',
    field,
    value: bytesOf((value << entry.shift) & placed, bytes),
    mask: bytesOf(placed, bytes),
    ...(spelling === undefined ? {} : { spelling }),
  };
}

export function bytesOf(value: bigint, bytes: number): Uint8Array {
  const result = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at++) result[at] = Number((value >> BigInt(8 * (bytes - 1 - at))) & 0xffn);
  return result;
}

export function bigintOf(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** The field's entry, whose names it is printed with. */
export function entryOf({ field, mask }: SetAction, match: Match): FieldEntry {
  const name = entryName(field, bigintOf(mask), match);
  return FIELDS.get(name)!;
}

function entryName(field: FlowField, mask: bigint, match: Match): string {
  switch (field) {
    case 'tp_src':
    case 'tp_dst': {
      const end = field === 'tp_src' ? 'src' : 'dst';
      const protocols: readonly Prerequisite[] = ['udp', 'sctp'];
      const protocol = protocols.find((name) => match.meets(name)) ?? 'tcp';
      if (match.meets('icmp')) return end === 'src' ? 'icmp_type' : 'icmp_code';
      if (match.meets('icmp6')) return end === 'src' ? 'icmpv6_type' : 'icmpv6_code';
      return `${protocol}_${end}`;
    }
    case 'ip_tos':
      return mask === 0x03n ? 'nw_ecn' : 'nw_tos';
    case 'ip_ttl':
      return 'nw_ttl';
    default:
      return field;
  }
}

/** The reverse: how the action would be written. */
export function writtenOf(action: FlowAction, match: Match): Written {
  const piece = { text: '', at: 0 };
  switch (action.kind) {
    case 'output':
      return { kind: 'output', port: portNumber(action.port), piece };
    case 'mod_vlan_vid':
      return { kind: 'vid', vid: action.vid, pushes: true, piece };
    case 'mod_vlan_pcp':
      return { kind: 'pcp', pcp: action.pcp, pushes: true, piece };
    case 'ct':
      return { ...action, actions: action.actions.map((inner) => writtenOf(inner, match)), piece };
    case 'set_field':
      return writtenSet(action, match);
    default:
      return { ...action, piece };
  }
}

function writtenSet(action: SetAction, match: Match): WrittenSet {
  const { entry, by } = writtenEntry(action, match);
  const [value, mask] = [bigintOf(action.value) >> entry.shift, bigintOf(action.mask) >> entry.shift];
  const isWhole = action.spelling !== 'load' && (mask === onesOf(8 * entry.bytes) || entry.slot === 'nw_tos');
  return { kind: 'set', by, entry, value, mask: isWhole ? onesOf(8 * entry.bytes) : mask, piece: { text: '', at: 0 } };
}

function writtenEntry(action: SetAction, match: Match): Pick<WrittenSet, 'entry' | 'by'> {
  const named = entryOf(action, match);
  const { spelling } = action;
  if (spelling === 'load') return { entry: named, by: 'load' };
  if (named.name === 'nw_tos') return { entry: spelling === 'mod' ? named : FIELDS.get('ip_dscp')!, by: 'set_field' };
  // What the match does not promise can be written by an action of its own only.
  const isMod = spelling === 'mod' || !match.meets(named.needs);
  const isPort = named.slot === 'tp_src' || named.slot === 'tp_dst';
  return { entry: isMod && isPort ? FIELDS.get(named.slot)! : named, by: isMod ? 'mod' : 'set_field' };
}
