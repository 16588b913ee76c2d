/** The one local integration: pages of our own, and what is done with the finished site. */
import type { AstroIntegration } from 'astro';

export function guestport(): AstroIntegration {
  return { name: 'guestport', hooks: {} };
}
