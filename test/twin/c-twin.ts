/**
 * The C twin of `c/` behind the vocabulary of the recordings: a setup or a step as the lines that its driver takes, and its
 * answers as what a recording expects.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Egress, FdbRequest, FdbRow, SetStep, Setup, System, VlanRequest } from '../../src/conformance/vector.ts';

export const C_TWIN = join(import.meta.dirname, 'c');

type Settings = Readonly<Record<string, string | number>>;

const STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'];

/** A twin that is set up anew. */
export function setupLines(setup: Setup): string[] {
  const { bridge, promisc = false, ports, vlans = [], vlan_states: states = [], fdb = [] } = setup;
  return [
    'reset',
    ...bridgeLines(bridge),
    `bridge promiscuous ${promisc ? 1 : 0}`,
    ...ports.map(({ name, mac, mtu = 1500 }) => `add-port ${name} ${mac} ${mtu}`),
    ...vlans.map(vlanLine),
    ...states.map(({ dev, vid, state }) => vlanStateLine(dev, vid, state)),
    ...ports.flatMap(({ name, flags = {}, slave = {} }) => portLines(name, { ...flags, ...slave })),
    ...fdb.map(entryLine),
  ];
}

function bridgeLines(settings: Settings): string[] {
  return Object.entries(settings).map(([key, value]) => `bridge ${key} ${value}`);
}

function portLines(name: string, settings: Settings): string[] {
  return Object.entries(settings).map(([key, value]) => `port ${name} ${key} ${value}`);
}

function vlanLine({ dev, vid, del, pvid, untagged }: VlanRequest): string {
  return `${del === true ? 'delete' : 'add'}-vlan ${dev} ${rangeOf(vid)} ${digit(pvid)} ${digit(untagged)}`;
}

function vlanStateLine(dev: string, vid: number | string, state: string | number): string {
  const named = STATES.indexOf(String(state));
  return `vlan-state ${dev} ${rangeOf(vid)} ${named < 0 ? state : named}`;
}

function entryLine({ mac, dev, vlan = -1, state = 'static', sticky, replace, del }: FdbRequest): string {
  if (del === true) return `delete-entry ${dev} ${mac} ${vlan}`;
  return `add-entry ${dev} ${mac} ${vlan} ${state} ${digit(sticky)} ${digit(replace)}`;
}

function rangeOf(vids: number | string): string {
  const [first, last = first] = String(vids).split('-');
  return `${first} ${last}`;
}

function digit(flag: boolean | undefined): number {
  return flag === true ? 1 : 0;
}

/**
 * Whatever is played on it becomes lines for the driver. It is played on twice: the first time to collect the lines, whose
 * answers are not yet known; the second time with the answers of one run of the program. So nothing here may hang on an
 * answer but what is handed out.
 */
export class CTwinSystem implements System {
  readonly lines: string[] = [];
  readonly #answers: Iterator<string> | null;
  readonly #setup: Setup;
  readonly #down = new Set<string>();
  readonly #present: Set<string>;

  constructor(setup: Setup, answers: Iterator<string> | null) {
    this.#answers = answers;
    this.#setup = setup;
    this.#present = new Set(setup.ports.map(({ name }) => name));
    if (!this.#askAll(setupLines(setup))) throw new Error('the C twin refuses a setup');
  }

  #ask(line: string): string {
    this.lines.push(line);
    if (this.#answers === null) return 'yes';
    const { value, done } = this.#answers.next();
    if (done === true) throw new Error(`the C twin has no answer to: ${line}`);
    return value;
  }

  #askAll(lines: readonly string[]): boolean {
    return lines.map((line) => this.#ask(line)).every((answer) => answer === 'yes');
  }

  inject(port: string, hex: string): Egress {
    const egress: Record<string, string[]> = {};
    for (const [, to, bytes] of groups(this.#ask(`inject ${port} ${hex}`), 3)) (egress[to!] ??= []).push(bytes!);
    return egress;
  }

  advance(seconds: number): void {
    this.#ask(`advance ${Math.round(seconds * 1000)}`);
  }

  set(step: SetStep): boolean {
    const { bridge = {}, vlan, vlan_state: state, fdb, port } = step;
    const results = [
      this.#askAll(bridgeLines(bridge)),
      this.#askAll(vlan === undefined ? [] : [vlanLine(vlan)]),
      this.#askAll(state === undefined ? [] : [vlanStateLine(state.dev, state.vid, state.state)]),
      this.#askAll(fdb === undefined ? [] : [entryLine(fdb)]),
      this.#askAll(step.fdb_flush === true ? [`flush ${port ?? '*'}`] : []),
      port === undefined || this.#setPort(port, step),
    ];
    return results.every(Boolean);
  }

  #setPort(name: string, { master, link, flags = {}, slave = {} }: SetStep): boolean {
    if (master === false && this.#present.delete(name)) this.#ask(`remove-port ${name}`);
    if (master === true) this.#join(name);
    // A device has a link outside the bridge too.
    if (link === 'up') this.#down.delete(name);
    else if (link === 'down') this.#down.add(name);
    if (link !== undefined && this.#present.has(name)) this.#ask(`link ${name} ${link}`);
    return this.#askAll(portLines(name, { ...flags, ...slave }));
  }

  #join(name: string): void {
    const { mac, mtu = 1500 } = this.#setup.ports.find((each) => each.name === name)!;
    this.#present.add(name);
    this.#ask(`add-port ${name} ${mac} ${mtu}`);
    if (this.#down.has(name)) this.#ask(`link ${name} down`);
  }

  fdb(): FdbRow[] {
    return fdbRows(this.#ask('fdb'));
  }

  vlans(): Record<string, string[]> {
    const all: Record<string, { first: number; last: number; flags: string }[]> = {};
    for (const [port, vid, pvid, untagged] of groups(this.#ask('vlans'), 4)) {
      const flags = `${pvid === '1' ? ' pvid' : ''}${untagged === '1' ? ' untagged' : ''}`;
      const ranges = (all[port!] ??= []);
      const range = ranges.at(-1);
      if (range !== undefined && range.last === Number(vid) - 1 && range.flags === flags) range.last++;
      else ranges.push({ first: Number(vid), last: Number(vid), flags });
    }
    const told = Object.entries(all).map(([port, ranges]) => [
      port,
      ranges.map(({ first, last, flags }) => `${first === last ? first : `${first}-${last}`}${flags}`),
    ]);
    return Object.fromEntries(told) as Record<string, string[]>;
  }
}

/** `address port vlan kind sticky`, as often as there are entries. */
export function fdbRows(answer: string): FdbRow[] {
  return groups(answer, 5).map(([mac, port, vlan, kind, sticky]) => ({
    mac: mac!,
    port: port!,
    ...(vlan !== '0' && { vlan: Number(vlan) }),
    ...(kind === 'static' && { state: 'static' }),
    ...(sticky === '1' && { flags: ['sticky'] }),
  }));
}

export function groups(answer: string, size: number): string[][] {
  const words = answer.split(' ').filter((word) => word !== '');
  return Array.from({ length: words.length / size }, (_, index) => words.slice(index * size, (index + 1) * size));
}

/** One run of the program: a line of answer for each line. */
export function askProgram(program: string, lines: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(program, {
    input: lines.map((line) => `${line}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`the C twin ended with ${status}: ${stderr}`);
  return stdout.split('\n').slice(0, -1);
}
