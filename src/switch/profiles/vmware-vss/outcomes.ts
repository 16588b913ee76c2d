/** Reasons and rules of these switches, as the integers that stand in a trace. Frozen, so that V8 puts them into the code. */
import { reasonCode } from '../../../outcome/reasons.ts';
import { ruleCode } from '../../../outcome/rules.ts';

export const R = Object.freeze({
  bpduFilter: reasonCode('bpdu-filter'),
  delivered: reasonCode('delivered'),
  forgedSrcMac: reasonCode('forged-src-mac'),
  groupSrc: reasonCode('group-src'),
  ingressPort: reasonCode('ingress-port'),
  learningOff: reasonCode('learning-off'),
  linkDown: reasonCode('link-down'),
  localOnly: reasonCode('local-only'),
  macChangedRx: reasonCode('mac-changed-rx'),
  malformedHeader: reasonCode('malformed-header'),
  mcastNotMember: reasonCode('mcast-not-member'),
  mtuExceeded: reasonCode('mtu-exceeded'),
  noPvid: reasonCode('no-pvid'),
  noUplink: reasonCode('no-uplink'),
  pause: reasonCode('pause'),
  portDisabled: reasonCode('port-disabled'),
  promiscuousCopy: reasonCode('promiscuous-copy'),
  pvlanBlocked: reasonCode('pvlan-blocked'),
  reservedVid: reasonCode('reserved-vid'),
  reverseFilter: reasonCode('reverse-filter'),
  runt: reasonCode('runt'),
  samePort: reasonCode('same-port'),
  splitHorizon: reasonCode('split-horizon'),
  tagPopped: reasonCode('tag-popped'),
  tagPushed: reasonCode('tag-pushed'),
  toUplink: reasonCode('to-uplink'),
  unknownDst: reasonCode('unknown-dst'),
  unknownNotFlooded: reasonCode('unknown-not-flooded'),
  uplinkFailover: reasonCode('uplink-failover'),
  uplinkNotChosen: reasonCode('uplink-not-chosen'),
  vlanMismatch: reasonCode('vlan-mismatch'),
  vlanNotAllowed: reasonCode('vlan-not-allowed'),
} as const);

export const GEN = Object.freeze({
  1: ruleCode('GEN-1'),
  2: ruleCode('GEN-2'),
  4: ruleCode('GEN-4'),
  5: ruleCode('GEN-5'),
  6: ruleCode('GEN-6'),
} as const);

export const VSS = Object.freeze({
  1: ruleCode('VSS-1'),
  3: ruleCode('VSS-3'),
  5: ruleCode('VSS-5'),
  6: ruleCode('VSS-6'),
  7: ruleCode('VSS-7'),
  8: ruleCode('VSS-8'),
  9: ruleCode('VSS-9'),
  10: ruleCode('VSS-10'),
  11: ruleCode('VSS-11'),
  12: ruleCode('VSS-12'),
  13: ruleCode('VSS-13'),
  14: ruleCode('VSS-14'),
  15: ruleCode('VSS-15'),
  16: ruleCode('VSS-16'),
  17: ruleCode('VSS-17'),
  18: ruleCode('VSS-18'),
  19: ruleCode('VSS-19'),
  20: ruleCode('VSS-20'),
} as const);

export const VDS = Object.freeze({
  1: ruleCode('VDS-1'),
  2: ruleCode('VDS-2'),
  3: ruleCode('VDS-3'),
  5: ruleCode('VDS-5'),
} as const);
