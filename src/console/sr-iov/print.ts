/**
 * Changes as the commands that make them, and a NIC as the commands that make it from one that is as it was delivered.
 *
 * What guests ask for themselves is said inside the guests; what a card does with a guest's tag is no command.
 */
import type { SrIovChange } from '../../switch/profiles/sr-iov/change.ts';
import { vfsOf, type EmbeddedSwitch } from '../../switch/profiles/sr-iov/embedded-switch.ts';
import { NO_MAC, type NicFunction } from '../../switch/profiles/sr-iov/nic-function.ts';

/** `device`: the PF's. Null: it is no command on the host. */
export function printChange(change: SrIovChange, device: string): string | null {
  switch (change.kind) {
    case 'numvfs':
      return `echo ${change.count} > /sys/class/net/${device}/device/sriov_numvfs`;
    case 'vf-mac':
      return vf(device, change.vf, `mac ${change.mac}`);
    case 'vf-vlan': {
      const { vlan, qos = 0, proto = '802.1Q' } = change;
      const rest = `${qos === 0 ? '' : ` qos ${qos}`}${proto === '802.1Q' ? '' : ` proto ${proto}`}`;
      return vf(device, change.vf, `vlan ${vlan}${rest}`);
    }
    case 'vf-rate': {
      const words = [
        ...(change.max === undefined ? [] : [`max_tx_rate ${change.max}`]),
        ...(change.min === undefined ? [] : [`min_tx_rate ${change.min}`]),
      ];
      return words.length === 0 ? null : vf(device, change.vf, words.join(' '));
    }
    case 'vf-setting':
      return vf(device, change.vf, `${change.setting} ${change.value}`);
    case 'hwmode':
      return `bridge link set dev ${device} hwmode ${change.mode}`;
    case 'priv-flag':
      return `ethtool --set-priv-flags ${device} ${change.flag} ${change.on ? 'on' : 'off'}`;
    case 'self-fdb': {
      const verb = change.remove === true ? 'del' : change.replace === true ? 'replace' : 'add';
      return `bridge fdb ${verb} ${change.mac} dev ${device} self`;
    }
    case 'request-mode':
      return change.port === device ? `ip link set ${device} ${change.mode} ${change.on ? 'on' : 'off'}` : null;
    case 'link':
      return change.port === device ? `ip link set ${device} ${change.up ? 'up' : 'down'}` : null;
    case 'request':
    case 'request-vlan':
    case 'guest-tag':
      return null;
  }
}

function vf(device: string, number: number, words: string): string {
  return `ip link set ${device} vf ${number} ${words}`;
}

export function printNic(nic: EmbeddedSwitch): string[] {
  return changesFor(nic).flatMap((change) => printChange(change, nic.device) ?? []);
}

/** The host's settings of a NIC, in an order in which they can be made. */
export function changesFor(nic: EmbeddedSwitch): SrIovChange[] {
  const { pf, device } = nic;
  const vfs = vfsOf(nic);
  return [
    ...(vfs.length === 0 ? [] : [{ kind: 'numvfs', count: vfs.length } as const]),
    ...vfs.flatMap(vfChanges),
    ...(nic.isModeDefault ? [] : [{ kind: 'hwmode', mode: nic.isVepa ? 'vepa' : 'veb' } as const]),
    ...(nic.truePromisc ? [{ kind: 'priv-flag', flag: 'vf-true-promisc-support', on: true } as const] : []),
    ...[...pf.further, ...pf.groups].map((mac) => ({ kind: 'self-fdb', mac }) as const),
    ...(pf.wantsPromisc ? [{ kind: 'request-mode', port: device, mode: 'promisc', on: true } as const] : []),
    ...(pf.wantsAllmulti ? [{ kind: 'request-mode', port: device, mode: 'allmulticast', on: true } as const] : []),
    ...(pf.isUp ? [] : [{ kind: 'link', port: device, up: false } as const]),
  ];
}

function vfChanges(own: NicFunction): SrIovChange[] {
  const { vf: number, adminMac, vlan, qos, proto, maxTxRate: max, minTxRate: min } = own;
  const set = (setting: 'spoofchk' | 'trust' | 'query_rss' | 'state', value: string): SrIovChange => ({
    kind: 'vf-setting',
    vf: number,
    setting,
    value,
  });
  return [
    // A VF that has lost its address has none until its driver asks for one again.
    ...(adminMac === NO_MAC && own.address !== NO_MAC ? [] : [{ kind: 'vf-mac', vf: number, mac: adminMac } as const]),
    ...(vlan === 0 && qos === 0 ? [] : [{ kind: 'vf-vlan', vf: number, vlan, qos, proto } as const]),
    ...(max === 0 && min === 0 ? [] : [{ kind: 'vf-rate', vf: number, max, min } as const]),
    ...(own.isSpoofchkDefault ? [] : [set('spoofchk', own.spoofchk ? 'on' : 'off')]),
    ...(own.trust ? [set('trust', 'on')] : []),
    ...(own.queryRss ? [set('query_rss', 'on')] : []),
    ...(own.state === 'auto' ? [] : [set('state', own.state)]),
  ];
}
