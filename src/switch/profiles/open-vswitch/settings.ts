/** What an administrator has set of a bridge besides its ports, kept so that one part of it can be changed alone. */
import type { Flow } from '../../../filter/flow.ts';
import type { Mirror } from './mirror.ts';

/** Columns of the Bridge record. */
export interface BridgeColumns {
  readonly fail_mode?: 'standalone' | 'secure';
  readonly flood_vlans?: readonly number[];
  readonly other_config?: Readonly<Record<string, string>>;
}

export class BridgeSettings {
  columns: BridgeColumns = {};
  /** Null: the one flow that a bridge starts with, `priority=0 actions=NORMAL`. */
  flows: readonly Flow[] | null = null;
  mirrors: readonly Mirror[] = [];
}
