/** `npm run lab -- FILE`: a lab file in the terminal (`src/cli/lab.ts`). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { journal, labText, ranLab, T1 } from './labs.ts';
import { LOOP } from './loop.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Run {
  readonly status: number | null;
  readonly out: string[];
  readonly err: string[];
}

function run(program: string, ...args: string[]): Run {
  // The terminal of whoever runs the tests may want colours.
  const env = { ...process.env, NO_COLOR: '1', NODE_NO_WARNINGS: '1', FORCE_COLOR: undefined };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28, env });
  return { status, out: linesOf(stdout), err: linesOf(stderr) };
}

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

function lab(...args: string[]): Run {
  return run(process.execPath, 'src/cli/lab.ts', ...args);
}

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lab-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function written(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

describe('a lab file that is right', () => {
  test('npm run lab: exit 0, nothing on stderr, and the story from VM-A to the router', () => {
    const { status, out, err } = run('npm', 'run', '--silent', 'lab', '--', 'content/labs/t1.yaml');
    expect([status, err]).toEqual([0, []]);
    expect(out.slice(0, 4)).toEqual([
      '標準の構成',
      'VM-AとVM-BはVLAN10、VM-CはVLAN20。アップリンクの先に物理スイッチ、ルーター、外部サーバーがあります。',
      '',
      '0.000000  ▶ VM-AがVM-Bへフレームを1枚送る',
    ]);
    const frame = '00:00:5e:00:53:0a > 00:00:5e:00:53:0b';
    for (const line of [
      `0.000000  P0 ゲストの中 ← VM-A.eth0  #1  ${frame} 0x88b5`,
      `0.000002  P2 ポートに入る → sw1.p1  #1  ${frame} 0x88b5`,
      `0.000002  P4 アップリンク ← sw1.u1  #3  ${frame} C10 0x88b5`,
      `0.000010  P6 物理スイッチ → PSW.g1  #3  ${frame} C10 0x88b5`,
      `0.000018  PD 破棄 → RT.eth0  #4  ${frame} C10 0x88b5`,
    ]) {
      expect(out).toContain(line);
    }
    // Every judgement names its node and its rule.
    const judged = out.filter((line) => line.startsWith('            '));
    expect(judged.length).toBeGreaterThan(10);
    for (const line of judged) expect(line).toMatch(/^ {12}\S+ [✓・－✕] .+: .+。 \[(LB|Q|GEN|GUEST)-[\d.]+\]/);
    expect(judged.filter((line) => line.includes('VM-B ✓') && line.includes('[GUEST-1]'))).toHaveLength(1);
    expect(judged.filter((line) => line.includes('RT ✕') && line.includes('[GUEST-1]'))).toHaveLength(1);
  });

  test('--json: the log itself, bytes as hexadecimal', () => {
    const { status, out } = lab('--json', 'content/labs/t1.yaml');
    expect(status).toBe(0);
    expect(JSON.stringify(JSON.parse(out.join('\n')))).toBe(journal(ranLab(T1, ...T1.run).log));
  });

  test('a ping is told with its end, and a wait', () => {
    const text = labText('t1');
    const actions = 'run:\n  - { do: ping, from: VM-A, to: SV }\n  - { do: wait, seconds: 2 }\n';
    const { status, out } = lab(written('ping.yaml', text.slice(0, text.indexOf('run:')) + actions));
    expect(status).toBe(0);
    expect(out).toContain('0.000000  ▶ VM-AからSVへping');
    expect(out.filter((line) => line.includes('◆'))).toEqual([
      '0.000162  ◆ VM-Aから203.0.113.80へのpingに返事が届きました。',
    ]);
    expect(out.at(-1)).toMatch(/^\d+\.\d{6}  ▶ 2秒待つ$/);
  });
});

describe('a lab file that is wrong', () => {
  test('exit 1, nothing on stdout, and what is wrong on stderr, in Japanese, with its line', () => {
    const text = labText('t1').replace('00:00:5e:00:53:f1, vlan: 10', '00:00:5e:00:53:f1, vlan: 4095');
    const { status, out, err } = lab(written('broken.yaml', text));
    expect([status, out]).toEqual([1, []]);
    expect(err).toEqual([
      'broken.yaml 12行目 switches.sw1.ports.p1.vlan: VLAN ID「4095」は使えません。1〜4094の整数で書きます。',
    ]);
  });

  test('every problem has a line of its own', () => {
    const { status, err } = lab(
      written('two.yaml', labText('t0').replace('sw1.p1]', 'sw1.p7]').replace('from: VM-A', 'from: VM-X')),
    );
    expect(status).toBe(1);
    expect(err.map((line) => line.split(':')[0])).toEqual(['two.yaml 21行目 links.0.1', 'two.yaml 24行目 run.0.from']);
  });

  test('what a switch does not accept is told with the name of the switch', () => {
    const text = labText('t1').replace('vlan_default_pvid: 0', 'vlan_default_pvid: 4095');
    const { status, out, err } = lab(written('pvid.yaml', text));
    expect([status, out, err.length]).toEqual([1, [], 1]);
    expect(err[0]).toMatch(/^pvid\.yaml sw1: 既定のPVID（vlan_default_pvid）に「4095」は使えません。/);
  });

  test('ACL-N-1: rules that cannot be read are told with their place', () => {
    const text = labText('t0').replace('    ports:\n', '    rules: nonsense\n    ports:\n');
    const { status, err } = lab(written('rules.yaml', text));
    expect(status).toBe(1);
    expect(err).toHaveLength(1);
    expect(err[0]).toMatch(/^rules\.yaml sw1: 1行1文字目.「?.*nonsense.*は書けません。/);
  });

  test('a lab without an end is told as far as it went, and exits 1', () => {
    const { status, out } = lab(written('loop.yaml', LOOP));
    expect(status).toBe(1);
    expect(out.at(-1)).toBe('終わりが見えないので、ここで止めました。');
    expect(out).toContain('0.000000  ▶ VM-Aがff:ff:ff:ff:ff:ffへフレームを1枚送る');
  });
});

describe('no lab file', () => {
  test.each([{ args: [] }, { args: ['--json'] }])('exit 2 and how it is used: $args', ({ args }) => {
    const { status, out, err } = lab(...args);
    expect([status, out, err]).toEqual([2, [], ['usage: npm run lab -- FILE [--profile P] [--json]']]);
  });
});

describe('what once went wrong', () => {
  test('a file that is not there is told in a sentence', () => {
    const { status, err } = lab(join(directory, 'nothing.yaml'));
    expect(status).not.toBe(0);
    expect(err).toHaveLength(1);
  });
});
