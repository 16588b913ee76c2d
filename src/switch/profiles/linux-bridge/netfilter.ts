/**
 * The bridge family's netfilter hooks: which form of the frame a rule sees, and what its verdict costs.
 *
 * Read first: `nft(8)` BRIDGE ADDRESS FAMILY; net/netfilter/nft_payload.c. What surprises: rules of `forward` and
 * `postrouting` see the frame as it will leave (ACL-N-7), once per egress port (ACL-N-1); `forward` comes after learning,
 * `prerouting` before (ACL-N-5).
 */
import { ACCEPTED, DENIED_BY_RULE } from '../../../filter/answer.ts';
import type { Evaluator } from '../../../filter/evaluator.ts';
import { PACKET_BROADCAST, PACKET_HOST, PACKET_MULTICAST, PACKET_OTHER } from '../../../filter/packet-type.ts';
import { EMPTY_RULESET, type Hook, type Ruleset, type RunnableRuleset } from '../../../filter/ruleset.ts';
import { readUint16 } from '../../../wire/bytes.ts';
import { isBroadcast, isGroup } from '../../../wire/mac-address.ts';
import type { FrameContext } from '../../frame-context.ts';
import type { Port } from '../../port.ts';
import { HOST_PORT } from '../../profile.ts';
import { reasonCode } from '../../../outcome/reasons.ts';
import { ruleCode } from '../../../outcome/rules.ts';
import { FILTER } from '../../trace.ts';

const ACL_DENY = reasonCode('acl-deny');
const IMPLICIT_DENY = reasonCode('implicit-deny');
const ACL_N_1 = ruleCode('ACL-N-1');
const ACL_N_2 = ruleCode('ACL-N-2');
const ACL_N_3 = ruleCode('ACL-N-3');
const ACL_N_5 = ruleCode('ACL-N-5');

export class Netfilter {
  ruleset: Ruleset = EMPTY_RULESET;
  evaluator: Evaluator | null = null;
  readonly #bridge: Port;

  constructor(bridge: Port) {
    this.#bridge = bridge;
  }

  load(ruleset: RunnableRuleset): void {
    this.ruleset = ruleset;
    this.evaluator = ruleset.tables.length === 0 ? null : ruleset.start();
  }

  has(hook: Hook): boolean {
    return this.evaluator !== null && this.evaluator.hasHook(hook);
  }

  /** Shows the frame to rules as it stands in the context, with this outer tag. */
  show(context: FrameContext, ingress: Port, tpid: number, tci: number): void {
    const view = this.evaluator?.view;
    if (view === undefined) return;
    view.isRewritten = false;
    view.bytes = context.bytes;
    view.start = context.start;
    view.end = context.start + context.length;
    view.tpid = tpid;
    view.tci = tci;
    view.body = context.start + context.body;
    view.network = context.start + context.network;
    view.protocol = readUint16(context.bytes, view.body);
    view.packetType = this.#packetType(context, ingress);
    view.locateTransport();
  }

  /** Runs a hook over what was shown. True: denied, and the context knows by what. `port`: where the denial is counted. */
  denies(hook: Hook, context: FrameContext, inPort: string, outPort: string, port: number): boolean {
    const evaluator = this.evaluator;
    if (evaluator === null || !evaluator.hasHook(hook)) return false;
    const { view } = evaluator;
    view.inPort = inPort;
    view.outPort = outPort;
    const answer = evaluator.run(hook, view);
    if (answer === ACCEPTED) {
      context.pass(FILTER, ruleOfHook(hook), port, HOOK_CODES[hook]);
      return false;
    }
    const byRule = answer === DENIED_BY_RULE;
    const rule = byRule ? ruleOfHook(hook) : ACL_N_3;
    return context.refuse(FILTER, byRule ? ACL_DENY : IMPLICIT_DENY, rule, port, evaluator.decidedBy, HOOK_CODES[hook]);
  }

  /** The bytes of the frame where a rule has rewritten them. */
  rewritten(): Uint8Array | null {
    const view = this.evaluator?.view;
    return view?.isRewritten === true ? view.bytes : null;
  }

  /** eth_type_trans and br_handle_frame: "host" is the port's or the bridge's own address. */
  #packetType(context: FrameContext, ingress: Port): number {
    const { dstHigh, dstLow } = context;
    if (context.ingress === HOST_PORT) return PACKET_HOST;
    if (isBroadcast(dstHigh, dstLow)) return PACKET_BROADCAST;
    if (isGroup(dstHigh)) return PACKET_MULTICAST;
    const toPort = dstHigh === ingress.macHigh && dstLow === ingress.macLow;
    const toBridge = dstHigh === this.#bridge.macHigh && dstLow === this.#bridge.macLow;
    return toPort || toBridge ? PACKET_HOST : PACKET_OTHER;
  }
}

/** Hooks as integers in a trace. */
const HOOK_CODES: Record<Hook, number> = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4 };
export const HOOK_NAMES = Object.keys(HOOK_CODES) as readonly Hook[];

function ruleOfHook(hook: Hook): number {
  if (hook === 'prerouting') return ACL_N_5;
  return hook === 'input' ? ACL_N_2 : ACL_N_1;
}
