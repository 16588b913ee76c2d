/** The plain 802.1Q switch in a lab: what stands outside, at the end of an uplink. */
import { refusal, type Outcome } from '../../outcome/refusal.ts';
import type { Fdb } from '../../switch/fdb.ts';
import { Ieee8021q } from '../../switch/profiles/ieee-8021q.ts';
import { Relay } from '../../switch/relay.ts';
import { mac } from '../../wire/mac-address.ts';
import type { SwitchSpec } from '../scenario.ts';
import { SetupRefused, SwitchNode, type SwitchChange, type SwitchMaker } from '../switch-node.ts';

export const ieee8021qSwitch: SwitchMaker = (name, spec) => new Ieee8021qNode(name, spec);

class Ieee8021qNode extends SwitchNode {
  readonly profile: Ieee8021q;
  readonly relay: Relay<Ieee8021q>;
  readonly fdb: Fdb;

  constructor(name: string, spec: SwitchSpec) {
    super(name, spec);
    this.profile = new Ieee8021q();
    this.fdb = this.profile.fdb;
    this.relay = new Relay(this.profile);
    this.relay.trace.on = true;
    for (const [port, { mac: address, vlan, trunk, native, flags }] of Object.entries(spec.ports)) {
      const [flag] = Object.entries(flags);
      if (flag !== undefined) throw new SetupRefused(name, refusal('unmodelled', flag[0], flag[1], ''));
      this.profile.addPort(port, mac(address), vlan ?? native ?? 0, trunk ?? []);
    }
  }

  get knowsVlans(): boolean {
    return true;
  }

  change(change: SwitchChange): Outcome {
    const port = change.kind === 'link' ? this.port(change.port) : undefined;
    if (change.kind !== 'link' || port === undefined) return refusal('unmodelled', change.kind, '', 'link');
    port.linkUp = change.up;
    return null;
  }
}
