/** What an embedded switch can say: reasons and rules as the integers of a trace. */
import { reasonCode } from '../../../outcome/reasons.ts';
import { ruleCode } from '../../../outcome/rules.ts';

export const R = Object.freeze({
  delivered: reasonCode('delivered'),
  forgedSrcMac: reasonCode('forged-src-mac'),
  ingressPort: reasonCode('ingress-port'),
  invalidSrc: reasonCode('invalid-src'),
  learningOff: reasonCode('learning-off'),
  linkDown: reasonCode('link-down'),
  localOnly: reasonCode('local-only'),
  mcastNotMember: reasonCode('mcast-not-member'),
  mtuExceeded: reasonCode('mtu-exceeded'),
  pause: reasonCode('pause'),
  promiscuousCopy: reasonCode('promiscuous-copy'),
  reservedDst: reasonCode('reserved-dst'),
  reservedVid: reasonCode('reserved-vid'),
  reverseFilter: reasonCode('reverse-filter'),
  runt: reasonCode('runt'),
  samePort: reasonCode('same-port'),
  tagPopped: reasonCode('tag-popped'),
  tagPushed: reasonCode('tag-pushed'),
  toUplink: reasonCode('to-uplink'),
  unknownDst: reasonCode('unknown-dst'),
  vlanMismatch: reasonCode('vlan-mismatch'),
  vlanNotAllowed: reasonCode('vlan-not-allowed'),
} as const);

export const GEN = Object.freeze({
  2: ruleCode('GEN-2'),
  3: ruleCode('GEN-3'),
  4: ruleCode('GEN-4'),
  5: ruleCode('GEN-5'),
  6: ruleCode('GEN-6'),
} as const);
export const SR = Object.freeze({
  1: ruleCode('SR-1'),
  2: ruleCode('SR-2'),
  3: ruleCode('SR-3'),
  4: ruleCode('SR-4'),
  5: ruleCode('SR-5'),
  6: ruleCode('SR-6'),
  7: ruleCode('SR-7'),
  8: ruleCode('SR-8'),
  9: ruleCode('SR-9'),
  10: ruleCode('SR-10'),
  11: ruleCode('SR-11'),
  12: ruleCode('SR-12'),
  13: ruleCode('SR-13'),
  15: ruleCode('SR-15'),
  16: ruleCode('SR-16'),
  17: ruleCode('SR-17'),
} as const);
