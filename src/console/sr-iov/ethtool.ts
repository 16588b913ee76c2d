/**
 * `ethtool --set-priv-flags PF FLAG on|off …`.
 *
 * Read first: ethtool.c, do_sprivflags; the drivers' tables of private flags.
 */
import type { SrIovChange } from '../../switch/profiles/sr-iov/change.ts';
import type { Word } from '../console.ts';
import { Complaint, Unmodelled, type Arguments } from '../linux-bridge/arguments.ts';
import type { Command, Ground } from './command.ts';

const MODELLED = 'vf-true-promisc-support';
/** Other flags of ixgbe, i40e, ice and mlx5. */
const KNOWN: ReadonlySet<string> = new Set(
  (
    'legacy-rx vf-ipsec mdd-disable-vf MFP total-port-shutdown LinkPolling flow-director-atr veb-stats hw-atr-eviction ' +
    'link-down-on-close disable-source-pruning disable-fw-lldp rs-fec base-r-fec multiple-traffic-classes ' +
    'mdd-auto-reset-vf vf-vlan-pruning fw-lldp-agent rx_cqe_moder tx_cqe_moder rx_cqe_compress rx_striding_rq ' +
    'rx_no_csum_complete xdp_tx_mpwqe skb_tx_mpwqe tx_port_ts'
  ).split(' '),
);

const BAD_ARGUMENT = 'ethtool: bad command line argument(s)';

export function readEthtool(words: Arguments, ground: Ground): Command {
  if (!words.more) return words.fail(BAD_ARGUMENT, 'incomplete', '', '--set-priv-flags');
  const verb = words.take();
  if (verb.text !== '--set-priv-flags') throw new Unmodelled(verb);
  if (!words.more) return words.fail(BAD_ARGUMENT, 'incomplete', '', 'PF');
  const device = words.take();
  const changes: SrIovChange[] = [];
  do {
    const flag = words.more ? words.take() : words.fail(BAD_ARGUMENT, 'incomplete', '', MODELLED);
    const value = words.more ? words.take() : words.fail(BAD_ARGUMENT, 'incomplete', '', 'on, off');
    if (value.text !== 'on' && value.text !== 'off') wrong(value, 'bad-value', 'on, off');
    if (flag.text === MODELLED) changes.push({ kind: 'priv-flag', flag: MODELLED, on: value.text === 'on' });
    else if (KNOWN.has(flag.text)) words.unmodelled ??= flag;
    else wrong(flag, 'unknown-word', MODELLED);
  } while (words.more);
  if (!ground.has(device.text)) {
    throw new Complaint('netlink error: No such device', device.place, 'no-device', device.text, ground.names);
  }
  return { changes };
}

function wrong({ text, place }: Word, code: 'bad-value' | 'unknown-word', expected: string): never {
  throw new Complaint(BAD_ARGUMENT, place, code, text, expected);
}
