/**
 * Sessions of a stateful access list: a packet that an entry let pass is remembered, so that its answers pass as well, whatever
 * the entries of their direction say. Nothing but conversation and time counts: no flags, no windows.
 */
import { namesOf } from './conversation.ts';

/** More than these at a time are not remembered. */
const SESSIONS_MAX = 65_536;

interface Session {
  /** Which entry it began with: it lasts as long as that is there. */
  readonly entry: unknown;
  readonly direction: number;
  readonly idleMs: number;
  expiresMs: number;
}

export class Sessions {
  readonly #sessions = new Map<string, Session>();

  get size(): number {
    return this.#sessions.size;
  }

  /** The entry that began the session which this packet answers, if there is one; it lasts longer by it. */
  answered(packet: Int32Array, direction: number, nowMs: number): unknown {
    if (this.#sessions.size === 0) return null;
    const names = namesOf(packet, 0);
    const found = names === null ? undefined : this.#sessions.get(names[1]);
    if (found === undefined || found.direction === direction) return null;
    if (nowMs >= found.expiresMs) {
      this.#sessions.delete(names![1]);
      return null;
    }
    found.expiresMs = nowMs + found.idleMs;
    return found.entry;
  }

  /** A packet that the entry has let pass begins a session, or keeps it up. */
  open(packet: Int32Array, direction: number, entry: unknown, idleMs: number, nowMs: number): void {
    const names = namesOf(packet, 0);
    if (names === null) return;
    if (this.#sessions.size >= SESSIONS_MAX && !this.#sessions.has(names[0])) this.#sweep(nowMs);
    if (this.#sessions.size >= SESSIONS_MAX && !this.#sessions.has(names[0])) return;
    this.#sessions.set(names[0], { entry, direction, idleMs, expiresMs: nowMs + idleMs });
  }

  /** Of entries that are no longer there nothing is left. */
  keep(entries: readonly unknown[]): void {
    const kept = new Set(entries);
    for (const [name, { entry }] of this.#sessions) if (!kept.has(entry)) this.#sessions.delete(name);
  }

  #sweep(nowMs: number): void {
    for (const [name, { expiresMs }] of this.#sessions) if (nowMs >= expiresMs) this.#sessions.delete(name);
  }
}
