/**
 * What a flow does: the list behind `actions=`. Read first: ovs-actions(7), lib/ofp-actions.c (ofpacts_parse__ and the
 * parse_… of each action).
 */
import { wholeNumber } from './numbers.ts';
import { OTHER_ACTIONS } from './other-words.ts';
import { pairsOf, type Pair } from './pairs.ts';
import { CONTROLLER, IN_PORT, readPort, type PortNumbers } from './ports.ts';
import { answerOf, isUnmodelled, unmodelled, wrong, type Piece } from './problem.ts';
import { readLoad, readMod, readNumber, readSetField, readSubfield } from './set-actions.ts';
import { nameOf, type Written } from './written.ts';

const ACTION_WORDS =
  'output:PORT, PORT, normal, flood, all, local, in_port, drop, resubmit(,TABLE), goto_table:TABLE, mod_vlan_vid:VID, ' +
  'mod_vlan_pcp:PCP, strip_vlan, push_vlan:0x8100, set_field:VALUE->FIELD, load:VALUE->FIELD, mod_dl_src:MAC, mod_dl_dst:MAC, ' +
  'mod_nw_src:IP, mod_nw_dst:IP, mod_nw_tos:TOS, mod_tp_src:PORT, mod_tp_dst:PORT, dec_ttl, ct(…)';

/** `isNested`: inside `ct(exec(…))`. */
export function readActions(whole: Piece, ports: PortNumbers, isNested = false): Written[] {
  const actions: Written[] = [];
  let dropAt: Piece | null = null;
  for (const pair of pairsOf(whole)) {
    const action = readAction(pair, ports);
    if (action === 'drop') dropAt = pair.key;
    else actions.push(action);
  }
  if (dropAt !== null && actions.length > 0) {
    wrong(dropAt, 'drop', '"drop" must not be accompanied by any other action or instruction', '');
  }
  verify(actions, isNested);
  return actions;
}

function readAction({ key, value }: Pair, ports: PortNumbers): Written | 'drop' {
  const name = key.text.toLowerCase();
  switch (name) {
    case 'drop':
      return 'drop';
    case 'output':
      return { kind: 'output', port: readOutput(value, ports), piece: value };
    case 'controller':
      if (value.text !== '' && value.text !== '65535') return unmodelled(key);
      return { kind: 'output', port: CONTROLLER, piece: key };
    case 'resubmit':
      return readResubmit(value, ports);
    case 'goto_table': {
      const table = readTable(value);
      if (table === null) return wrong(value, 'table', `unknown table "${value.text}"`, '0〜254');
      return table === NO_TABLE ? unmodelled(value) : { kind: 'goto_table', table, piece: value };
    }
    case 'mod_vlan_vid':
    case 'set_vlan_vid':
      return {
        kind: 'vid',
        vid: readNumber(value, 'VLAN VID', 0xffff, 0xf000),
        pushes: name === 'mod_vlan_vid',
        piece: value,
      };
    case 'mod_vlan_pcp':
    case 'set_vlan_pcp':
      return {
        kind: 'pcp',
        pcp: readNumber(value, 'VLAN PCP', 0xff, 0xf8),
        pushes: name === 'mod_vlan_pcp',
        piece: value,
      };
    case 'strip_vlan':
    case 'pop_vlan':
      return { kind: 'pop_vlan', piece: key };
    case 'push_vlan':
      return readPushVlan(value);
    case 'set_field':
      return readSetField(value, ports);
    case 'load':
      return readLoad(value);
    case 'dec_ttl':
      return value.text === '' ? { kind: 'dec_ttl', piece: key } : unmodelled(key);
    case 'ct':
      return readCt(key, value, ports);
    case 'apply_actions':
      return wrong(key, 'action', 'apply_actions is the default instruction', ACTION_WORDS);
    default:
      return readMod(name, value) ?? readPortAction(key, ports);
  }
}

function readPortAction(key: Piece, ports: PortNumbers): Written {
  if (OTHER_ACTIONS.has(key.text.toLowerCase())) return unmodelled(key);
  const port = readPort(key.text, ports);
  if (port === null) return wrong(key, 'action', `unknown action ${key.text}`, ACTION_WORDS);
  return { kind: 'output', port, piece: key };
}

function readOutput(argument: Piece, ports: PortNumbers): number {
  const { text } = argument;
  const port = readPort(text, ports);
  if (port !== null) return port;
  // A port that a field names, or a frame cut short.
  if (text.includes('port') && text.includes('max_len')) return unmodelled(argument);
  const subfield = answerOf(() => readSubfield(argument));
  if (!('complaint' in subfield) || isUnmodelled(subfield)) return unmodelled(argument);
  return wrong(argument, 'port', `${text}: output to unknown port`, Object.keys(ports).join(', '));
}

function readPushVlan(argument: Piece): Written {
  const expected = '0x8100, 0x88a8';
  const tpid = wholeNumber(argument.text, 0xffff);
  if (tpid === null) return wrong(argument, 'value', `invalid ethertype "${argument.text}"`, expected);
  if (tpid !== 0x8100 && tpid !== 0x88a8) {
    return wrong(argument, 'value', `${argument.text}: not a valid VLAN ethertype`, expected);
  }
  return { kind: 'push_vlan', tpid, piece: argument };
}

