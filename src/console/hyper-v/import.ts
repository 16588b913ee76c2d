/**
 * What Get-VMSwitch, Get-VMNetworkAdapter, Get-VMNetworkAdapterVlan and …Acl printed on a real host, and command lines that were
 * pasted with it → changes, and what they leave open. Best read as JSON: tables cut lists short and leave settings out.
 */
import type { Isolation, VlanSetting } from '../../switch/profiles/hyper-v/hyper-v-port.ts';
import { isMalformed } from '../../wire/malformed.ts';
import { isGroup, isZero, macHalves, parseMac, type MacAddress } from '../../wire/mac-address.ts';
import type { Imported, Untold } from '../console.ts';
import { properties, readObjects, type Properties } from '../powershell/objects.ts';
import type { HyperVCommand, SwitchType } from './changes.ts';
import { importExtendedAcl, importPortAcl } from './import-acl.ts';
import { numberOf, onOff, textOf, truth, wordOf } from './property.ts';
import { readHyperV } from './read.ts';
import { portOf } from './targets.ts';
import { readVlanList } from './vlan-list.ts';

export type HyperVUntold =
  /** A VLAN setting without the adapter that it is of. */
  | 'no-name'
  | 'mac'
  /** The flags of Set-VMNetworkAdapter do not stand in a table. */
  | 'flags'
  | 'vlan'
  /** [U]: how a table shows private VLANs. */
  | 'private-list'
  /** Ends in dots. */
  | 'cut-list'
  /** A table does not say whether the management OS has an adapter. */
  | 'management-os'
  /** Get-VMSwitch names the make of a physical NIC, not its name. */
  | 'uplink-name'
  | 'other-switch'
  /** Another value than any that this console knows. */
  | 'value'
  | 'no-switch';

export function importHyperV(text: string): Imported<HyperVCommand, HyperVUntold> {
  const { objects, rest } = readObjects(text);
  const importer = new Importer();
  for (const { of, form, line } of objects) importer.take(of, form === 'table', line);
  for (const { line, text: commandLine } of rest) {
    const answers = readHyperV(commandLine);
    const isRead = answers.length > 0 && answers.every(({ kind }) => kind === 'change' || kind === 'show');
    // What asked for the text says nothing that the text does not.
    if (!isRead) importer.unread.push({ line, text: commandLine });
    else importer.commands.push(...answers.flatMap((answer) => (answer.kind === 'change' ? answer.changes : [])));
  }
  return importer.finish();
}

class Importer {
  readonly unread: { line: number; text: string }[] = [];
  readonly commands: HyperVCommand[] = [];
  readonly #untold: Untold<HyperVUntold>[] = [];
  readonly #settings: HyperVCommand[] = [];
  readonly #adapters = new Map<string, MacAddress | null>();
  readonly #vlans = new Set<string>();
  readonly #flags = new Set<string>();
  #create: (HyperVCommand & { kind: 'create' }) | null = null;

  #open(code: HyperVUntold, about: string): void {
    if (!this.#untold.some((each) => each.code === code && each.about === about)) this.#untold.push({ code, about });
  }

  take(of: Properties, isTable: boolean, line: number): void {
    if (of.has('switchtype')) this.#takeSwitch(of);
    else if (of.has('operationmode') || (of.has('mode') && of.has('vlanlist'))) this.#takeVlan(of);
    else if (of.has('isolationmode')) this.#takeIsolation(of);
    else if (of.has('direction') && of.has('action')) this.#takeAcl(of);
    else if (of.has('macaddress') || of.has('macaddressspoofing')) this.#takeAdapter(of, isTable);
    else this.unread.push({ line, text: [...of.keys()].join(', ') });
  }

