/** A switch made of commands from nothing. Uplinks have addresses that no command gives. */
import { refusal, type Refusal } from '../../outcome/refusal.ts';
import { applyChange, findPort } from '../../switch/profiles/vmware-vss/change.ts';
import { addUplink, createSwitch } from '../../switch/profiles/vmware-vss/configuration.ts';
import type { Version } from '../../switch/profiles/vmware-vss/policy.ts';
import type { VmwareVss } from '../../switch/profiles/vmware-vss/vmware-vss.ts';
import { formatMac, type MacAddress } from '../../wire/mac-address.ts';
import type { VmwareCommand } from './changes.ts';

export interface BuiltVmware {
  /** Null where no command makes one. */
  readonly vmware: VmwareVss | null;
  readonly refused: readonly { readonly change: VmwareCommand; readonly refused: Refusal }[];
}

/** Every change is tried; what is refused changes nothing. `version`: of the host, which decides on defaults (VSS-4). */
export function buildVmware(
  changes: readonly VmwareCommand[],
  version: Version = '8.0',
  macOf: (uplink: string) => MacAddress = inOrder(),
): BuiltVmware {
  let vmware: VmwareVss | null = null;
  const apply = (change: VmwareCommand): Refusal | null => {
    if (change.kind === 'create') {
      if (vmware !== null) return refusal('AlreadyExists', 'vswitch', change.name, '');
      vmware = createSwitch(change.name, change.switchKind, version);
      return null;
    }
    if (vmware === null) return refusal('NotFound', 'vswitch', '', '');
    if (change.kind !== 'uplink-add') return applyChange(vmware, change);
    if (findPort(vmware, change.port) !== undefined) return refusal('AlreadyExists', 'uplink', change.port, '');
    addUplink(vmware, change.port, macOf(change.port));
    return null;
  };
  const refused = changes.flatMap((change) => {
    const outcome = apply(change);
    return outcome === null ? [] : [{ change, refused: outcome }];
  });
  return { vmware, refused };
}

/** Of VMware's range for what is chosen by hand. */
function inOrder(): () => MacAddress {
  let count = 0;
  return () => formatMac(0x005056, ++count);
}
