/**
 * Changing an SR-IOV NIC while it runs: what `sriov_numvfs`, `ip link set PF vf N …`, `bridge link`, `bridge fdb … self` and
 * `ethtool` do on the host, and what the drivers of the functions ask for on their own.
 *
 * Read first: drivers/pci/iov.c sriov_numvfs_store(); ixgbe_sriov.c, i40e_virtchnl_pf.c, ice_sriov.c, mlx5 esw/legacy.c.
 * What surprises: `state enable` of ixgbe is taken and does nothing (SR-13); `vlan 0 qos 3` is a port VLAN (SR-5); a VF may
 * ask for promiscuous mode and be told yes without getting it (SR-11).
 *
 * Every function returns null, or the error that the tool reports, with nothing changed.
 */
import { STATIC } from '../../fdb.ts';
import { refusal, type Outcome } from '../../../outcome/refusal.ts';
import { VID_MAX, VID_MIN, VID_RESERVED } from '../../../wire/dot1q.ts';
import { isGroup, isZero, macHalves, type MacAddress } from '../../../wire/mac-address.ts';
import { EmbeddedSwitch, FIRST_VF, vfsOf } from './embedded-switch.ts';
import type { GuestTag, Nic } from './nic.ts';
import { LINK_STATES, NicFunction, NO_MAC, type FunctionSeed, type LinkState } from './nic-function.ts';

const QOS_MAX = 7;

/** A card as it is delivered: a PF and no VFs. `device`: what commands call the PF. */
export function createSwitch(
  nic: Nic,
  device: string,
  pf: FunctionSeed,
  wire: { readonly name: string; readonly mac: MacAddress },
): EmbeddedSwitch {
  const made = new EmbeddedSwitch(nic, device, pf, wire);
  settle(made);
  return made;
}

/** `echo N > /sys/class/net/PF/device/sriov_numvfs`: all at once, and only from none. */
export function setNumVfs(nic: EmbeddedSwitch, count: number, seedOf: (vf: number) => FunctionSeed): Outcome {
  const present = vfsOf(nic).length;
  const { maxVfs, spoofchk, isVebByVfs } = nic.nic;
  if (!Number.isInteger(count)) return refusal('EINVAL', 'sriov_numvfs', count, `0〜${maxVfs}`);
  if (count < 0 || count > maxVfs) return refusal('ERANGE', 'sriov_numvfs', count, `0〜${maxVfs}`);
  if (count === present) return null;
  if (count !== 0 && present !== 0) return refusal('EBUSY', 'sriov_numvfs', count, '0');
  nic.ports.length = nic.functions.length = FIRST_VF;
  for (let vf = 0; vf < count; vf++) {
    const { name, mac, mtu } = seedOf(vf);
    const own = new NicFunction(FIRST_VF + vf, vf, name, mac, mtu, spoofchk);
    nic.ports.push(own);
    nic.functions.push(own);
  }
  if (isVebByVfs) {
    nic.isVepa = count === 0;
    nic.isModeDefault = true;
  }
  settle(nic);
  return null;
}

/** `bridge link set dev PF hwmode veb|vepa` (SR-9, SR-10). */
export function setMode(nic: EmbeddedSwitch, mode: string): Outcome {
  if (mode !== 'veb' && mode !== 'vepa') return refusal('EINVAL', 'hwmode', mode, 'veb, vepa');
  if (!nic.nic.hasModeAlone && vfsOf(nic).length === 0)
    return refusal('EOPNOTSUPP', 'hwmode', mode, 'sriov_numvfs > 0');
  nic.isVepa = mode === 'vepa';
  nic.isModeDefault = false;
  return null;
}

/** No command: it is the card's generation (mlx5), or the mode that its firmware is in (ice). */
export function setGuestTag(nic: EmbeddedSwitch, value: string): Outcome {
  const { guestTags } = nic.nic;
  if (!(guestTags as readonly string[]).includes(value)) {
    return refusal('EINVAL', 'vst_guest_tag', value, guestTags.join(', '));
  }
  if (value === 'drop' && vfsOf(nic).some(({ proto }) => proto === '802.1ad')) {
    return refusal('EBUSY', 'vst_guest_tag', value, 'proto 802.1Q');
  }
  nic.guestTag = value as GuestTag;
  return null;
}

