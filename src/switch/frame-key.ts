/** The frame at hand as the words of `filter/flow-key.ts`: what access lists of switches are looked up with. */
import { FLOW_WORDS, readFlowKey } from '../filter/flow-key.ts';
import type { FrameContext } from './frame-context.ts';

const W = Object.freeze(FLOW_WORDS);
const TAGGED = 0x1000;

/** `tci`: of the tag that the list sees; its DEI does not count. */
export function readFrameKey(key: Int32Array, context: FrameContext, isTagged: boolean, tci: number): void {
  const { bytes, start, body, length, dstHigh, dstLow, srcHigh, srcLow } = context;
  if (body + 2 > length) key.fill(0, W.eth_type, W.ct_state);
  else readFlowKey(key, bytes, start + body, start + length);
  key[W.vlan_tci] = isTagged ? (tci & 0xefff) | TAGGED : 0;
  key[W.eth_dst] = dstHigh >> 8;
  key[W.eth_dst + 1] = (dstHigh << 24) | dstLow;
  key[W.eth_src] = srcHigh >> 8;
  key[W.eth_src + 1] = (srcHigh << 24) | srcLow;
}
