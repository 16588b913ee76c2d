/**
 * Which VLAN a frame is in (VSS-5 to VSS-8, VDS-1, VDS-2), and what else its tag or its port group says about it.
 *
 * VID 0 inside the switch is the VLAN of untagged frames. Of a private VLAN all frames are in the primary one; which part
 * of it they come from is kept beside.
 */
import { BY_PVID, BY_PVID_OTHER_TPID, BY_PVID_PRIORITY } from '../../describe.ts';
import type { FrameContext } from '../../frame-context.ts';
import { VLAN } from '../../trace.ts';
import { pcpOf, TPID_C, TPID_S, VID_RESERVED, vidOf } from '../../../wire/dot1q.ts';
import { AS_FOREIGN, AS_GROUP, AS_NO_VLAN, AS_PRIORITY, AS_PRIVATE, AS_TAG } from './describe.ts';
import { GEN, R, VDS, VSS } from './outcomes.ts';
import type { SwitchKind } from './policy.ts';
import { NO_ROLE, type PrivateVlans } from './private-vlans.ts';
import type { VswitchPort } from './vswitch-port.ts';

export class Classification {
  /** Of a standard switch VLAN ID 4095, of a distributed one a trunk range. */
  readonly #trunkRule: number;
  cameTagged = false;
  /** In a private VLAN, the part that the source has in it. */
  role: number = NO_ROLE;
  /** The VLAN ID that the frame has, or gets, on a wire. */
  wireVid = 0;

  constructor(kind: SwitchKind) {
    this.#trunkRule = kind === 'vss' ? VSS[7] : VDS[1];
  }

  /** True: refused. */
  classify(context: FrameContext, port: VswitchPort, privateVlans: PrivateVlans): boolean {
    // Only 802.1Q's own tag is one: an S-tag is payload.
    this.cameTagged = context.tpid === TPID_C;
    if (!this.cameTagged) context.putTagBack();
    const vid = this.cameTagged ? vidOf(context.tci) : 0;
    if (!port.isTrunk) return this.#byGroup(context, port);
    if (vid === VID_RESERVED) return context.refuse(VLAN, R.reservedVid, GEN[2], port.index, vid);
    return port.isUplink ? this.#outside(context, port, vid, privateVlans) : this.#byGuest(context, port, vid);
  }

  #outside(context: FrameContext, port: VswitchPort, vid: number, privateVlans: PrivateVlans): boolean {
    this.role = privateVlans.roleOf(vid);
    this.wireVid = vid;
    context.vid = vid;
    if (this.role === NO_ROLE) return this.#pass(context, port, vid, vid === 0 ? VSS[5] : VSS[6]);
    context.vid = privateVlans.primaryOf(vid);
    context.pass(VLAN, VDS[2], port.index, AS_PRIVATE, context.vid, this.role, vid);
    return false;
  }

  #byGuest(context: FrameContext, port: VswitchPort, vid: number): boolean {
    if (!port.isMember(vid)) {
      if (vid !== 0) return context.refuse(VLAN, R.vlanMismatch, this.#trunkRule, port.index, TPID_C, context.tci);
      const isForeign = context.outerType === TPID_S;
      const how = this.cameTagged ? BY_PVID_PRIORITY : isForeign ? BY_PVID_OTHER_TPID : BY_PVID;
      return context.refuse(VLAN, R.noPvid, this.#trunkRule, port.index, how);
    }
    this.role = NO_ROLE;
    this.wireVid = vid;
    context.vid = vid;
    return this.#pass(context, port, vid, this.#trunkRule);
  }

  #byGroup(context: FrameContext, port: VswitchPort): boolean {
    if (this.cameTagged) return context.refuse(VLAN, R.vlanMismatch, VSS[8], port.index, TPID_C, context.tci);
    const { vid, role, wireVid } = port;
    this.role = role;
    this.wireVid = wireVid;
    context.vid = vid;
    if (role === NO_ROLE) return this.#pass(context, port, vid, vid === 0 ? VSS[5] : VSS[6]);
    context.pass(VLAN, VDS[2], port.index, AS_PRIVATE, vid, role, wireVid);
    return false;
  }

  #pass(context: FrameContext, port: VswitchPort, vid: number, rule: number): false {
    if (context.outerType === TPID_S) context.pass(VLAN, VSS[8], port.index, AS_FOREIGN, vid);
    else if (this.cameTagged)
      context.pass(VLAN, rule, port.index, vid === 0 ? AS_PRIORITY : AS_TAG, vid, pcpOf(context.tci));
    else context.pass(VLAN, rule, port.index, vid === 0 ? AS_NO_VLAN : AS_GROUP, vid);
    return false;
  }
}
