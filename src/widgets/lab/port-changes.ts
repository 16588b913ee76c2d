/** What a reader types into a port's fields, as the changes that `bridge vlan` would be told. */
import { tellMalformed } from '../../explain/problem.ts';
import type { SwitchChange } from '../../lab/switch-node.ts';
import type { Port } from '../../switch/port.ts';
import { parseVid } from '../../wire/dot1q.ts';
import { isMalformed, type Malformed } from '../../wire/malformed.ts';

function vlanChange(port: Port, vid: number, settings: { pvid: boolean; untagged: boolean }): SwitchChange {
  return { kind: 'vlan', port: port.name, first: vid, last: vid, ...settings };
}

function remove(port: Port, vid: number): SwitchChange {
  return { kind: 'vlan', port: port.name, first: vid, last: vid, remove: true };
}

/** An access port of this VLAN: member of no other. */
export function accessChanges(port: Port, vid: number): SwitchChange[] {
  const leave = port.memberSet().filter((member) => member !== vid);
  return [...leave.map((member) => remove(port, member)), vlanChange(port, vid, { pvid: true, untagged: true })];
}

/** An empty field takes the PVID away; a new PVID joins its VLAN untagged, as an access port does. */
export function pvidChanges(port: Port, text: string): SwitchChange[] | string {
  if (text.trim() === '') {
    return port.pvid === 0 ? [] : [vlanChange(port, port.pvid, { pvid: false, untagged: port.isUntagged(port.pvid) })];
  }
  const vid = parseVid(text.normalize('NFKC'));
  return isMalformed(vid) ? tellMalformed(vid) : [vlanChange(port, vid, { pvid: true, untagged: true })];
}

export function memberChanges(port: Port, text: string): SwitchChange[] | string {
  const wanted = parseVids(text);
  if (isMalformed(wanted)) return tellMalformed(wanted);
  const present = port.memberSet();
  return [
    ...present.filter((vid) => !wanted.includes(vid)).map((vid) => remove(port, vid)),
    ...wanted
      .filter((vid) => !present.includes(vid))
      .map((vid) => vlanChange(port, vid, { pvid: false, untagged: false })),
  ];
}

/** A VLAN that the port is no member of joins. */
export function untaggedChanges(port: Port, text: string): SwitchChange[] | string {
  const wanted = parseVids(text);
  if (isMalformed(wanted)) return tellMalformed(wanted);
  const all = [...new Set([...port.memberSet(), ...wanted])];
  return all
    .filter((vid) => port.isUntagged(vid) !== wanted.includes(vid))
    .map((vid) => vlanChange(port, vid, { pvid: port.pvid === vid, untagged: wanted.includes(vid) }));
}

/** `10, 20-22` */
function parseVids(text: string): number[] | Malformed {
  const vids = new Set<number>();
  for (const item of text
    .normalize('NFKC')
    .split(/[,、\s]+/)
    .filter(Boolean)) {
    const [first, last = first, ...more] = item.split(/[-〜~]/).map((number) => parseVid(number));
    const isRange = !isMalformed(first) && !isMalformed(last) && first! <= last! && more.length === 0;
    // A range that is none is no number either.
    if (!isRange) return parseVid(item) as Malformed;
    for (let vid: number = first!; vid <= last!; vid++) vids.add(vid);
  }
  return [...vids];
}
