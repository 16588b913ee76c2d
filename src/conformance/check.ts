/** A recording against the engine: what differs, and how many frames it holds. */
import { LinuxBridgeSystem } from './linux-bridge-system.ts';
import { OpenVswitchSystem, type OvsSetup } from './open-vswitch-system.ts';
import { play, type Mismatch, type System, type Vector } from './vector.ts';

const SYSTEMS: Readonly<Record<string, (vector: Vector) => System>> = {
  'linux-bridge': (vector) => new LinuxBridgeSystem(vector.setup),
  ovs: (vector) => new OpenVswitchSystem(vector.setup as unknown as OvsSetup),
};

/** What differs from the recording; a setup that the engine refuses, or a system that it does not know, is a mismatch. */
export function check(vector: Vector): Mismatch[] {
  const system = SYSTEMS[vector.system];
  if (system === undefined || vector.format !== 1) {
    return [
      { id: vector.id, step: -1, expected: 'a known system, format 1', got: `${vector.system} ${vector.format}` },
    ];
  }
  try {
    return play(vector, system(vector));
  } catch (error) {
    return [{ id: vector.id, step: -1, expected: 'no exception', got: String(error) }];
  }
}

/** Frames that the recording puts into the switch. */
export function frameCount(vector: Vector): number {
  return vector.steps.filter(({ op }) => op === 'inject').length;
}
