/**
 * A rule as nft prints it: without the tests that another one implies, which nft has added itself or somebody has written.
 *
 * Read first: nftables 1.0.6 src/payload.c (payload_dependency_store, payload_may_dependency_kill), netlink_delinearize.c
 * (meta_may_dependency_kill). What surprises: `ether type ip` in front of `ip saddr` is not printed, `ip protocol tcp` in
 * front of `tcp dport` is, `ether type 8021q` goes before `vlan id` and stays before `vlan type`.
 */
import { isNameTest, type FieldTest, type Interval, type Rule, type Test } from '../../filter/ruleset.ts';
import { isTpid } from '../../wire/dot1q.ts';
import { ETHERTYPES, FIELDS, PROTOCOL_NUMBERS, type FieldSpec, type Protocol } from './fields.ts';
import { expand, type Piece } from './print-expanded.ts';
import { joinedTests } from './print-joined.ts';
import {
  equalTo,
  isPlain,
  locate,
  mergedRange,
  printMatch,
  printNameMatch,
  printRawRewrite,
  type Layers,
  type Located,
  LISTED,
  type PrintedMatch,
  type Style,
} from './print-match.ts';
import { printValue, valueOf, type Json } from './print-values.ts';

export interface Counts {
  readonly packets: number;
  readonly bytes: number;
}

/** Layers in their order; what says which protocol a layer holds implies something about the one below. */
const LAYERS = ['link', 'network', 'transport', 'inner'] as const;
type Layer = (typeof LAYERS)[number];

interface Dependency {
  readonly at: number;
  readonly layer: Layer;
  readonly protocol: Protocol;
  readonly value: bigint;
}

/** The parts of a rule in their order. `counts` null: counters are left out. */
export function printParts(rule: Rule, counts: Counts | null, style: Style = LISTED): PrintedMatch[] {
  const parts: (PrintedMatch | null)[] = [];
  const reader = new TestPrinter(parts, style);
  const inOrder = style.asListed ? joinedTests(rule, orderOf(rule)) : rule.tests;
  let [tests, rewrites] = [0, 0];
  for (const part of orderOf(rule)) {
    if (part !== 't') reader.interrupt();
    if (part === 't') reader.add(inOrder[tests++] ?? null);
    else if (part === 'r') parts.push(printRewrite(rule, rewrites++, reader.hidesAddress));
    else if (part === 'g') parts.push({ text: 'continue', json: { continue: null } });
    else if (counts !== null) {
      const { packets, bytes } = counts;
      parts.push({ text: `counter packets ${packets} bytes ${bytes}`, json: { counter: { packets, bytes } } });
    } else parts.push({ text: 'counter', json: { counter: null } });
  }
  const verdict = printVerdict(rule);
  if (verdict !== null) parts.push(verdict);
  return parts.filter((part) => part !== null);
}

function orderOf({ order, tests, rewrites, counter }: Rule): string {
  return order ?? 't'.repeat(tests.length) + 'r'.repeat(rewrites.length) + (counter ? 'c' : '');
}

function printRewrite({ rewrites }: Rule, at: number, hidesAddress: boolean): PrintedMatch {
  const { field, value } = rewrites[at]!;
  if (hidesAddress && field.offset === 0) {
    const spec = FIELDS.ether['daddr']!;
    return printRawRewrite(valueOf(value, spec));
  }
  const name = field.offset === FIELDS.ether['daddr']!.offset ? 'daddr' : 'saddr';
  const spec = FIELDS.ether[name]!;
  const { text, json } = printValue(valueOf(value, spec), spec);
  return {
    text: `ether ${name} set ${text}`,
    json: { mangle: { key: { payload: { protocol: 'ether', field: name } }, value: json } },
  };
}

/** A rule goes on by itself. */
function printVerdict({ verdict }: Rule): PrintedMatch | null {
  if ('chain' in verdict) {
    return { text: `${verdict.kind} ${verdict.chain}`, json: { [verdict.kind]: { target: verdict.chain } } };
  }
  return verdict.kind === 'continue' ? null : { text: verdict.kind, json: { [verdict.kind]: null } };
}

/** Which fields name the protocol of the layer above. */
const PROTOCOL_FIELDS = new Set(['ether type', 'vlan type', 'ip protocol', 'ip6 nexthdr', 'icmp type', 'icmpv6 type']);
const ECHO: Readonly<Record<string, readonly bigint[]>> = { icmp: [0n, 8n], icmpv6: [128n, 129n] };

class TestPrinter {
  readonly #parts: (PrintedMatch | null)[];
  readonly #layers: Layers = { hasTag: false, network: null, transport: null };
  readonly #implied = new Map<Layer, Dependency>();

  readonly #style: Style;

  /** The last test, if nothing stands behind it yet, for {@link mergedRange}. */
  #last: { readonly test: FieldTest; readonly spec: FieldSpec } | null = null;

  constructor(parts: (PrintedMatch | null)[], style: Style) {
    this.#parts = parts;
    this.#style = style;
  }

  /** Something else than a test follows. */
  interrupt(): void {
    this.#last = null;
  }

  /** Behind a tag nft looks for the frame's first bytes in the tag, and does not find the destination. */
  get hidesAddress(): boolean {
    return this.#layers.hasTag && this.#style.asListed;
  }