  #port(of: Properties): string | null {
    const parent = of.get('parentadapter');
    const given = typeof parent === 'object' && parent !== null ? properties(parent) : of;
    const [, adapterText = ''] = typeof parent === 'string' ? (/Name = '([^']*)'/.exec(parent) ?? []) : [];
    const [, vmText = ''] = typeof parent === 'string' ? (/VMName = '([^']*)'/.exec(parent) ?? []) : [];
    const vm = textOf(given, 'vmname') || textOf(of, 'vmname') || vmText;
    const adapter = textOf(given, 'name') || textOf(of, 'vmnetworkadaptername') || adapterText;
    const port = portOf(vm, adapter);
    if (port === '') this.#open('no-name', textOf(of, 'name'));
    return port === '' ? null : port;
  }

  #takeSwitch(of: Properties): void {
    const name = textOf(of, 'name');
    const type = wordOf(of, 'switchtype', ['Private', 'Internal', 'External']) as SwitchType | null;
    if (type === null) return this.#open('value', textOf(of, 'switchtype'));
    if (this.#create !== null) return this.#open('other-switch', name);
    const description = textOf(of, 'netadapterinterfacedescription');
    const uplinks = type !== 'External' ? [] : [description === '' ? 'NIC' : description];
    if (uplinks.length > 0) this.#open('uplink-name', name);
    const isTold = of.has('allowmanagementos');
    if (type === 'External' && !isTold) this.#open('management-os', name);
    const allowManagementOs = type === 'External' ? !isTold || truth(of, 'allowmanagementos') : type === 'Internal';
    this.#create = { kind: 'create', name, switchType: type, uplinks, allowManagementOs };
  }

  #takeAdapter(of: Properties, isTable: boolean): void {
    const port = this.#port(of);
    if (port === null) return;
    const switchName = textOf(of, 'switchname');
    if (this.#create !== null && switchName !== '' && switchName.toLowerCase() !== this.#create.name.toLowerCase()) {
      return this.#open('other-switch', `${port} (${switchName})`);
    }
    this.#adapters.set(port, macOf(textOf(of, 'macaddress')));
    const spoofing = onOff(of, 'macaddressspoofing');
    if (spoofing !== null || !isTable) this.#flags.add(port);
    const add = (setting: string, value: string | number): void => {
      this.#settings.push({ kind: 'adapter', port, setting, value });
    };
    for (const setting of ['MacAddressSpoofing', 'DhcpGuard', 'RouterGuard', 'IeeePriorityTag']) {
      const value = onOff(of, setting.toLowerCase());
      if (value !== null) add(setting, value);
    }
    const mirroring = wordOf(of, 'portmirroringmode', ['None', 'Destination', 'Source']);
    if (mirroring !== null) add('PortMirroring', mirroring);
    const storm = numberOf(of, 'stormlimit');
    if (storm !== null && storm >= 0) add('StormLimit', storm);
    const vlan = of.get('vlansetting');
    if (typeof vlan === 'object' && vlan !== null) {
      const setting = properties(vlan);
      if (setting.has('operationmode')) this.#setVlan(port, setting);
    }
  }

  #takeVlan(of: Properties): void {
    const port = this.#port(of);
    if (port !== null) this.#setVlan(port, of);
  }

  #setVlan(port: string, of: Properties): void {
    const vlan = of.has('vlanlist') ? this.#vlanOfTable(of, port) : this.#vlanOfObject(of, port);
    if (vlan === null) return this.#open('value', port);
    this.#vlans.add(port);
    this.#settings.push({ kind: 'adapter-vlan', port, vlan });
  }

  #vlanOfTable(of: Properties, port: string): VlanSetting | null {
    const [first, ...rest] = textOf(of, 'vlanlist').replace(/[()]/g, '').split(',');
    const number = /^\d{1,4}$/.test(first!.trim()) ? Number(first) : Number.NaN;
    const list = readVlanList(rest.join(','));
    const mode = textOf(of, 'mode');
    if (/\.\.\.|…/.test(textOf(of, 'vlanlist'))) this.#open('cut-list', port);
    if (mode === 'Untagged') return { mode };
    if (mode === 'Access') return number >= 1 && number <= 4094 ? { mode, vlanId: number } : null;
    if (!(number >= 0 && number <= 4094) || list === null) return null;
    if (mode === 'Trunk') return { mode, native: number, allowed: list };
    this.#open('private-list', port);
    if (number === 0 || list.includes(number)) return null;
    if (mode === 'Promiscuous') return { mode, primary: number, secondaries: list };
    return mode === 'Isolated' || mode === 'Community' ? { mode, primary: number, secondary: list[0]! } : null;
  }

  #vlanOfObject(of: Properties, port: string): VlanSetting | null {
    const mode = wordOf(of, 'operationmode', ['Untagged', 'Access', 'Trunk', 'Private']);
    const vid = (name: string, least = 1): number | null => {
      const number = numberOf(of, name);
      return number !== null && number >= least && number <= 4094 ? number : null;
    };
    if (mode === 'Untagged') return { mode };
    if (mode === 'Access') {
      const vlanId = vid('accessvlanid');
      return vlanId === null ? null : { mode, vlanId };
    }
    if (mode === 'Trunk') {
      const [native, allowed] = [vid('nativevlanid', 0), this.#list(of, 'allowedvlanidlist', port)];
      return native === null || allowed === null ? null : { mode, native, allowed };
    }
    const role = wordOf(of, 'privatevlanmode', ['', 'Isolated', 'Community', 'Promiscuous']);
    const primary = vid('primaryvlanid');
    if (mode !== 'Private' || primary === null) return null;
    const secondary = vid('secondaryvlanid');
    if (role === 'Isolated' || role === 'Community') {
      return secondary === null || secondary === primary ? null : { mode: role, primary, secondary };
    }
    const secondaries = this.#list(of, 'secondaryvlanidlist', port);
    const isGood = role === 'Promiscuous' && secondaries !== null && !secondaries.includes(primary);
    return isGood ? { mode: role, primary, secondaries } : null;
  }

  /** A list, or the same as text; `{10, 20, 30, 40...}` is cut. */
  #list(of: Properties, name: string, port: string): number[] | null {
    const list = of.get(name);
    if (Array.isArray(list)) return readVlanList(list.map(String).join(','));
    const text = textOf(of, `${name}string`) || textOf(of, name).replace(/[{}]/g, '');
    if (!/\.\.\.|…/.test(text)) return readVlanList(text);
    this.#open('cut-list', port);
    return readVlanList(text.replace(/,?\s*(?:\.\.\.|…)/, ''));
  }

  #takeIsolation(of: Properties): void {
    const port = this.#port(of);
    if (port === null) return;
    const mode = wordOf(of, 'isolationmode', ['None', 'NativeVirtualSubnet', 'ExternalVirtualSubnet', 'Vlan']);
    if (mode !== 'None' && mode !== 'Vlan') return this.#open('value', port);
    const id = numberOf(of, 'defaultisolationid') ?? 0;
    if (id < 0 || id > 4094) return this.#open('value', port);
    const vlan: Isolation = { defaultIsolationId: id, allowUntaggedTraffic: truth(of, 'allowuntaggedtraffic') };
    this.#settings.push({ kind: 'adapter-isolation', port, isolation: mode === 'None' ? null : vlan });
  }

  #takeAcl(of: Properties): void {
    const port = this.#port(of);
    if (port === null) return;
    const change = of.has('weight') ? importExtendedAcl(of, port) : importPortAcl(of, port);
    if (change === null) this.#open('value', port);
    else this.#settings.push(change);
  }

  finish(): Imported<HyperVCommand, HyperVUntold> {
    const names = this.#settings.flatMap((change) => ('port' in change ? [change.port] : []));
    for (const port of names) if (!this.#adapters.has(port)) this.#adapters.set(port, null);
    for (const [port, mac] of this.#adapters) {
      if (mac === null) this.#open('mac', port);
      if (!this.#flags.has(port)) this.#open('flags', port);
      if (!this.#vlans.has(port)) this.#open('vlan', port);
    }
    const hasCreate = this.#create !== null || this.commands.some(({ kind }) => kind === 'create');
    if (!hasCreate && this.#adapters.size > 0) this.#open('no-switch', '');
    const adds = [...this.#adapters].map(([port, mac]) => ({ kind: 'adapter-add', port, mac }) as const);
    const create = this.#create === null ? [] : [this.#create];
    return {
      changes: [...create, ...adds, ...this.#settings, ...this.commands],
      unread: this.unread,
      untold: this.#untold,
    };
  }
}

/** `00155D00530A`; null where none is given yet: twelve zeros. */
function macOf(text: string): MacAddress | null {
  const mac = parseMac(/^[0-9a-f]{12}$/i.test(text) ? text.match(/../g)!.join('-') : text);
  if (isMalformed(mac)) return null;
  const [high, low] = macHalves(mac);
  return isGroup(high) || isZero(high, low) ? null : mac;
}