/** No table at all, and every table. */
export const NO_TABLE = 255;

/** Null: no table. Decimal; 255 stands for none. */
export function readTable({ text }: Piece): number | null {
  return text.startsWith('-') ? null : wholeNumber(text, NO_TABLE, 10);
}

/** `PORT`, `PORT,TABLE` or `,TABLE` */
function readResubmit(argument: Piece, ports: PortNumbers): Written {
  const parts = argument.text.split(',');
  const [portText = '', tableText = '', extra = ''] = parts;
  const tablePiece = { text: tableText, at: argument.at + portText.length + 1 };
  let [port, table] = [IN_PORT, NO_TABLE];
  if (portText !== '') {
    const found = readPort(portText, ports);
    const piece = { text: portText, at: argument.at };
    if (found === null)
      return wrong(piece, 'port', `${portText}: resubmit to unknown port`, Object.keys(ports).join(', '));
    port = found;
  }
  if (tableText !== '') {
    const found = readTable(tablePiece);
    if (found === null) return wrong(tablePiece, 'table', `${tableText}: resubmit to unknown table`, '0〜254');
    table = found;
  }
  if (extra !== '') {
    const piece = { text: extra, at: tablePiece.at + tableText.length + 1 };
    return extra === 'ct' ? unmodelled(piece) : wrong(piece, 'value', `${extra}: unknown parameter`, '');
  }
  if (port === IN_PORT && table === NO_TABLE) {
    const what = 'at least one "in_port" or "table" must be specified on resubmit';
    return wrong(argument, 'value', what, 'resubmit(,1)');
  }
  return {
    kind: 'resubmit',
    port: port === IN_PORT ? null : port,
    table: table === NO_TABLE ? null : table,
    piece: argument,
  };
}

// --- ct

function readCt(key: Piece, argument: Piece, ports: PortNumbers): Written {
  let [commit, force, zone, table] = [false, false, 0, null as number | null];
  const actions: Written[] = [];
  let forceAt = argument;
  for (const pair of pairsOf(argument)) {
    switch (pair.key.text) {
      case 'commit':
        commit = true;
        break;
      case 'force':
        force = true;
        forceAt = pair.key;
        break;
      case 'table':
        table = readCtTable(pair.value);
        break;
      case 'zone':
        zone = readZone(pair.value);
        break;
      case 'exec':
        actions.push(...readActions(pair.value, ports, true));
        break;
      case 'alg':
        if (!['ftp', 'tftp'].includes(pair.value.text)) {
          wrong(pair.value, 'value', `invalid conntrack helper "${pair.value.text}"`, 'ftp, tftp');
        }
        return unmodelled(pair.key);
      case 'nat':
        return unmodelled(pair.key);
      default:
        return wrong(
          pair.key,
          'ct',
          `invalid argument to "ct" action: \`${pair.key.text}'`,
          'commit, force, zone=ZONE, table=TABLE, exec(set_field:VALUE->ct_mark)',
        );
    }
  }
  if (force && !commit) wrong(forceAt, 'ct', '"force" flag requires "commit" flag.', 'commit');
  return { kind: 'ct', commit, force, zone, table, actions, piece: key };
}

function readCtTable(value: Piece): number {
  const table = readTable(value);
  if (table === null) return wrong(value, 'table', `unknown table ${value.text}`, '0〜254');
  return table === NO_TABLE ? wrong(value, 'table', 'invalid table 0xff', '0〜254') : table;
}

function readZone(value: Piece): number {
  const zone = wholeNumber(value.text, 0xffff);
  if (zone !== null) return zone;
  readSubfield(value);
  return unmodelled(value);
}

// --- Order

/** Instructions of OpenFlow 1.1 have an order: `goto_table` comes last, and once. */
function verify(actions: readonly Written[], isNested: boolean): void {
  let hasGoto = false;
  for (const action of actions) {
    verifyNesting(action, isNested);
    const compatibility = 'for OpenFlow 1.1+ compatibility';
    if (hasGoto && action.kind === 'goto_table') {
      wrong(action.piece, 'order', `duplicate goto_table instruction not allowed, ${compatibility}`, '');
    }
    if (hasGoto) {
      const what = `invalid instruction ordering: apply_actions must appear before goto_table, ${compatibility}`;
      wrong(action.piece, 'order', what, '');
    }
    hasGoto = action.kind === 'goto_table';
  }
}

function verifyNesting(action: Written, isNested: boolean): void {
  const field = action.kind === 'set' && action.by !== 'mod' ? action.entry.name : null;
  const expected = 'set_field:VALUE->ct_mark';
  if (!isNested) {
    if (field === 'ct_mark')
      wrong(action.piece, 'field', 'cannot set CT fields outside of ct action', `ct(commit,exec(${expected}))`);
  } else if (field === null) {
    wrong(action.piece, 'action', `ct action doesn't support nested action ${nameOf(action)}`, expected);
  } else if (field !== 'ct_mark') {
    wrong(action.piece, 'field', `ct action doesn't support nested modification of ${field}`, expected);
  }
}
