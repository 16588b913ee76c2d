/** What a picture of a lab shows: where things stand, the ways that frames took, and the moment that is looked at. */
import type { Arrival, Leg } from '../lab/journey.ts';
import type { Picture, Point } from './layout.ts';

export interface Scene {
  readonly picture: Picture;
  readonly legs: readonly Leg[];
  readonly arrivals: readonly Arrival[];
  /** Nanoseconds since the lab began; Infinity: everything has happened. */
  readonly timeNs: number;
  /** Prefix of ids, so that several pictures stand on one page. */
  readonly id: string;
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
  /** Numbered marks at places, for questions about the picture. */
  readonly marks?: readonly { readonly at: Point; readonly text: string }[];
}
