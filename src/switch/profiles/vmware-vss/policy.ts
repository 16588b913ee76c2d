/**
 * What a virtual switch is set to and its port groups inherit, setting by setting (VSS-3, VSS-4, VSS-17, VSS-22, VDS-3).
 *
 * Read first: vSphere Networking, "Networking Policies"; vSphere Web Services API, HostNetworkPolicy and
 * VMwareDVSPortSetting. What surprises: on a standard switch the defaults of two of the three security settings changed
 * with vSphere 7.0; every switch therefore keeps all three values, and nothing is inferred from its version later.
 */
import { refusal, type Refusal } from '../../../outcome/refusal.ts';

export type SwitchKind = 'vss' | 'vds';
export const VERSIONS = ['6.7', '7.0', '8.0'] as const;
export type Version = (typeof VERSIONS)[number];

/** As `esxcli … failover set --load-balancing` writes them. */
export const TEAMINGS = ['portid', 'mac', 'iphash', 'explicit'] as const;
export const [BY_PORT_ID, BY_MAC, BY_IP_HASH, EXPLICIT] = [0, 1, 2, 3] as const;

export interface Policy {
  // Security; true: Accept
  readonly promiscuous: boolean;
  readonly macChanges: boolean;
  readonly forgedTransmits: boolean;
  // Teaming and failover
  /** Index into {@link TEAMINGS}. */
  readonly teaming: number;
  /** Names of uplinks; null: all that are not on standby. */
  readonly active: readonly string[] | null;
  readonly standby: readonly string[];
  readonly failback: boolean;
  readonly notifySwitches: boolean;
  // Shaping of what guests send, kept and shown only: a switch without a speed delays and drops nothing (VSS-22)
  readonly shaping: boolean;
  /** Kbit/s */
  readonly averageBandwidth: number;
  /** Kbit/s */
  readonly peakBandwidth: number;
  /** KB */
  readonly burstSize: number;
  // MAC learning, of a distributed switch only
  readonly macLearning: boolean;
  readonly unicastFlooding: boolean;
  readonly macLimit: number;
  /** Frames of sources beyond the limit: true drops them, false lets them through unlearned. */
  readonly dropsBeyondLimit: boolean;
}

export const MAC_LIMIT_MAX = 4096;

export function defaultPolicy(kind: SwitchKind, version: Version): Policy {
  // A distributed port group rejects all three since 5.1; a standard switch two of them since 7.0 (VSS-4).
  const accepts = kind === 'vss' && version === '6.7';
  return {
    promiscuous: false,
    macChanges: accepts,
    forgedTransmits: accepts,
    teaming: BY_PORT_ID,
    active: null,
    standby: [],
    failback: true,
    notifySwitches: true,
    shaping: false,
    averageBandwidth: 100_000,
    peakBandwidth: 100_000,
    burstSize: 102_400,
    macLearning: false,
    unicastFlooding: true,
    macLimit: MAC_LIMIT_MAX,
    dropsBeyondLimit: false,
  };
}

/** How the text of a setting is read; undefined: it cannot be. */
interface Setting {
  readonly key: keyof Policy;
  readonly expected: string;
  read(text: string): Policy[keyof Policy] | undefined;
  /** A standard switch does not know it. */
  readonly isVds?: boolean;
}

function choice(key: keyof Policy, off: string, on: string, isVds = false): Setting {
  return {
    key,
    expected: `${off}, ${on}`,
    read: (text) => (text === on ? true : text === off ? false : undefined),
    isVds,
  };
}

function number(key: keyof Policy, max: number, isVds = false): Setting {
  const read = (text: string): number | undefined =>
    /^\d{1,9}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
  return { key, expected: `0〜${max}`, read, isVds };
}

function uplinks(key: keyof Policy): Setting {
  return { key, expected: 'vmnic0, vmnic1', read: (text) => text.split(/[\s,]+/).filter(Boolean) };
}

const SETTINGS: Readonly<Record<string, Setting>> = {
  promiscuous: choice('promiscuous', 'reject', 'accept'),
  'mac-changes': choice('macChanges', 'reject', 'accept'),
  'forged-transmits': choice('forgedTransmits', 'reject', 'accept'),
  teaming: {
    key: 'teaming',
    expected: TEAMINGS.join(', '),
    read: (text) => {
      const index = (TEAMINGS as readonly string[]).indexOf(text);
      return index < 0 ? undefined : index;
    },
  },
  active: uplinks('active'),
  standby: uplinks('standby'),
  failback: choice('failback', 'no', 'yes'),
  'notify-switches': choice('notifySwitches', 'no', 'yes'),
  shaping: choice('shaping', 'off', 'on'),
  'average-bandwidth': number('averageBandwidth', 1e9),
  'peak-bandwidth': number('peakBandwidth', 1e9),
  'burst-size': number('burstSize', 1e9),
  'mac-learning': choice('macLearning', 'off', 'on', true),
  'unicast-flooding': choice('unicastFlooding', 'off', 'on', true),
  'mac-limit': number('macLimit', MAC_LIMIT_MAX, true),
  'mac-limit-policy': choice('dropsBeyondLimit', 'allow', 'drop', true),
};

/** Which part of a policy a setting is; undefined: none, or none of this kind of switch. */
export function policyKey(kind: SwitchKind, name: string): keyof Policy | undefined {
  const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  return setting === undefined || (setting.isVds === true && kind === 'vss') ? undefined : setting.key;
}

/** A setting that has a {@link policyKey}, with its value. */
export function readSetting(name: string, value: string | number): Partial<Policy> | Refusal {
  const { key, expected, read } = SETTINGS[name]!;
  const parsed = read(String(value).trim().toLowerCase());
  return parsed === undefined ? refusal('InvalidArgument', name, value, expected) : { [key]: parsed };
}
