/**
 * What `list`, `portgroup list` and `policy … get` printed on a real host, and command lines that were pasted with it → changes,
 * and what they leave open. A policy is of whatever the command line before it asks for.
 */
import type { Imported, Untold } from '../console.ts';
import { properties } from '../powershell/objects.ts';
import { isDashes, readTable } from '../powershell/table.ts';
import type { VmwareCommand } from './changes.ts';
import { readVmware } from './read.ts';

export type EsxcliUntold =
  | 'other-switch'
  /** A group that only the list of its switch names. */
  | 'vlan'
  /** No policy of security was pasted of it. */
  | 'security'
  | 'teaming'
  /** Nothing says what a policy is of. */
  | 'whose-policy'
  | 'value'
  /** How many adapters are connected is shown, not which. */
  | 'clients'
  | 'no-switch';

type Fields = Readonly<Record<string, string>>;

export function importVmware(text: string): Imported<VmwareCommand, EsxcliUntold> {
  const importer = new Importer();
  const lines = text.split(/\r\n|\n|\r/);
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    const count = importer.takeBlock(lines, at);
    if (count === 0 && line.trim() !== '') importer.takeLine(line, at + 1);
    at += Math.max(1, count);
  }
  return importer.finish();
}

/** Keys of --formatter, with the names of a text. */
const PLAIN = /[^a-z]/g;

class Importer {
  readonly #unread: { line: number; text: string }[] = [];
  readonly #untold: Untold<EsxcliUntold>[] = [];
  readonly #groups = new Map<string, number | null>();
  readonly #policies: VmwareCommand[] = [];
  readonly #secure = new Set<string>();
  readonly #teamed = new Set<string>();
  readonly #commands: VmwareCommand[] = [];
  readonly #uplinks: string[] = [];
  #name: string | null = null;
  #mtu = 1500;
  /** What the last command line asked a policy of: a group, '' the switch, null nothing. */
  #asked: string | null = null;

  #open(code: EsxcliUntold, about: string): void {
    if (!this.#untold.some((each) => each.code === code && each.about === about)) this.#untold.push({ code, about });
  }

