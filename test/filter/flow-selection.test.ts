/**
 * Which flows `ovs-ofctl del-flows` takes: OpenFlow 1.0.1 4.6, "in the non-strict versions the wildcards are active and all flows
 * that match the description are modified or removed; in the strict versions all fields, including the wildcards and priority,
 * are strictly matched".
 */
import { describe, expect, it } from 'vitest';
import { parseDeletion, parseFlow } from '../../src/console/openflow/parser.ts';
import { selects } from '../../src/filter/flow-selection.ts';

const FLOWS = [
  'priority=10,in_port=1,actions=output:2',
  'priority=10,in_port=1,ip,actions=drop',
  'priority=20,in_port=1,tcp,tp_dst=80,actions=output:2,output:3',
  'table=1,priority=10,in_port=1,actions=resubmit(,2)',
  'cookie=0x12,priority=0,actions=normal',
];

function deleted(text: string, command: 'delete' | 'delete_strict'): number[] {
  const selection = parseDeletion(text, command);
  if ('complaint' in selection) expect.fail(JSON.stringify(selection));
  return FLOWS.flatMap((line, index) => {
    const flow = parseFlow(line);
    if ('complaint' in flow) expect.fail(line);
    return selects(selection, flow) ? [index] : [];
  });
}

describe('del-flows', () => {
  it.each([
    ['', [0, 1, 2, 3, 4]],
    ['in_port=1', [0, 1, 2, 3]],
    ['in_port=1,ip', [1, 2]],
    ['table=0,in_port=1', [0, 1, 2]],
    ['in_port=2', []],
    ['tcp', [2]],
    ['out_port=2', [0, 2]],
    ['out_port=3,ip', [2]],
    ['cookie=0x12/-1', [4]],
    ['cookie=0x2/0x2', [4]],
    ['cookie=0x13/-1', []],
  ])('%s', (text, expected) => {
    expect(deleted(text, 'delete')).toEqual(expected);
  });
});

describe('--strict del-flows', () => {
  it.each([
    ['priority=10,in_port=1', [0, 3]],
    ['table=0,priority=10,in_port=1', [0]],
    ['priority=10,in_port=1,ip', [1]],
    ['in_port=1', []],
    ['priority=0', [4]],
    ['priority=10', []],
  ])('%s', (text, expected) => {
    expect(deleted(text, 'delete_strict')).toEqual(expected);
  });
});
