/** The words of Open vSwitch. */
import { OPEN_VSWITCH_REASONS } from '../reasons/open-vswitch.ts';
import type { Words } from '../words.ts';

/** How a frame got its VLAN. */
const CLASSIFIED = {
  tunnel: '{port}はトンネルの口です。今あるタグは残して、外側のVLAN{vid}に入れました。',
  'no-tag': 'タグのないフレームをそのまま通すポートです。VLANなし（番号0）として扱いました。',
} as const;

export const WORDS: Words = { reasons: OPEN_VSWITCH_REASONS, classified: CLASSIFIED };
