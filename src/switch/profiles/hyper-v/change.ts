/**
 * A change to a Hyper-V switch as data: one PowerShell command, so that labs and consoles can write it down, replay it and
 * apply it in one place. Refusals carry PowerShell's error category.
 */
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import { isMalformed } from '../../../wire/malformed.ts';
import { isGroup, macHalves, parseMac } from '../../../wire/mac-address.ts';
import { refresh, setIsolation, setVlan } from './configuration.ts';
import {
  MIRRORING_DESTINATION,
  MIRRORING_NONE,
  MIRRORING_SOURCE,
  type HyperVPort,
  type Isolation,
  type VlanSetting,
} from './hyper-v-port.ts';
import type { HyperV } from './hyper-v.ts';

export type HyperVChange =
  /** `Set-VMNetworkAdapter -SETTING VALUE` */
  | { readonly kind: 'adapter'; readonly port: string; readonly setting: string; readonly value: string | number }
  /** `Set-VMNetworkAdapterVlan` */
  | { readonly kind: 'adapter-vlan'; readonly port: string; readonly vlan: VlanSetting }
  /** `Set-VMNetworkAdapterIsolation`; null: `-IsolationMode None` */
  | { readonly kind: 'adapter-isolation'; readonly port: string; readonly isolation: Isolation | null }
  | { readonly kind: 'link'; readonly port: string; readonly up: boolean };

export function applyChange(hyperV: HyperV, change: HyperVChange): Outcome {
  switch (change.kind) {
    case 'adapter':
      return withAdapter(hyperV, change.port, (port) => {
        const outcome = set(port, change.setting, String(change.value));
        refresh(hyperV);
        return outcome;
      });
    case 'adapter-vlan':
      return withAdapter(hyperV, change.port, (port) => setVlan(hyperV, port, change.vlan));
    case 'adapter-isolation':
      return withAdapter(hyperV, change.port, (port) => setIsolation(hyperV, port, change.isolation));
    case 'link':
      return withPort(hyperV.ports, change.port, (port) => {
        port.linkUp = change.up;
        return null;
      });
    default:
      return refusal('unmodelled', (change as { kind: string }).kind, '', '');
  }
}

/** A physical NIC is no adapter of a virtual machine: it has none of these settings. */
function withAdapter({ ports }: HyperV, name: string, then: (port: HyperVPort) => Outcome): Outcome {
  return withPort(
    ports.filter((port) => port?.isExternal === false),
    name,
    then,
  );
}

type Ports = readonly (HyperVPort | undefined)[];

function withPort(ports: Ports, name: string, then: (port: HyperVPort) => Outcome): Outcome {
  const port = ports.find((each) => each?.name === name);
  const names = ports.flatMap((each) => (each === undefined ? [] : [each.name]));
  return port === undefined ? refusal('ObjectNotFound', 'VMNetworkAdapter', name, names.join(', ')) : then(port);
}

const SWITCHES = {
  MacAddressSpoofing: 'macAddressSpoofing',
  DhcpGuard: 'dhcpGuard',
  RouterGuard: 'routerGuard',
  IeeePriorityTag: 'ieeePriorityTag',
} as const;

const MIRRORING: Readonly<Record<string, number>> = {
  None: MIRRORING_NONE,
  Source: MIRRORING_SOURCE,
  Destination: MIRRORING_DESTINATION,
};

/** What Hyper-V knows and this profile does not; switched off it makes no difference. */
const UNMODELLED = new Set(
  'MaximumBandwidth MinimumBandwidthAbsolute MinimumBandwidthWeight AllowTeaming IovWeight VmqWeight VirtualSubnetId'.split(
    ' ',
  ),
);

function set(port: HyperVPort, setting: string, value: string): Outcome {
  if (Object.hasOwn(SWITCHES, setting)) {
    if (value !== 'On' && value !== 'Off') return refusal('InvalidArgument', setting, value, 'On, Off');
    port[SWITCHES[setting as keyof typeof SWITCHES]] = value === 'On';
    return null;
  }
  switch (setting) {
    case 'PortMirroring':
      if (!Object.hasOwn(MIRRORING, value))
        return refusal('InvalidArgument', setting, value, 'None, Source, Destination');
      port.portMirroring = MIRRORING[value]!;
      return null;
    case 'StormLimit':
      if (!/^\d{1,9}$/.test(value)) return refusal('InvalidArgument', setting, value, '0〜999999999');
      port.stormLimit = Number(value);
      return null;
    case 'EnabledState':
      if (value !== 'Enabled' && value !== 'Disabled')
        return refusal('InvalidArgument', setting, value, 'Enabled, Disabled');
      port.isEnabled = value === 'Enabled';
      return null;
    case 'StaticMacAddress':
      return assign(port, value);
    default:
      if (!UNMODELLED.has(setting)) {
        return refusal(
          'InvalidArgument',
          setting,
          value,
          'MacAddressSpoofing, DhcpGuard, RouterGuard, PortMirroring …',
        );
      }
      return value === 'Off' || Number(value) === 0 ? null : refusal('unmodelled', setting, value, '0');
  }
}

function assign(port: HyperVPort, text: string): Outcome {
  const mac = parseMac(text);
  if (isMalformed(mac) || isGroup(macHalves(mac)[0])) {
    return refusal('InvalidArgument', 'StaticMacAddress', text, '00-15-5D-00-53-0A');
  }
  port.assign(mac);
  return null;
}
