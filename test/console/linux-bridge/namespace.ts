/**
 * The real tools in a network namespace of their own, where nobody's network is touched: a bridge br0 with ports p1, p2 and
 * a device p3 outside, each an end of a veth pair. Where the kernel has no VLAN filtering it refuses what it does not know, behind the tool's own reading.
 */
import { spawnSync } from 'node:child_process';
import { hasOracle } from '../../oracle.ts';

export const SETUP = [
  'ip link add br0 address 02:00:00:00:00:b0 type bridge',
  ...[1, 2, 3].map(
    (number) => `ip link add p${number} address 02:00:00:00:01:0${number} type veth peer name g${number}`,
  ),
  'ip link set p1 master br0',
  'ip link set p2 master br0',
  'ip link set br0 up',
];

export interface Run {
  readonly status: number;
  /** What the tool wrote, standard output and errors apart. */
  readonly out: string;
  readonly errors: string;
}

const MARK = '\u0001';

/** Whether namespaces and the tools can be had; with CI=true they have to be. */
export function hasNamespace(...tools: readonly string[]): boolean {
  return ['unshare', ...tools].every(hasOracle) && isAllowed();
}

let allowed: boolean | null = null;

function isAllowed(): boolean {
  allowed ??= spawnSync('unshare', ['-rn', 'ip', 'link', 'add', 'br0', 'type', 'bridge']).status === 0;
  if (!allowed && process.env['CI'] === 'true')
    throw new Error('no network namespace with a bridge, and CI=true wants it');
  return allowed;
}

/** Runs each line of a shell, one after the other, behind the setup. */
export function runInNamespace(lines: readonly string[], setup: readonly string[] = SETUP): Run[] {
  const script = [
    ...setup.map((line) => `${line} || exit 9`),
    'while IFS= read -r line; do',
    ' eval "$line" 3>&1 >/tmp/out.$$ 2>/tmp/err.$$ </dev/null',
    ` printf '%s${MARK}' $?; cat /tmp/out.$$; printf '${MARK}'; cat /tmp/err.$$; printf '${MARK}'`,
    'done',
    'rm -f /tmp/out.$$ /tmp/err.$$',
  ].join('\n');
  const { stdout, stderr, status } = spawnSync('unshare', ['-rn', 'sh', '-c', script], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`the namespace ended with ${status}: ${stderr}`);
  const parts = stdout.split(MARK);
  return lines.map((_, index) => {
    const [code, out, errors] = parts.slice(index * 3, index * 3 + 3);
    return { status: Number(code), out: out!, errors: errors! };
  });
}