  /** How many lines were taken. */
  takeBlock(lines: readonly string[], at: number): number {
    const line = lines[at]!;
    if (isDashes(lines[at + 1] ?? '') && /\bVLAN ID\b/.test(line)) {
      const rows = readTable(lines, at + 1);
      for (const row of rows) this.#takeGroup(plain(row));
      return 2 + rows.length;
    }
    if (/^\s*[[{]/.test(line)) return this.#takeJson(lines, at);
    if (/^(?:[A-Za-z]+,){3,}$/.test(line.trim())) return this.#takeCsv(lines, at);
    const isTitle = /^\S.*$/.test(line) && /^ {3}Name: /.test(lines[at + 1] ?? '');
    const start = isTitle ? at + 1 : at;
    const count = lines.slice(start).findIndex((each) => !/^ {3}\S[^:]*:/.test(each));
    const block = lines.slice(start, count < 0 ? lines.length : start + count);
    if (block.length === 0) return 0;
    const fields = block
      .map((each) => /^ {3}([^:]*): ?(.*)$/.exec(each)!)
      .map(([, name, value]) => [name!, value!.trim()] as const);
    if (!this.#takeFields(plain(Object.fromEntries(fields)))) {
      block.forEach((each, index) => this.#unread.push({ line: start + index + 1, text: each }));
    }
    return start - at + block.length;
  }

  #takeJson(lines: readonly string[], at: number): number {
    for (let count = 1; at + count <= lines.length && count <= 400; count++) {
      const text = lines.slice(at, at + count).join('\n');
      if (!/[\]}]\s*$/.test(text)) continue;
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        continue;
      }
      for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (typeof each !== 'object' || each === null) continue;
        const fields = [...properties(each)].map(([name, item]) => [
          name,
          Array.isArray(item) ? item.join(', ') : String(item),
        ]);
        this.#takeAny(Object.fromEntries(fields) as Fields);
      }
      return count;
    }
    return 0;
  }

  #takeCsv(lines: readonly string[], at: number): number {
    const header = cells(lines[at]!);
    let count = 1;
    for (; at + count < lines.length; count++) {
      const row = cells(lines[at + count]!);
      if (row.length !== header.length) break;
      this.#takeAny(plain(Object.fromEntries(header.map((name, column) => [name, row[column]!]))));
    }
    return count;
  }

  #takeAny(fields: Fields): void {
    if ('vlanid' in fields && 'virtualswitch' in fields) this.#takeGroup(fields);
    else this.#takeFields(fields);
  }

  /** Whether these lines say anything. */
  #takeFields(fields: Fields): boolean {
    if ('portgroups' in fields && 'mtu' in fields) this.#takeSwitch(fields);
    else if ('allowpromiscuous' in fields) this.#takeSecurity(fields);
    else if ('loadbalancing' in fields) this.#takeFailover(fields);
    else return false;
    return true;
  }

  #takeSwitch(fields: Fields): void {
    const name = fields['name'] ?? '';
    if (this.#name !== null && this.#name !== name) return this.#open('other-switch', name);
    this.#name = name;
    const mtu = Number(fields['mtu']);
    if (mtu >= 1280 && mtu <= 9000) this.#mtu = mtu;
    else this.#open('value', `MTU ${fields['mtu']}`);
    for (const uplink of items(fields['uplinks'])) if (!this.#uplinks.includes(uplink)) this.#uplinks.push(uplink);
    for (const group of items(fields['portgroups'])) if (!this.#groups.has(group)) this.#groups.set(group, null);
  }

  #takeGroup(fields: Fields): void {
    const { name = '', virtualswitch = '', vlanid = '' } = fields;
    this.#name ??= virtualswitch;
    if (virtualswitch !== this.#name) return this.#open('other-switch', `${virtualswitch}: ${name}`);
    const vid = /^\d{1,4}$/.test(vlanid) && Number(vlanid) <= 4095 ? Number(vlanid) : null;
    if (vid === null) this.#open('value', `${name} ${vlanid}`);
    this.#groups.set(name, vid);
    if (Number(fields['activeclients']) > 0) this.#open('clients', name);
  }

  #owner(): string | null {
    const asked = this.#asked;
    this.#asked = null;
    if (asked === null) this.#open('whose-policy', '');
    return asked;
  }

  #takeSecurity(fields: Fields): void {
    const owner = this.#owner();
    if (owner === null) return;
    this.#secure.add(owner);
    for (const [key, setting] of SECURITY) this.#set(owner, fields, key, setting, { true: 'accept', false: 'reject' });
  }

  #takeFailover(fields: Fields): void {
    const owner = this.#owner();
    if (owner === null) return;
    this.#teamed.add(owner);
    this.#set(owner, fields, 'loadbalancing', 'teaming', BALANCING);
    this.#set(owner, fields, 'activeadapters', 'active', null);
    this.#set(owner, fields, 'standbyadapters', 'standby', null);
    this.#set(owner, fields, 'failback', 'failback', { true: 'yes', false: 'no' });
    this.#set(owner, fields, 'notifyswitches', 'notify-switches', { true: 'yes', false: 'no' });
  }

  /** A group's own value only where it has one; without such lines, the value stands for itself. */
  #set(owner: string, fields: Fields, key: string, setting: string, words: Fields | null): void {
    // The order of uplinks is overridden as a whole.
    const asked = setting === 'active' || setting === 'standby' ? 'uplinks' : key;
    if (fields[`overridevswitch${asked}`] === 'false' || !(key in fields)) return;
    const text = fields[key]!;
    const value = words === null ? text : (words as Partial<Fields>)[text];
    if (value === undefined) this.#open('value', text);
    else if (owner === '') this.#policies.push({ kind: 'vswitch', option: setting, value });
    else this.#policies.push({ kind: 'port-group', group: owner, setting, value });
  }

  takeLine(text: string, line: number): void {
    const answers = readVmware(text);
    const isRead = answers.length > 0 && answers.every(({ kind }) => kind === 'change' || kind === 'show');
    if (!isRead) this.#unread.push({ line, text });
    for (const answer of isRead ? answers : []) {
      if (answer.kind === 'change') this.#commands.push(...answer.changes);
      if (answer.kind === 'show') this.#asked = 'group' in answer.request ? (answer.request.group ?? '') : null;
    }
  }

  finish(): Imported<VmwareCommand, EsxcliUntold> {
    for (const [group, vid] of this.#groups) {
      if (vid === null) this.#open('vlan', group);
      if (!this.#secure.has(group)) this.#open('security', group);
    }
    const name = this.#name;
    if (name !== null && !this.#secure.has('')) this.#open('security', name);
    if (name !== null && !this.#teamed.has('')) this.#open('teaming', name);
    const hasSwitch = name !== null || this.#commands.some(({ kind }) => kind === 'create');
    if (!hasSwitch && (this.#policies.length > 0 || this.#commands.length > 0)) this.#open('no-switch', '');
    const changes: VmwareCommand[] = [
      ...(name === null ? [] : [{ kind: 'create', name, switchKind: 'vss' } as const]),
      ...(this.#mtu === 1500 ? [] : [{ kind: 'vswitch', option: 'mtu', value: this.#mtu } as const]),
      ...this.#uplinks.map((port) => ({ kind: 'uplink-add', port }) as const),
      ...[...this.#groups].flatMap(([group, vid]): VmwareCommand[] => [
        { kind: 'port-group-add', group },
        ...(vid === null || vid === 0 ? [] : [{ kind: 'port-group', group, setting: 'vlan', value: vid } as const]),
      ]),
      ...this.#policies,
      ...this.#commands,
    ];
    return { changes, unread: this.#unread, untold: this.#untold };
  }
}

const SECURITY = [
  ['allowpromiscuous', 'promiscuous'],
  ['allowmacaddresschange', 'mac-changes'],
  ['allowforgedtransmits', 'forged-transmits'],
] as const;
/** In either way of naming them. */
const BALANCING = {
  srcport: 'portid',
  portid: 'portid',
  srcmac: 'mac',
  mac: 'mac',
  iphash: 'iphash',
  explicit: 'explicit',
};

function plain(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name.toLowerCase().replace(PLAIN, ''), value]),
  );
}

/** Every cell has a comma behind it. */
function cells(line: string): string[] {
  const found = line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*)),/g);
  return [...found].map(([, inQuotes, bare]) => inQuotes?.replaceAll('""', '"') ?? bare ?? '');
}

function items(list = ''): string[] {
  return list.split(/,\s*/).filter(Boolean);
}
