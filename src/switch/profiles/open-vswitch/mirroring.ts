/**
 * The copies that mirrors make of frames and of their copies.
 *
 * Read first: ofproto/ofproto-dpif-xlate.c (mirror_ingress_packet, mirror_packet, compose_output_action__). What surprises:
 * each mirror copies a frame once, the first time that it is selected, in the form that it has there; a copy on its way out
 * is taken as if it came in at its egress port; a reserved destination is not carried into a mirror's VLAN.
 */
import { vidOf } from '../../../wire/dot1q.ts';
import type { FrameContext } from '../../frame-context.ts';
import type { Passage } from '../../profile.ts';
import type { Mirror } from './mirror.ts';
import { BY_MIRROR, isReservedHere, type OpenVswitch } from './open-vswitch.ts';
import type { OvsPort } from './ovs-port.ts';
import { TagStack } from './tag-stack.ts';

interface PendingCopy {
  readonly port: OvsPort;
  readonly tags: TagStack;
}

export class Mirroring {
  readonly #switch: OpenVswitch;
  readonly #mirrors: readonly Mirror[];
  /** Those that have copied the frame at hand. */
  readonly #done = new Set<Mirror>();
  readonly #pending: PendingCopy[] = [];
  #context!: FrameContext;
  #passage!: Passage;

  constructor(device: OpenVswitch, mirrors: readonly Mirror[]) {
    this.#switch = device;
    this.#mirrors = mirrors;
  }

  /** A frame has come in. */
  begin(context: FrameContext, passage: Passage): void {
    this.#context = context;
    this.#passage = passage;
    this.#done.clear();
    this.#pending.length = 0;
    const ingress = this.#switch.ports[context.ingress]!;
    this.#mirror(ingress, this.#switch.flowTags, (mirror) => mirror.selectsSource(ingress.name));
  }

  noteCopy(port: OvsPort, tags: TagStack): void {
    const copy = new TagStack();
    // Behind a tag of VLAN 0, which is not written, nothing is: the frame leaves without any.
    if (tags.count > 0) copy.copy(tags);
    this.#pending.push({ port, tags: copy });
  }

  /** Of every copy noted so far; a mirror's own copies may be selected by another mirror. */
  copies(): void {
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      const { port, tags } = next;
      this.#mirror(port, tags, (mirror) => mirror.selectsDestination(port.name));
    }
  }

  #mirror(port: OvsPort, tags: TagStack, isSelected: (mirror: Mirror) => boolean): void {
    const chosen = this.#mirrors.filter((mirror) => !this.#done.has(mirror) && isSelected(mirror));
    const device = this.#switch;
    if (chosen.length === 0 || !device.admitsToMirror(port, tags)) return;
    const kept = new TagStack();
    kept.copy(device.flowTags);
    device.flowTags.copy(tags);
    for (const mirror of chosen) {
      device.translateFor(port);
      const vid = vidOf(device.vlan.tcis[0]!);
      if (!mirror.selectsVlan(vid)) continue;
      this.#done.add(mirror);
      this.#send(mirror, vid);
    }
    device.flowTags.copy(kept);
    this.copies();
  }

  #send({ columns: { output_port, output_vlan } }: Mirror, vid: number): void {
    const device = this.#switch;
    const { dstHigh, dstLow } = this.#context;
    if (output_port !== undefined) {
      const port = device.ports.find((each) => each?.name === output_port);
      if (port !== undefined) this.#emit(port);
    } else if (output_vlan !== undefined && output_vlan !== vid && !isReservedHere(dstHigh, dstLow)) {
      device.vlan.tcis[0] = (device.vlan.tcis[0]! & ~0x0fff) | output_vlan;
      for (const port of device.ports) {
        if (port !== undefined && !port.isMirrorOutput && device.carries(port, device.vlan)) this.#emit(port);
      }
    }
  }

  #emit(port: OvsPort): void {
    this.#switch.way = BY_MIRROR;
    this.#passage.emit(this.#context, port);
  }
}
