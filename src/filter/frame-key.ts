/** A frame that a switch has at hand as the words of `flow-key.ts`: what its access lists are looked up with. */
import { readUint16, readUint32 } from '../wire/bytes.ts';
import { FLOW_WORDS, readFlowKey } from './flow-key.ts';

const W = Object.freeze(FLOW_WORDS);
const TAGGED = 0x1000;

export interface Frame {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly length: number;
  /** Where what follows the addresses and the tag begins, from the frame's first byte. */
  readonly body: number;
}

/** `tci`: of the tag that the list sees; its DEI does not count. */
export function readFrameKey(key: Int32Array, frame: Frame, isTagged: boolean, tci: number): void {
  const { bytes, start, length, body } = frame;
  if (body + 2 > length) key.fill(0, W.eth_type, W.ct_state);
  else readFlowKey(key, bytes, start + body, start + length);
  key[W.vlan_tci] = isTagged ? (tci & 0xefff) | TAGGED : 0;
  key[W.eth_dst] = readUint16(bytes, start);
  key[W.eth_dst + 1] = readUint32(bytes, start + 2) | 0;
  key[W.eth_src] = readUint16(bytes, start + 6);
  key[W.eth_src + 1] = readUint32(bytes, start + 8) | 0;
}