  add(test: Test | null): void {
    if (test === null) return;
    if (isNameTest(test)) {
      this.#parts.push(printNameMatch(test, this.#style));
      this.#last = null;
      return;
    }
    for (const { test: piece, located } of this.#pieces(test)) {
      const isHidden = this.hidesAddress && located.protocol === 'ether' && located.name === 'daddr';
      const range = this.#style.asListed ? mergedRange(this.#last, piece, located) : null;
      if (range !== null) this.#parts.pop();
      this.#parts.push(range ?? printMatch(piece, located, this.#style, isHidden));
      this.#last = { test: piece, spec: located.spec };
      const value = equalTo(piece, located.spec);
      if (located.protocol === 'meta') this.#meta(located, value);
      else if (!isHidden && located.protocol !== null)
        this.#payload(piece, { ...located, protocol: located.protocol }, value);
    }
  }

  /** What compares bytes with one value is told by its fields. */
  #pieces(written: FieldTest): Piece[] {
    const test = this.#style.asListed ? written : withoutRepeats(written);
    const located = locate(test, this.#layers);
    const isWhole = test.mask === undefined && ['link', 'network', 'transport'].includes(test.field.base);
    if (!this.#style.asListed || !isWhole || !isPlain(test, located.spec)) return [{ test, located }];
    return expand(test, this.#layers);
  }

  #meta({ name }: Located, value: bigint | null): void {
    if (value === null || name === 'pkttype') return;
    const layer = name === 'protocol' ? 'link' : 'network';
    this.#settle(layer, value);
    if (this.#implied.has(layer) && this.#metaImplies(name, value)) this.#release(layer);
    this.#store({ at: this.#parts.length - 1, layer, protocol: 'meta', value });
  }

  #payload(test: FieldTest, { protocol, name, spec }: Located & { protocol: Protocol }, value: bigint | null): void {
    const layer = test.field.base as Layer;
    const isProtocol = PROTOCOL_FIELDS.has(`${protocol} ${name}`);
    if (value !== null && isProtocol) this.#settle(layer, value);
    if (this.#implies(layer, isProtocol && isPlain(test, spec))) this.#release(layer);
    if (value === null || !isProtocol || ECHO[protocol]?.includes(value) === true) return;
    this.#store({ at: this.#parts.length - 1, layer, protocol, value });
  }

  #settle(layer: Layer, value: bigint): void {
    const number = Number(value);
    if (layer === 'link' && isTpid(number)) this.#layers.hasTag = true;
    if (layer === 'link')
      this.#layers.network = nameOf(number, ETHERTYPES, ['ip', 'ip6', 'arp']) ?? this.#layers.network;
    if (layer === 'network')
      this.#layers.transport = nameOf(number, PROTOCOL_NUMBERS, ['icmp', 'icmpv6', 'tcp', 'udp']);
  }

  /** A tag is on the layer of the frame itself, everything else names the next one. */
  #store(dependency: Dependency): void {
    const { layer, protocol, value } = dependency;
    const isTag = layer === 'link' && protocol !== 'meta' && isTpid(Number(value));
    const above = isTag ? layer : LAYERS[LAYERS.indexOf(layer) + 1]!;
    this.#implied.set(above, dependency);
  }

  #impliedBy(layer: Layer): Layer | null {
    if (this.#implied.has(layer)) return layer;
    return layer === 'transport' && this.#implied.has('inner') ? 'inner' : null;
  }

  #release(layer: Layer): void {
    if (!this.#style.omitsImplied) return;
    const held = this.#impliedBy(layer)!;
    this.#parts[this.#implied.get(held)!.at] = null;
    this.#implied.delete(held);
  }

  /** payload_may_dependency_kill */
  #implies(layer: Layer, isProtocol: boolean): boolean {
    const held = this.#impliedBy(layer);
    if (held === null) return false;
    const dependency = this.#implied.get(held)!;
    if (dependency.protocol === 'meta') return true;
    if (dependency.layer === 'network' && layer === 'transport') return false;
    if (dependency.layer !== layer) return true;
    if (isProtocol || layer === 'transport') return false;
    return layer !== 'link' || (dependency.protocol === 'ether' && dependency.value === 0x8100n);
  }

  /** meta_may_dependency_kill */
  #metaImplies(name: string, value: bigint): boolean {
    const below = this.#implied.get('network');
    if (below === undefined || name !== 'l4proto') return true;
    const [icmp, icmpv6] = [BigInt(PROTOCOL_NUMBERS['icmp']!), BigInt(PROTOCOL_NUMBERS['icmpv6']!)];
    if (value !== icmp && value !== icmpv6) return false;
    const [ip, ip6] = [BigInt(ETHERTYPES['ip']!), BigInt(ETHERTYPES['ip6']!)];
    return !((below.value === ip && value === icmpv6) || (below.value === ip6 && value === icmp));
  }
}

/** A set that has one value several times is that value. */
function withoutRepeats(test: FieldTest): FieldTest {
  const [first, ...more] = test.intervals;
  const isSame = ({ low, high }: Interval): boolean =>
    low.every((byte, at) => byte === first!.low[at]) && high.every((byte, at) => byte === first!.high[at]);
  return first !== undefined && more.every(isSame) ? { ...test, intervals: [first] } : test;
}

function nameOf(
  value: number,
  numbers: Readonly<Record<string, number>>,
  protocols: readonly Protocol[],
): Protocol | null {
  return protocols.find((protocol) => numbers[protocol] === value) ?? null;
}

// --- The whole rule

/** `TEST … counter … VERDICT [comment "…"]` */
export function printRule(rule: Rule, counts: Counts | null, style: Style = LISTED): string {
  const parts = printParts(rule, counts, style).map(({ text }) => text);
  return [...parts, ...(rule.comment === undefined ? [] : [`comment "${rule.comment}"`])].join(' ');
}

export function ruleJson(rule: Rule, counts: Counts | null): Json[] {
  return printParts(rule, counts).map(({ json }) => json);
}
