/** What pasted output could not tell, and what was taken for granted instead. */
export const UNTOLD_CODES = [
  /** No output of the kind: VLANs, entries, options of the bridge, attributes of ports, rules. */
  'vlans',
  'entries',
  'options',
  'flags',
  'forward-masks',
  'vlan-states',
  'rules',
  /** Whether VLANs are filtered was not told, and is taken to be so (`on`) or not (`off`). */
  'filtering-on',
  'filtering-off',
  /** Which device is the bridge was not told: `about` is taken for it. */
  'bridge-name',
  /** Nothing says what the bridge is. */
  'no-bridge',
  /** Another bridge's ports are left out. */
  'other-bridge',
  /** Devices that are in no bridge. */
  'outside',
  /** Addresses of these ports were not told. */
  'addresses',
  'bridge-address',
  'link-states',
  /** How many entries were left out: learned ones, the devices' own filters. */
  'learned-entries',
  'own-entries',
  /** A value that is not modelled: as if it were not there. */
  'unmodelled',
] as const;

export type UntoldCode = (typeof UNTOLD_CODES)[number];
