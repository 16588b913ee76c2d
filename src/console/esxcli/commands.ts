/**
 * The commands of `esxcli network vswitch standard` and their options.
 *
 * Read first: ESXCLI Reference (ESXi 8.0), "esxcli network". Everything else that esxcli has is told as not modelled; namespaces
 * are those of a host without further VIBs.
 */

export interface OptionOf {
  readonly long: string;
  readonly short: string;
  readonly type: 'text' | 'number' | 'bool' | 'flag' | readonly string[];
  readonly isRequired?: boolean;
}

export interface CommandOf {
  readonly path: string;
  readonly options: readonly OptionOf[];
}

const text = (short: string, long: string, isRequired = false): OptionOf => ({ short, long, type: 'text', isRequired });
const number = (short: string, long: string): OptionOf => ({ short, long, type: 'number' });
const bool = (short: string, long: string): OptionOf => ({ short, long, type: 'bool' });

const VSWITCH = text('v', 'vswitch-name', true);
const GROUP = text('p', 'portgroup-name', true);
const USE_VSWITCH: OptionOf = { short: 'u', long: 'use-vswitch', type: 'flag' };

const SECURITY = [bool('f', 'allow-forged-transmits'), bool('m', 'allow-mac-change'), bool('o', 'allow-promiscuous')];
const FAILOVER: readonly OptionOf[] = [
  text('a', 'active-uplinks'),
  bool('b', 'failback'),
  { short: 'f', long: 'failure-detection', type: ['beacon', 'link'] },
  { short: 'l', long: 'load-balancing', type: ['explicit', 'iphash', 'mac', 'portid'] },
  bool('n', 'notify-switches'),
  text('s', 'standby-uplinks'),
];
const SHAPING = [
  number('b', 'avg-bandwidth'),
  number('t', 'burst-size'),
  bool('e', 'enabled'),
  number('k', 'peak-bandwidth'),
];
const POLICIES = { security: SECURITY, failover: FAILOVER, shaping: SHAPING };

const ROOT = 'network vswitch standard';

export const COMMANDS: readonly CommandOf[] = [
  { path: `${ROOT} list`, options: [{ ...VSWITCH, isRequired: false }] },
  { path: `${ROOT} add`, options: [number('P', 'ports'), VSWITCH] },
  { path: `${ROOT} remove`, options: [VSWITCH] },
  {
    path: `${ROOT} set`,
    options: [
      { short: 'c', long: 'cdp-status', type: ['advertise', 'both', 'down', 'listen'] },
      number('m', 'mtu'),
      VSWITCH,
    ],
  },
  { path: `${ROOT} uplink add`, options: [text('u', 'uplink-name', true), VSWITCH] },
  { path: `${ROOT} uplink remove`, options: [text('u', 'uplink-name', true), VSWITCH] },
  { path: `${ROOT} portgroup list`, options: [] },
  { path: `${ROOT} portgroup add`, options: [GROUP, VSWITCH] },
  { path: `${ROOT} portgroup remove`, options: [GROUP, VSWITCH] },
  { path: `${ROOT} portgroup set`, options: [GROUP, number('v', 'vlan-id')] },
  ...Object.entries(POLICIES).flatMap(([policy, options]) => [
    { path: `${ROOT} policy ${policy} get`, options: [VSWITCH] },
    { path: `${ROOT} policy ${policy} set`, options: [...options, VSWITCH] },
    { path: `${ROOT} portgroup policy ${policy} get`, options: [GROUP] },
    { path: `${ROOT} portgroup policy ${policy} set`, options: [...options, GROUP, USE_VSWITCH] },
  ]),
  {
    path: 'system settings advanced set',
    options: [
      { short: 'd', long: 'default', type: 'flag' },
      number('i', 'int-value'),
      text('s', 'string-value'),
      text('o', 'option', true),
    ],
  },
];

/** Of a host as it is installed; under them is much that is not modelled. */
export const NAMESPACES: ReadonlySet<string> = new Set(
  'daemon device esxcli fcoe graphics hardware iscsi network nvme rdma sched software storage system vm vsan'.split(
    ' ',
  ),
);
export const NETWORK_NAMESPACES: ReadonlySet<string> = new Set(
  'diag ens firewall ip multicast nic port sriovnic vm vswitch'.split(' '),
);
