/** A switch made of commands from nothing. Physical NICs have addresses that no command gives. */
import { refusal, type Refusal } from '../../outcome/refusal.ts';
import { HOST_PORT } from '../../switch/profile.ts';
import { applyChange } from '../../switch/profiles/hyper-v/change.ts';
import { addAdapter, addManagementOs, addUplink } from '../../switch/profiles/hyper-v/configuration.ts';
import { HyperV } from '../../switch/profiles/hyper-v/hyper-v.ts';
import { formatMac, type MacAddress } from '../../wire/mac-address.ts';
import type { HyperVCommand } from './changes.ts';

export interface BuiltHyperV {
  /** Null where no command makes one. */
  readonly hyperV: HyperV | null;
  readonly refused: readonly { readonly change: HyperVCommand; readonly refused: Refusal }[];
}

/** Every change is tried; what is refused changes nothing. `macOf`: addresses that no command gives. */
export function buildHyperV(
  changes: readonly HyperVCommand[],
  macOf: (name: string) => MacAddress = inOrder(),
): BuiltHyperV {
  let hyperV: HyperV | null = null;
  const apply = (change: HyperVCommand): Refusal | null => {
    if (change.kind === 'create') {
      if (hyperV !== null) return refusal('ResourceExists', 'VMSwitch', change.name, '');
      hyperV = create(change, macOf);
      return null;
    }
    if (hyperV === null) return refusal('ObjectNotFound', 'VMSwitch', '', 'New-VMSwitch');
    if (change.kind === 'adapter-add') return add(hyperV, change, macOf);
    switch (change.kind) {
      case 'port-acl-add':
      case 'port-acl-remove':
      case 'port-extended-acl-add':
      case 'port-extended-acl-remove':
        return refusal('unmodelled', change.kind, change.port, '');
      default:
        return applyChange(hyperV, change);
    }
  };
  const refused = changes.flatMap((change) => {
    const outcome = apply(change);
    return outcome === null ? [] : [{ change, refused: outcome }];
  });
  return { hyperV, refused };
}

function create(
  { name, uplinks, allowManagementOs }: HyperVCommand & { kind: 'create' },
  macOf: (name: string) => MacAddress,
): HyperV {
  const hyperV = new HyperV();
  if (allowManagementOs) addManagementOs(hyperV, name, macOf(name));
  for (const uplink of uplinks) addUplink(hyperV, uplink, macOf(uplink));
  return hyperV;
}

function add(
  hyperV: HyperV,
  { port, mac }: HyperVCommand & { kind: 'adapter-add' },
  macOf: (name: string) => MacAddress,
): Refusal | null {
  const isThere = hyperV.ports.some((each) => each?.name === port);
  // The one of the management OS comes with the switch.
  if (isThere && hyperV.ports[HOST_PORT]?.name !== port) return refusal('ResourceExists', 'VMNetworkAdapter', port, '');
  if (isThere)
    return mac === null
      ? null
      : applyChange(hyperV, { kind: 'adapter', port, setting: 'StaticMacAddress', value: mac });
  addAdapter(hyperV, port, mac ?? macOf(port));
  return null;
}

/** Of Microsoft's own range, in which Hyper-V chooses them. */
function inOrder(): () => MacAddress {
  let count = 0;
  return () => formatMac(0x00155d, ++count);
}
