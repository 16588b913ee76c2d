/**
 * Sessions recorded on a real Linux bridge: our console is given the same commands and the same frames, and what it shows and
 * how the kernel refuses has to be the same to the byte. Left out is what the machine's clock makes: what is left of two
 * timers, hundredths of ages, how long ago an entry that does not age was made and when one was last used.
 */
import { describe, expect, it } from 'vitest';
import { NAMES, recordingOf, Session, timeless, withoutOrder } from './session.ts';

/** Here entries were made in another order than that in which they were confirmed. */
const MIXED = new Set(['learned', 'provider', 'vlans']);

describe.each(NAMES)('%s, recorded', (name) => {
  const recording = recordingOf(name);

  it('shows and refuses the same, to the byte', () => {
    const session = new Session(recording);
    for (const step of recording.steps) {
      const told = session.play(step);
      if (told === null) continue;
      const order = MIXED.has(name) && step.run!.includes('fdb show') ? withoutOrder : (text: string) => text;
      expect.soft(order(timeless(told.out)), `$ ${step.run}`).toBe(order(timeless(step.out ?? '')));
      expect.soft(told.err, `$ ${step.run}`).toBe(step.err ?? '');
    }
  });
});
