/**
 * What `ip` and `bridge` print when the kernel refuses a change that they have read without a complaint: an error's text behind
 * `RTNETLINK answers:`, or where the kernel says more (extack) its own sentence.
 */
import type { Refusal } from '../../outcome/refusal.ts';
import type { LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';

/** strerror(3) */
const ERRORS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EEXIST: 'File exists',
  EINVAL: 'Invalid argument',
  ENETDOWN: 'Network is down',
  ENODEV: 'No such device',
  ENOENT: 'No such file or directory',
  EOPNOTSUPP: 'Operation not supported',
  EPERM: 'Operation not permitted',
  EPROTONOSUPPORT: 'Protocol not supported',
};

const VID_MAX = 4094;

/** '' for what only the model refuses. */
export function kernelComplaint(change: LinuxBridgeChange, { error, knob, value }: Refusal): string {
  const sentence = sentenceOf(change, error, knob, value);
  if (sentence !== null) return `Error: ${sentence}`;
  const isProtocol = knob === 'vlan_protocol' && error === 'EINVAL';
  const text = ERRORS[isProtocol ? 'EPROTONOSUPPORT' : error];
  return text === undefined ? '' : `RTNETLINK answers: ${text}`;
}

function sentenceOf(change: LinuxBridgeChange, error: string, knob: string, value: string): string | null {
  if (error === 'ELOOP') return 'Can not enslave a bridge to a bridge.';
  if (knob === 'mtu')
    return `mtu ${Number(value) < 68 ? 'less' : 'greater'} than device ${Number(value) < 68 ? 'minimum' : 'maximum'}.`;
  if (change.kind === 'vlan' && knob === 'vid' && change.remove !== true) return 'bridge: Vlan id is invalid.';
  if (change.kind === 'vlan-state') {
    if (error === 'ENOENT') return "bridge: Vlan range start doesn't exist, can't process options.";
    if (knob === 'state') return 'bridge: Invalid vlan state.';
  }
  if (change.kind === 'fdb' && knob === 'vlan' && (Number(value) < 1 || Number(value) > VID_MAX))
    return 'invalid vlan id.';
  return null;
}
