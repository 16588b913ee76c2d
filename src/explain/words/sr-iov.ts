/** The words of the switch inside an SR-IOV NIC. */
import { SR_IOV_REASONS } from '../reasons/sr-iov.ts';
import type { Words } from '../words.ts';

/** How a frame got its VLAN. */
const CLASSIFIED = {
  untagged: 'タグなしで届きました。タグなしのまま扱います。',
  tagged: 'VLAN{vid}のタグ付きで届きました。',
  'port-vlan': '{port}のポートVLANなので、[VLAN{vid}の]タグを付けて扱います。優先度は{pcp}です。',
  'port-vlan-outside': 'ゲストのタグを中に残し、外側に[VLAN{vid}の]タグを付けて扱います。優先度は{pcp}です。',
} as const;

export const WORDS: Words = { reasons: SR_IOV_REASONS, classified: CLASSIFIED };
