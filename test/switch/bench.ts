/**
 * What tests of switches share: frames written as text, and a Linux bridge on a bench that tells what it decided.
 *
 * A tag is written `C10` (TPID 0x8100) or `S20` (0x88a8), with `p5` for a priority and `d` for DEI behind it; tags stand
 * outermost first, joined by `+`; `-` is no tag.
 */
import { LinuxBridgeSystem } from '../../src/conformance/linux-bridge-system.ts';
import type { Egress, SetStep, Setup } from '../../src/conformance/vector.ts';
import type { Decision } from '../../src/outcome/decision.ts';

export const BROADCAST = 'ff:ff:ff:ff:ff:ff';
export const HOST = 'ee:00:00:00:00:b0';

/** A guest's address: `guest(10)` is 02:00:00:00:00:0a. */
export function guest(number: number): string {
  return `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`;
}

/** The address of port `pN` on the bench. */
export function portMac(number: number): string {
  return `ee:00:00:00:00:${number.toString(16).padStart(2, '0')}`;
}

/** A frame in hexadecimal. `rest`: type and payload. */
export function frame(dst: string, src: string, tags = '-', rest = '88b5cafe'): string {
  return plain(dst) + plain(src) + tagsToHex(tags) + rest;
}

function plain(mac: string): string {
  return mac.replaceAll(':', '');
}

export function tagsToHex(tags: string): string {
  if (tags === '-') return '';
  return tags
    .split('+')
    .map((tag) => {
      const [, letter, vid, pcp, dei] = /^([CS])(\d+)(?:p(\d))?(d)?$/.exec(tag) ?? [];
      if (letter === undefined) throw new Error(`not a tag: ${tag}`);
      const tci = (Number(pcp ?? 0) << 13) | (dei === undefined ? 0 : 0x1000) | Number(vid);
      return (letter === 'C' ? '8100' : '88a8') + tci.toString(16).padStart(4, '0');
    })
    .join('');
}

/** The tags of a frame, written as above. */
export function tagsOf(hex: string): string {
  const tags: string[] = [];
  for (let at = 24; /^(8100|88a8)/.test(hex.slice(at)); at += 8) {
    const tci = Number.parseInt(hex.slice(at + 4, at + 8), 16);
    const letter = hex.startsWith('8100', at) ? 'C' : 'S';
    tags.push(`${letter}${tci & 0xfff}${tci >> 13 === 0 ? '' : `p${tci >> 13}`}${(tci & 0x1000) === 0 ? '' : 'd'}`);
  }
  return tags.length === 0 ? '-' : tags.join('+');
}

/** `p3 C10, p4 -, br0 C10`: which ports, with which tags; `nothing` where no port has a copy. */
export function seen(egress: Egress): string {
  const names = Object.keys(egress).toSorted((a, b) => rank(a) - rank(b));
  const copies = names.flatMap((name) => egress[name]!.map((hex) => `${name} ${tagsOf(hex)}`));
  return copies.length === 0 ? 'nothing' : copies.join(', ');
}

/** br0 last. */
function rank(name: string): number {
  return name === 'br0' ? Number.POSITIVE_INFINITY : Number(name.slice(1));
}

/** Ports p1 to pN with default settings. */
export function ports(
  count: number,
  flags: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Setup['ports'] {
  return Array.from({ length: count }, (_, index) => {
    const name = `p${index + 1}`;
    return { name, mac: portMac(index + 1), ...(flags[name] === undefined ? {} : { flags: flags[name] }) };
  });
}

/** A ruleset of one base chain, as nft takes it. */
export function ruleset(hook: string, rules: string, policy = 'accept'): string {
  return `table bridge f {\n chain c {\n  type filter hook ${hook} priority 0; policy ${policy};\n  ${rules}\n }\n}\n`;
}

export interface Sent {
  readonly egress: Egress;
  readonly decisions: readonly Decision[];
}

/** A Linux bridge whose every decision is kept. */
export class Bench extends LinuxBridgeSystem {
  constructor(setup: Partial<Setup>) {
    super({ bridge: {}, ports: ports(3), ...setup });
    this.relay.trace.on = true;
  }

  send(port: string, hex: string): Sent {
    const from = this.relay.trace.end;
    const egress = this.inject(port, hex);
    return { egress, decisions: this.relay.decisions(from) };
  }

  /** The decision that cost the frame its last copy. */
  drop(port: string, hex: string): Decision | undefined {
    return this.send(port, hex).decisions.find(({ verdict }) => verdict === 'drop');
  }

  /** Which ports get the frame, and with which tags. */
  see(port: string, hex: string): string {
    return seen(this.inject(port, hex));
  }

  change(step: Omit<SetStep, 'op'>): boolean {
    return this.set({ op: 'set', ...step });
  }
}