/** `ethtool --set-priv-flags PF vf-true-promisc-support on|off`: ice does not let it change under a promiscuous VF. */
export function setPrivFlag(nic: EmbeddedSwitch, flag: string, on: boolean): Outcome {
  const known = nic.nic.hasTruePromisc ? 'vf-true-promisc-support' : '';
  if (flag !== known) return refusal('EINVAL', 'priv-flags', flag, known);
  const isHeld = nic.nic.hasSTags && vfsOf(nic).some(({ isPromiscuous }) => isPromiscuous);
  if (on !== nic.truePromisc && isHeld) return refusal('EAGAIN', flag, on ? 'on' : 'off', 'promisc off');
  nic.truePromisc = on;
  settle(nic);
  return null;
}

// --- ip link set PF vf N

/** `mac LLADDR`: all zero takes the administrative address away. */
export function setVfMac(nic: EmbeddedSwitch, vf: NicFunction, address: MacAddress): Outcome {
  if (isGroup(macHalves(address)[0])) return refusal('EINVAL', 'mac', address, '00:00:5e:00:53:0a');
  vf.adminMac = address;
  vf.address = address;
  settle(nic);
  return null;
}

/** `vlan V [qos Q] [proto P]` (SR-5). What the guest has asked for in VLANs no longer counts. */
export function setVfVlan(nic: EmbeddedSwitch, vf: NicFunction, vlan: number, qos: number, proto: string): Outcome {
  if (!isWithin(vlan, VID_RESERVED)) return refusal('EINVAL', 'vlan', vlan, `0〜${VID_RESERVED}`);
  if (!isWithin(qos, QOS_MAX)) return refusal('EINVAL', 'qos', qos, `0〜${QOS_MAX}`);
  if (proto !== '802.1Q' && proto !== '802.1ad') return refusal('EINVAL', 'proto', proto, '802.1Q, 802.1ad');
  if (proto === '802.1ad' && !nic.knowsSTags) return refusal('EPROTONOSUPPORT', 'proto', proto, '802.1Q');
  vf.vlan = vlan;
  vf.qos = qos;
  vf.proto = vlan === 0 && qos === 0 ? '802.1Q' : proto;
  settle(nic);
  return null;
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

export type VfSetting = 'spoofchk' | 'trust' | 'query_rss' | 'state';

/** Settings of one word. */
export function setVfSetting(nic: EmbeddedSwitch, vf: NicFunction, setting: VfSetting, value: string): Outcome {
  if (setting === 'state') return setVfState(nic, vf, value);
  if (value !== 'on' && value !== 'off') return refusal('EINVAL', setting, value, 'on, off');
  const on = value === 'on';
  if (setting === 'query_rss') {
    if (!nic.nic.hasQueryRss) return refusal('EOPNOTSUPP', setting, value, '');
    vf.queryRss = on;
  } else if (setting === 'trust') {
    vf.trust = on;
  } else {
    vf.spoofchk = on;
    vf.isSpoofchkDefault = false;
    vf.isUnchecked = false;
  }
  settle(nic);
  return null;
}

function setVfState(nic: EmbeddedSwitch, vf: NicFunction, value: string): Outcome {
  if (!(LINK_STATES as readonly string[]).includes(value)) {
    return refusal('EINVAL', 'state', value, LINK_STATES.join(', '));
  }
  if (value === 'enable' && !nic.nic.heedsEnable) return null;
  vf.state = value as LinkState;
  settle(nic);
  return null;
}

/** `max_tx_rate`, `min_tx_rate` in Mbit/s: kept, and no frame is held up for them (SR-14). */
export function setVfRate(nic: EmbeddedSwitch, vf: NicFunction, min: number, max: number): Outcome {
  const { hasMinRate, rates, rateNeedsLink } = nic.nic;
  const [lowest, highest] = rates;
  if (!isWithin(min, hasMinRate ? highest : 0))
    return refusal('EINVAL', 'min_tx_rate', min, hasMinRate ? `0〜${highest}` : '0');
  const isGood = max === 0 || (isWithin(max, highest) && max >= lowest);
  if (!isGood || (rateNeedsLink && !nic.wire.linkUp)) {
    return refusal('EINVAL', 'max_tx_rate', max, `0, ${lowest}〜${highest}`);
  }
  if (max !== 0 && min > max) return refusal('EINVAL', 'min_tx_rate', min, `0〜${max}`);
  vf.minTxRate = min;
  vf.maxTxRate = max;
  return null;
}

// --- What the driver of a function asks for

/** `ip link set dev IF address LLADDR` in the guest (SR-11). */
export function requestAddress(nic: EmbeddedSwitch, own: NicFunction, address: MacAddress): Outcome {
  const isFixed = own.adminMac !== NO_MAC && !own.trust && address !== own.adminMac;
  if (isFixed || !isUnicast(address)) {
    return refusal('EADDRNOTAVAIL', 'address', address, isFixed ? own.adminMac : '00:00:5e:00:53:0a');
  }
  own.address = address;
  settle(nic);
  return null;
}

/** A further unicast filter, as a macvlan needs one (SR-8): refused to an untrusted VF with an administrative MAC. */
export function requestUnicast(nic: EmbeddedSwitch, own: NicFunction, address: MacAddress, remove: boolean): Outcome {
  if (remove) return removeFurther(nic, own, address);
  if (!isUnicast(address)) return refusal('EINVAL', 'lladdr', address, '00:00:5e:00:53:0a');
  if (own.adminMac !== NO_MAC && !own.trust) return refusal('EPERM', 'lladdr', address, own.adminMac);
  own.further.add(address);
  own.isUnchecked = nic.nic.filterEndsChecks;
  settle(nic);
  return null;
}

/** `bridge fdb add LLADDR dev PF self`: the PF answers for an address behind its bridge (SR-16). */
export function addPfAddress(nic: EmbeddedSwitch, address: MacAddress, replace: boolean): Outcome {
  if (isZero(...macHalves(address))) return refusal('EADDRNOTAVAIL', 'lladdr', address, '00:00:5e:00:53:0a');
  const list = isUnicast(address) ? nic.pf.further : nic.pf.groups;
  if (list.has(address) && !replace) return refusal('EEXIST', 'lladdr', address, 'bridge fdb del');
  list.add(address);
  settle(nic);
  return null;
}

/** `bridge fdb del LLADDR dev PF self` */
export function removePfAddress(nic: EmbeddedSwitch, address: MacAddress): Outcome {
  return removeFurther(nic, nic.pf, address);
}

function removeFurther(nic: EmbeddedSwitch, own: NicFunction, address: MacAddress): Outcome {
  const list = isUnicast(address) ? own.further : own.groups;
  if (!list.delete(address)) return refusal('ENOENT', 'lladdr', address, 'bridge fdb show');
  settle(nic);
  return null;
}

/** `ip link add link IF type vlan id V` in the guest (SR-7). */
export function requestVlan(nic: EmbeddedSwitch, own: NicFunction, vid: number, remove: boolean): Outcome {
  if (!isWithin(vid, VID_MAX) || vid < VID_MIN) return refusal('EINVAL', 'vlan', vid, `${VID_MIN}〜${VID_MAX}`);
  if (remove) {
    if (!own.vlanFilters.delete(vid)) return refusal('ENOENT', 'vlan', vid, [...own.vlanFilters].join(', '));
  } else {
    if (own.hasPortVlan) return refusal('EACCES', 'vlan', vid, `vf ${own.vf} vlan 0`);
    const limit = own.isVf && !own.trust ? nic.nic.vlanLimit : Infinity;
    if (own.vlanFilters.size >= limit && !own.vlanFilters.has(vid)) return refusal('EPERM', 'vlan', vid, `${limit}`);
    own.vlanFilters.add(vid);
  }
  settle(nic);
  return null;
}

/** `ip maddr add LLADDR dev IF` in the guest. */
export function requestGroup(nic: EmbeddedSwitch, own: NicFunction, address: MacAddress, remove: boolean): Outcome {
  if (remove) return removeFurther(nic, own, address);
  if (!isGroup(macHalves(address)[0])) return refusal('EINVAL', 'maddr', address, '01:00:5e:00:00:05');
  own.groups.add(address);
  settle(nic);
  return null;
}

/** `ip link set dev IF promisc|allmulticast on|off`: always taken; what comes of it is another matter (SR-11, SR-12). */
export function requestMode(
  nic: EmbeddedSwitch,
  own: NicFunction,
  mode: 'promisc' | 'allmulticast',
  on: boolean,
): void {
  if (mode === 'promisc') own.wantsPromisc = on;
  else own.wantsAllmulti = on;
  settle(nic);
}

function isUnicast(address: MacAddress): boolean {
  const [high, low] = macHalves(address);
  return !isGroup(high) && !isZero(high, low);
}

/** `ip link set IF up|down` */
export function setUp(nic: EmbeddedSwitch, own: NicFunction, isUp: boolean): void {
  own.isUp = isUp;
  settle(nic);
}

/** The cable of the wire. */
export function setCarrier(nic: EmbeddedSwitch, isUp: boolean): void {
  nic.wire.linkUp = isUp;
  settle(nic);
}

// --- What it comes to

/** Works out anew what the hardware has: links, modes, filters. */
export function settle(nic: EmbeddedSwitch): void {
  const { pf, wire, functions } = nic;
  pf.linkUp = pf.isUp && wire.linkUp;
  pf.isPromiscuous = pf.wantsPromisc;
  pf.isAllmulti = pf.wantsPromisc || pf.wantsAllmulti;
  const vfs = vfsOf(nic);
  for (const vf of vfs) {
    // `auto` follows the PF, which follows the wire (SR-13).
    vf.linkUp = vf.isUp && (vf.state === 'enable' || (vf.state === 'auto' && pf.linkUp));
    vf.isPromiscuous = vf.wantsPromisc && vf.trust && canBePromiscuous(nic);
    vf.isAllmulti = vf.isPromiscuous || (vf.wantsAllmulti && vf.trust);
  }
  const isDefaultVsi = nic.nic.vfPromisc === 'default-vsi' && !nic.truePromisc;
  nic.defaultVf = (isDefaultVsi && vfs.find((vf) => vf.isPromiscuous)?.index) || 0;
  nic.vainVf = vfs.find((vf) => vf.wantsPromisc && !vf.trust && nic.nic.vfPromisc !== 'none')?.index ?? 0;
  nic.hasObservers = functions.some((own) => own?.isPromiscuous);
  for (const own of functions) own?.settle(nic.nic);
  nic.groupHash.set(functions.flatMap((own) => [...(own?.groups ?? [])]));
  nic.fdb.removeWhere(() => true);
  for (const own of functions) if (own !== null) register(nic, own);
}

/** ixgbe lets a VF be promiscuous only while the PF is (ixgbe_update_vf_xcast_mode). */
function canBePromiscuous({ nic, pf }: EmbeddedSwitch): boolean {
  return nic.vfPromisc === 'own-vlan' ? pf.isPromiscuous : nic.vfPromisc !== 'none';
}

/** Of two functions with one address in one VLAN the first has it. */
function register({ fdb }: EmbeddedSwitch, own: NicFunction): void {
  const vids = own.hasPortVlan ? [own.vlan] : [0, ...own.memberSet()];
  for (const address of own.addresses) {
    const [high, low] = macHalves(address);
    for (const vid of vids) if (fdb.find(vid, high, low, 0) < 0) fdb.put(vid, high, low, own.index, STATIC, 0);
  }
}
