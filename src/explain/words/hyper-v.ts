/** The words of the Hyper-V switch. */
import { HYPER_V_TEXTS } from '../reasons/hyper-v.ts';
import type { Words } from '../words.ts';

/** How a frame got its VLAN. */
const CLASSIFIED = {
  mode: '{port}は{mode}なので、タグなしのフレームを[VLAN{vid}として]受け入れました。',
  'mode-priority': '{port}は{mode}です。VIDが0のタグなので、タグなしと同じに[VLAN{vid}として]受け入れました。',
  'mode-other-tpid': 'このスイッチが見るタグとは種類が違います。タグなしと同じに[VLAN{vid}として]受け入れました。',
} as const;

export const WORDS: Words = { reasons: HYPER_V_TEXTS, classified: CLASSIFIED };
