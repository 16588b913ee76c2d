/** Where an administrator would see an outcome: in the product's own words, with the command that shows it. */
import type { ReasonId } from '../outcome/reasons.ts';
import type { Explained, Speaker } from './explain.ts';
import type { Product } from './words.ts';
import { GUEST } from './products/guest.ts';
import { LINUX_BRIDGE } from './products/linux-bridge.ts';
import { SR_IOV } from './products/sr-iov.ts';
import type { Sighting } from './products/sighting.ts';

const SIGHTINGS: Readonly<Record<Product, Readonly<Partial<Record<ReasonId, Sighting>>>>> = {
  'linux-bridge': LINUX_BRIDGE,
  'ieee-8021q': {},
  'sr-iov': SR_IOV,
  guest: GUEST,
};

/** With the node's and the port's names filled in; null where the product shows nothing. */
export function sightingOf({ reason, port }: Explained, { product, node }: Speaker): Sighting | null {
  const sighting = reason === null ? undefined : SIGHTINGS[product][reason];
  if (sighting === undefined) return null;
  const { command } = sighting;
  return { ...sighting, command: command === null ? null : fillCommand(command, node, port) };
}

function fillCommand(command: string, node: string, port: string | null): string {
  const withNode = command.replace(/\bbr0\b|<PF>/g, node);
  return port === null ? withNode : withNode.replace('<ポート>', port);
}
