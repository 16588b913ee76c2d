/**
 * A port of the Linux bridge: the `brport` attributes of `bridge link` with the kernel's defaults (LB-2).
 */
import { Port } from '../../port.ts';

/** BR_STATE_*, as `bridge link set dev P state N` takes them. */
export const [DISABLED, LISTENING, LEARNING, FORWARDING, BLOCKING] = [0, 1, 2, 3, 4] as const;
export const STATE_NAMES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'] as const;

/** The on/off flags, by the name that `bridge link set` uses. */
export const PORT_FLAGS = ['learning', 'flood', 'mcast_flood', 'bcast_flood', 'hairpin', 'isolated', 'locked'] as const;
export type PortFlag = (typeof PORT_FLAGS)[number];

export class BridgePort extends Port {
  /** Of a port whose link is down: disabled. */
  state: number = FORWARDING;
  learning = true;
  flood = true;
  mcast_flood = true;
  bcast_flood = true;
  hairpin = false;
  isolated = false;
  locked = false;
  /** Reserved addresses that are forwarded when they come in here, bit n for 01:80:c2:00:00:0n. */
  groupFwdMask = 0;
  /** Attributes as they were set that change nothing here, for whoever shows them. */
  readonly idle = new Map<string, string | number>();
}
