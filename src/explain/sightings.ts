/** Where an administrator would see an outcome: in the product's own words, with the command that shows it. */
import type { ReasonId } from '../outcome/reasons.ts';
import type { Explained, Speaker } from './explain.ts';
import type { Product } from './words.ts';
import { GUEST } from './products/guest.ts';
import { HYPER_V } from './products/hyper-v.ts';
import { LINUX_BRIDGE } from './products/linux-bridge.ts';
import { OPEN_VSWITCH } from './products/open-vswitch.ts';
import { SR_IOV } from './products/sr-iov.ts';
import type { Sighting } from './products/sighting.ts';
import { VMWARE_VDS, VMWARE_VSS } from './products/vmware-vss.ts';

const SIGHTINGS: Readonly<Record<Product, Readonly<Partial<Record<ReasonId, Sighting>>>>> = {
  'linux-bridge': LINUX_BRIDGE,
  'open-vswitch': OPEN_VSWITCH,
  'hyper-v': HYPER_V,
  'ieee-8021q': {},
  'vmware-vss': VMWARE_VSS,
  'sr-iov': SR_IOV,
  guest: GUEST,
};

/** Kinds of a product that show outcomes in places of their own. */
const KINDS: Readonly<Record<string, Readonly<Partial<Record<ReasonId, Sighting>>>>> = { vds: VMWARE_VDS };

/** With the node's and the port's names filled in; null where the product shows nothing. */
export function sightingOf({ reason, port }: Explained, { product, node, kind = '' }: Speaker): Sighting | null {
  const sighting = reason === null ? undefined : (KINDS[kind] ?? SIGHTINGS[product])[reason];
  if (sighting === undefined) return null;
  const { command } = sighting;
  return { ...sighting, command: command === null ? null : fillCommand(command, node, port) };
}

/** How the product's own name for an outcome is introduced, behind the name in brackets. */
export function recordedAs({ isUnverified = false }: Sighting): string {
  return isUnverified ? '」と記録されるはずですが、この対応は確かめていません。' : '」と記録されます。';
}

function fillCommand(command: string, node: string, port: string | null): string {
  const withNode = command.replace(/\bbr0\b|<PF>|<スイッチ>/g, node);
  return port === null ? withNode : withNode.replace('<ポート>', port);
}
