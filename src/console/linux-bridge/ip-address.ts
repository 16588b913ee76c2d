/** inet_pton: whether a text is an IPv4 or an IPv6 address, with nothing before or behind it. */
import { parseIpv4Address } from '../../wire/ipv4.ts';
import { isMalformed } from '../../wire/malformed.ts';

export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function isIpv4(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && !/(^|\.)0\d/.test(text) && !isMalformed(parseIpv4Address(text));
}

function isIpv6(text: string): boolean {
  const [head, tail, more] = text.split('::');
  if (more !== undefined || !text.includes(':')) return false;
  const total = groupCount(head, tail === undefined) + groupCount(tail, true);
  return tail === undefined ? total === 8 : total < 8;
}

/** NaN: these are no groups. */
function groupCount(half: string | undefined, mayEndDotted: boolean): number {
  if (half === undefined || half === '') return 0;
  const groups = half.split(':');
  const dotted = mayEndDotted && isIpv4(groups.at(-1)!);
  if (dotted) groups.pop();
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.length + (dotted ? 2 : 0) : Number.NaN;
}
