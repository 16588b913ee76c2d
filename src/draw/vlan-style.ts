/**
 * How a VLAN looks: colour, pattern and dash, so that it is never told by colour alone; the number stands beside it. The
 * colours are Okabe and Ito's, which stay apart under the common kinds of colour blindness.
 */
export interface VlanStyle {
  /** Index of the style: `gp-vlan-0` and the pattern's id end in it. */
  readonly index: number;
  readonly colour: string;
  readonly light: string;
  readonly pattern: 'stripes' | 'dots' | 'grid' | 'bars' | 'plain';
  readonly dash: string;
}

const STYLES: readonly Omit<VlanStyle, 'index'>[] = [
  { colour: '#0072b2', light: '#56a8dc', pattern: 'stripes', dash: '8 4' },
  { colour: '#c44e00', light: '#ff9d5c', pattern: 'dots', dash: '2 5' },
  { colour: '#7a5195', light: '#b48fd0', pattern: 'grid', dash: '10 3 2 3' },
  { colour: '#00795c', light: '#3fbf9f', pattern: 'bars', dash: '4 4' },
];

export const NO_VLAN: VlanStyle = { index: -1, colour: '#5c6675', light: '#a7b0bd', pattern: 'plain', dash: '' };

/** VLAN10 is always blue stripes and VLAN20 orange dots; others follow in the order of their numbers. */
const FIRST: readonly number[] = [10, 20, 30];

export function vlanStyle(vid: number): VlanStyle {
  if (vid === 0) return NO_VLAN;
  const fixed = FIRST.indexOf(vid);
  const index = fixed >= 0 ? fixed : STYLES.length - 1;
  return { index, ...STYLES[index]! };
}

export const VLAN_STYLES: readonly VlanStyle[] = STYLES.map((style, index) => ({ index, ...style }));
