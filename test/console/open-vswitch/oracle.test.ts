/**
 * `ovs-vsctl` 3.1 itself on a private database, where it is installed: it takes and refuses the same random command lines, in
 * the same words. `--dry-run`: nothing is written, so that each line finds the same.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMPTY_DATABASE } from '../../../src/console/open-vswitch/database.ts';
import { parseCommand, parseScript } from '../../../src/console/open-vswitch/parser.ts';
import { printDatabase } from '../../../src/console/open-vswitch/print.ts';
import { shellWords } from '../../../src/console/open-vswitch/shell-words.ts';
import { isUnmodelled } from '../../../src/console/openflow/problem.ts';
import { mac } from '../../../src/wire/mac-address.ts';
import { hasOracle, ORACLE_ENV } from '../../oracle.ts';
import { Random } from '../../random.ts';
import { asLine, randomDatabase, randomWords } from './random-lines.ts';

const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema';
const SEED = 53;
const LINES = 400;
const CONFIGURATIONS = 20;

/** Another version has other columns, and other words. */
function isThere(): boolean {
  if (!hasOracle('ovs-vsctl') || !hasOracle('ovsdb-server')) return false;
  return spawnSync('ovs-vsctl', ['--version'], { encoding: 'utf8', env: ORACLE_ENV }).stdout.includes(' 3.1.');
}

const SETUP = [
  'ovs-vsctl add-br br0 -- add-port br0 p1 tag=10 -- add-port br0 p2 trunks=10,20 -- add-port br0 p3',
  'ovs-vsctl set bridge br0 other_config:mac-aging-time=60 -- set port p1 other_config:a=b',
  'ovs-vsctl -- --id=@o get port p3 -- --id=@m create mirror name=m0 select_all=true output_port=@o -- set bridge br0 mirrors=@m',
  'ovs-vsctl add-br br1 -- add-port br1 q1',
];
const CONTEXT = { macOf: () => mac('02:00:00:00:00:01') };

describe.skipIf(!isThere())('ovs-vsctl 3.1 itself', () => {
  let folder = '';
  let server: ChildProcess;

  const vsctl = (words: readonly string[]): string => {
    const { stderr } = spawnSync('ovs-vsctl', ['--db=unix:db.sock', '--no-wait', ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...ORACLE_ENV, OVS_RUNDIR: folder },
    });
    return /^ovs-vsctl: .*$/m.exec(stderr)?.[0] ?? '';
  };

  const run = (line: string): void => {
    const words = shellWords({ text: line, at: 0 })!.slice(1);
    expect(vsctl(words.map(({ text }) => text)), line).toBe('');
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'guestport-ovsdb-'));
    spawnSync('ovsdb-tool', ['create', 'conf.db', SCHEMA], { cwd: folder, env: ORACLE_ENV });
    const options = ['--remote=punix:db.sock', '--unixctl=db.ctl', '-vconsole:off', '--no-chdir', 'conf.db'];
    server = spawn('ovsdb-server', options, {
      cwd: folder,
      env: { ...ORACLE_ENV, OVS_RUNDIR: folder },
      stdio: 'ignore',
    });
    for (let left = 500; left > 0 && !existsSync(join(folder, 'db.sock')); left--) await sleep(10);
    for (const line of ['ovs-vsctl init', ...SETUP]) run(line);
  });

  afterAll(() => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it(`takes and refuses the same ${LINES} lines, seed ${SEED}`, () => {
    const setup = parseScript(SETUP.join('\n'), EMPTY_DATABASE, CONTEXT);
    if ('complaint' in setup) expect.fail(setup.complaint);
    const random = new Random(SEED);
    const tally = { taken: 0, refused: 0, unmodelled: 0 };
    for (let index = 0; index < LINES; index++) {
      const words = randomWords(random);
      const answer = parseCommand(asLine(words), setup.database, CONTEXT);
      const mine = 'complaint' in answer ? answer : null;
      if (mine !== null && isUnmodelled(mine)) {
        tally.unmodelled++;
        continue;
      }
      expect(mine?.complaint ?? '', asLine(words)).toBe(vsctl(['--dry-run', ...words]));
      tally[mine === null ? 'taken' : 'refused']++;
    }
    expect(tally.taken).toBeGreaterThan(LINES / 10);
    expect(tally.refused).toBeGreaterThan(LINES / 3);
    expect(tally.unmodelled).toBeLessThan(LINES / 10);
  });

  it(`takes ${CONFIGURATIONS} configurations as we print them, seed ${SEED}`, () => {
    const random = new Random(SEED);
    for (let index = 0; index < CONFIGURATIONS; index++) {
      const database = randomDatabase(random);
      run(`ovs-vsctl ${['br0', 'br1'].map((name) => `--if-exists del-br ${name}`).join(' -- ')}`);
      for (const line of printDatabase(database)) run(line);
      if (database.bridges.length > 0) {
        run(`ovs-vsctl ${database.bridges.map(({ name }) => `del-br ${name}`).join(' -- ')}`);
      }
    }
  });
});
