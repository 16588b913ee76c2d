/**
 * Flow formats: an OpenFlow version and, for 1.0, whether Open vSwitch's own matches (NXM) and table numbers may be used. A
 * flow is sent in the first format that can express it and that `-O` allows. Read first: lib/ofp-protocol.c.
 */

/** What `ovs-ofctl -O` allows; without it, OpenFlow 1.0. */
export type OpenFlowVersion = 'OpenFlow10' | 'OpenFlow13' | 'OpenFlow14';

/** A set of formats: bits in the order in which the tool prefers them. */
export type Formats = number;

const NAMES = [
  'OpenFlow10-table_id',
  'OpenFlow10+table_id',
  'NXM-table_id',
  'NXM+table_id',
  'OpenFlow11',
  'OXM-OpenFlow12',
  'OXM-OpenFlow13',
  'OXM-OpenFlow14',
  'OXM-OpenFlow15',
];

export const OF10: Formats = 0x003;
export const NXM: Formats = 0x00c;
const OF11: Formats = 0x010;
const OXM: Formats = 0x1e0;
export const ANY: Formats = 0x1ff;
/** What needs a match of Open vSwitch's own. */
export const NXM_OXM: Formats = NXM | OXM;
export const NXM_OF11_UP: Formats = NXM | OF11 | OXM;
export const OF10_ANY: Formats = OF10 | NXM;
export const OF11_UP: Formats = OF11 | OXM;
export const OF12_UP: Formats = OXM;
/** Where the table can be named. */
export const WITH_TABLE: Formats = ANY & ~0x005;

export const ALLOWED: Readonly<Record<OpenFlowVersion, Formats>> = {
  OpenFlow10: OF10_ANY,
  OpenFlow13: 0x040,
  OpenFlow14: 0x080,
};

/** As the tool names a set in its complaints. */
export function formatsText(formats: Formats): string {
  if (formats === ANY) return 'any';
  const parts: string[] = [];
  let left = formats;
  for (const [set, name] of [
    [OF10, 'OpenFlow10'],
    [NXM, 'NXM'],
    [OXM, 'OXM'],
  ] as const) {
    if ((left & set) !== set) continue;
    parts.push(name);
    left &= ~set;
  }
  parts.push(...NAMES.filter((_, bit) => (left & (1 << bit)) !== 0));
  return parts.length === 0 ? 'none' : parts.join(',');
}
