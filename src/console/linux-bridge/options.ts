/** Options of `ip` and `bridge` before the object: how the answer is to be written. */
import { matches } from './arguments.ts';
import type { Form } from './request.ts';

export type OpenForm = { -readonly [Key in keyof Form]: Form[Key] };

export function newForm(): OpenForm {
  return {
    json: false,
    pretty: false,
    details: false,
    statistics: false,
    compressVlans: false,
    oneLine: false,
    brief: false,
  };
}

/** matches_color. Colours are left out of what is shown. */
export function isColour(option: string): boolean {
  const [name, when] = option.split(/=(.*)/s, 2);
  return matches(name!, '-color') && (when === undefined || ['', 'always', 'auto', 'never'].includes(when));
}
