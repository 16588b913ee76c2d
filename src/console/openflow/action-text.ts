/**
 * Actions as Open vSwitch prints them. Read first: lib/ofp-actions.c (ofpacts_format and the format_… of each action).
 */
import type { FlowAction, FlowPort } from '../../filter/flow.ts';
import { bigintOf, entryOf, runsOf, type SetAction } from './held.ts';
import { onesOf, type FieldEntry } from './fields.ts';
import { alternateHex, fieldValueText } from './field-values.ts';
import type { Match } from './match.ts';
import { portNumber, portText } from './ports.ts';
import type { OpenFlowVersion } from './protocols.ts';
import { MOD_NAMES } from './written.ts';

export interface ActionStyle {
  readonly match: Match;
  readonly names: ReadonlyMap<number, string>;
  readonly version: OpenFlowVersion;
}

export function actionsText(actions: readonly FlowAction[], style: ActionStyle): string {
  if (actions.length === 0) return 'drop';
  return actions.map((action) => actionText(action, style)).join(',');
}

function actionText(action: FlowAction, style: ActionStyle): string {
  const isOld = style.version === 'OpenFlow10';
  switch (action.kind) {
    case 'output':
      return outputText(action.port, style);
    case 'resubmit':
      return resubmitText(action.port, action.table, style);
    case 'goto_table':
      return `goto_table:${action.table}`;
    case 'mod_vlan_vid':
      return isOld ? `mod_vlan_vid:${action.vid}` : `set_field:${0x1000 | action.vid}->vlan_vid`;
    case 'mod_vlan_pcp':
      return isOld ? `mod_vlan_pcp:${action.pcp}` : `set_field:${action.pcp}->vlan_pcp`;
    case 'pop_vlan':
      return isOld ? 'strip_vlan' : 'pop_vlan';
    case 'push_vlan':
      return `push_vlan:0x${action.tpid.toString(16)}`;
    case 'set_field':
      return setText(action, style);
    case 'dec_ttl':
      return 'dec_ttl';
    case 'ct':
      return ctText(action, style);
  }
}

function outputText(port: FlowPort, { names }: ActionStyle): string {
  const number = portNumber(port);
  if (port === 'controller') return 'CONTROLLER:65535';
  const text = portText(number, names);
  return number < 0xfff7 ? `output:${text}` : text;
}

function resubmitText(port: number | null, table: number | null, { names }: ActionStyle): string {
  const portWord = port === null ? '' : portText(port, names);
  return table === null ? `resubmit:${port === null ? 'IN_PORT' : portWord}` : `resubmit(${portWord},${table})`;
}

function setText(action: SetAction, { match, names, version }: ActionStyle): string {
  const entry = entryOf(action, match);
  const value = bigintOf(action.value);
  const mask = bigintOf(action.mask);
  if (action.spelling === 'load') return loadText(entry, value, mask);
  const isOld = version === 'OpenFlow10';
  const isTos = entry.name === 'nw_tos';
  if (isOld || (action.spelling === 'mod' && !isTos)) {
    return `${MOD_NAMES[oldNameOf(entry)]!}:${modValueText(entry, value)}`;
  }
  if (isTos && action.spelling === undefined) return `set_field:${value >> 2n}->ip_dscp`;
  return `set_field:${fieldValueText(entry, { value, mask: onesOf(8 * entry.bytes) }, names)}->${entry.name}`;
}

/** The one name that ports of all protocols have. */
function oldNameOf({ name, slot }: FieldEntry): string {
  if (slot === 'tp_src') return 'tcp_src';
  return slot === 'tp_dst' ? 'tcp_dst' : name;
}

function modValueText(entry: FieldEntry, value: bigint): string {
  return entry.slot === 'tp_src' || entry.slot === 'tp_dst'
    ? String(value)
    : fieldValueText(entry, { value, mask: onesOf(8 * entry.bytes) });
}

function loadText({ nxm, bits }: FieldEntry, value: bigint, mask: bigint): string {
  return runsOf(mask)
    .map(({ from, bits: width }) => {
      const shown = alternateHex((value >> BigInt(from)) & onesOf(width));
      return `load:${shown}->${nxm}${rangeText(from, width, bits)}`;
    })
    .join(',');
}

function rangeText(from: number, width: number, bits: number): string {
  if (from === 0 && width === bits) return '[]';
  return width === 1 ? `[${from}]` : `[${from}..${from + width - 1}]`;
}

function ctText(action: Extract<FlowAction, { kind: 'ct' }>, style: ActionStyle): string {
  const parts = [
    action.commit ? 'commit' : '',
    action.force ? 'force' : '',
    action.table === null ? '' : `table=${action.table}`,
    action.zone === 0 ? '' : `zone=${action.zone}`,
    action.actions.length === 0 ? '' : `exec(${actionsText(action.actions, style)})`,
  ];
  return `ct(${parts.filter((part) => part !== '').join(',')})`;
}
