/** What is not verified about the products here, by product and key: told with decisions and on the rules page. */
import type { DoubtKey } from '../../outcome/doubts.ts';
import type { Product } from '../words.ts';
import type { DoubtTexts } from './doubt-texts.ts';
import { HYPER_V_DOUBTS } from './hyper-v.ts';
import { IEEE_8021Q_DOUBTS } from './ieee-8021q.ts';
import { SR_IOV_DOUBTS } from './sr-iov.ts';
import { VMWARE_VSS_DOUBTS } from './vmware-vss.ts';

const DOUBTS: Readonly<Record<Product, DoubtTexts>> = {
  'linux-bridge': {},
  'open-vswitch': {},
  'vmware-vss': VMWARE_VSS_DOUBTS,
  'hyper-v': HYPER_V_DOUBTS,
  'sr-iov': SR_IOV_DOUBTS,
  'ieee-8021q': IEEE_8021Q_DOUBTS,
  guest: {},
};

/** Products that have any, and what is in doubt about them. */
export function allDoubts(): { readonly product: Product; readonly texts: [key: string, text: string][] }[] {
  return Object.entries(DOUBTS)
    .map(([product, texts]) => ({ product: product as Product, texts: Object.entries(texts) }))
    .filter(({ texts }) => texts.length > 0);
}

/** The sentence; a doubt without one is told by no test. */
export function doubtText(key: DoubtKey, product: Product): string {
  return DOUBTS[product][key] ?? '';
}

/** What is in doubt about a rule, as a whole or in one of its uses, whoever says it. */
export function doubtsOfRule(rule: string): string[] {
  const all = Object.values(DOUBTS).flatMap((texts) => Object.entries(texts));
  return [...new Set(all.flatMap(([key, text]) => (key.split('/')[0] === rule ? [text] : [])))];
}
