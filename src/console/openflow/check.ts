/**
 * Whether actions go with the match they stand behind, and which formats can then say so: OpenFlow 1.0 takes what has no effect,
 * later versions want the match to promise that it has one. Read first: lib/ofp-actions.c (ofpacts_check).
 */
import { NO_TABLE } from './actions.ts';
import type { Match } from './match.ts';
import { PORT_MAX } from './ports.ts';
import { unmodelled, wrong, type Piece } from './problem.ts';
import { ANY, NXM_OXM, OF10_ANY, OF11_UP, type Formats } from './protocols.ts';
import type { Written, WrittenSet } from './written.ts';

/** Tags of a frame as far as the match and the actions so far tell. */
export class Tags {
  outer: boolean;
  inner = false;

  constructor(match: Match) {
    this.outer = match.hasTag;
  }

  push(): void {
    this.inner = this.outer;
    this.outer = true;
  }

  pop(): void {
    this.outer = this.inner;
    this.inner = false;
  }

  /** What the action leaves behind. */
  follow(action: Written): void {
    if (action.kind === 'vid' || action.kind === 'pcp') this.outer = true;
    else if (action.kind === 'push_vlan') this.push();
    else if (action.kind === 'pop_vlan') this.pop();
    else if (action.kind === 'set' && action.entry.name === 'vlan_tci') this.outer = (action.value & 0x1000n) !== 0n;
  }
}

/** `table`: the flow's own, 255 where it names none. */
export function checkActions(actions: readonly Written[], match: Match, table: number): Formats {
  const tags = new Tags(match);
  let formats = ANY;
  for (const action of actions) {
    formats &= checkAction(action, match, tags, table);
    tags.follow(action);
  }
  return formats;
}

function invalid(piece: Piece, code: string, expected = ''): never {
  return wrong(piece, 'match', `actions are invalid with specified match (${code})`, expected);
}

const INCONSISTENT = 'OFPBAC_MATCH_INCONSISTENT';

function checkAction(action: Written, match: Match, tags: Tags, table: number): Formats {
  switch (action.kind) {
    case 'output':
      return checkOutput(action.port, action.piece);
    case 'vid':
    case 'pcp':
      return tags.outer || action.pushes ? ANY : OF10_ANY;
    case 'pop_vlan':
      return tags.outer ? ANY : OF10_ANY;
    case 'push_vlan':
      return tags.inner ? invalid(action.piece, 'OFPBAC_BAD_TAG') : OF11_UP;
    case 'set':
      return checkSet(action, match, tags);
    case 'dec_ttl':
      return match.isIp ? ANY : OF10_ANY;
    case 'goto_table':
      if (table !== NO_TABLE && action.table <= table)
        invalid(action.piece, 'OFPBIC_BAD_TABLE_ID', `${table + 1}〜254`);
      return ANY;
    case 'ct': {
      const isInvalid = (match.get('ct_state').value & 0x10n) !== 0n;
      if (!match.isIp || (isInvalid && action.commit))
        invalid(action.piece, INCONSISTENT, match.isIp ? '' : 'ip, ipv6');
      return checkActions(action.actions, match, table);
    }
    case 'resubmit':
      return ANY;
  }
}

function checkOutput(port: number, piece: Piece): Formats {
  if (port < PORT_MAX) return ANY;
  const [isReserved, isTable, isNone] = [port >= 0xfff8, port === 0xfff9, port === 0xffff];
  if (!isReserved || isNone) return invalid(piece, 'OFPBAC_BAD_OUT_PORT');
  return isTable ? unmodelled(piece) : ANY;
}

function checkSet(action: WrittenSet, match: Match, tags: Tags): Formats {
  const { by, entry } = action;
  if (by === 'mod') return checkMod(entry.name, match);
  const isMet = entry.name === 'vlan_vid' || entry.needs === 'vlan' ? tags.outer : match.meets(entry.needs);
  if (!isMet) invalid(action.piece, INCONSISTENT, EXPECTED[entry.needs] ?? 'dl_vlan=VID');
  return by === 'load' ? ANY : entry.exact;
}

const EXPECTED: Readonly<Record<string, string>> = {
  arp: 'arp',
  ipv4: 'ip',
  ipv6: 'ipv6',
  ip: 'ip, ipv6',
  tcp: 'tcp, tcp6',
  udp: 'udp, udp6',
  sctp: 'sctp, sctp6',
  icmp: 'icmp',
  icmp6: 'icmp6',
};

function checkMod(name: string, match: Match): Formats {
  if (name === 'eth_src' || name === 'eth_dst') return ANY;
  if (name === 'ip_src' || name === 'ip_dst') return match.meets('ipv4') ? ANY : OF10_ANY;
  if (name === 'tcp_src' || name === 'tcp_dst') {
    return match.meets('tcp') || match.meets('udp') || match.meets('sctp') ? ANY : OF10_ANY;
  }
  return match.isIp ? ANY : OF10_ANY;
}

/** Of IPv6, the fields that it shares with IPv4 need a match of Open vSwitch's own. */
export function formatsOfMatch(match: Match): Formats {
  const shared = ['nw_proto', 'nw_tos', 'tp_src', 'tp_dst'] as const;
  const isShared = match.etherType === 0x86dd && shared.some((slot) => match.get(slot).mask !== 0n);
  return isShared ? NXM_OXM : ANY;
}
