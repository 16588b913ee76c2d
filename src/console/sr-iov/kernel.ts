/** What the tools print when the kernel refuses a change that they have read without a complaint. */
import type { Refusal } from '../../outcome/refusal.ts';
import type { SrIovChange } from '../../switch/profiles/sr-iov/change.ts';

/** strerror(3) */
const ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EAGAIN: 'Resource temporarily unavailable',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EINVAL: 'Invalid argument',
  ENODEV: 'No such device',
  ENOENT: 'No such file or directory',
  EOPNOTSUPP: 'Operation not supported',
  EPERM: 'Operation not permitted',
  EPROTONOSUPPORT: 'Protocol not supported',
  ERANGE: 'Numerical result out of range',
};

/** '' for what only the model refuses. */
export function kernelComplaint(change: SrIovChange, { error }: Refusal): string {
  const text = ERRORS[error];
  if (text === undefined) return '';
  if (change.kind === 'numvfs') return `-bash: echo: write error: ${text}`;
  // A flag that the driver does not have is no error of the kernel's: ethtool does not find it among the names.
  if (change.kind === 'priv-flag') {
    return error === 'EINVAL' ? 'ethtool: bad command line argument(s)' : `netlink error: ${text}`;
  }
  return `RTNETLINK answers: ${text}`;
}
