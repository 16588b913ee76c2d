/**
 * A private Open vSwitch with the userspace datapath `dummy`: no kernel module, no privileges, its own folder. Frames go in
 * by `netdev-dummy/receive` and come out in capture files, time stands still but for `time/warp`.
 *
 * A connection to the daemon is served in a later turn of its main loop, so the answer to the command after a frame says that
 * the frame has been dealt with. `revalidator/purge` empties the flow cache: every frame takes the slow path, with the MAC
 * table as it is now.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORACLE_ENV } from '../../oracle.ts';
import type { OvsSetStep, OvsSetup } from '../../../src/conformance/open-vswitch-system.ts';
import type { FdbRow, Step, Vector } from '../../../src/conformance/vector.ts';

const BRIDGE = 'br0';
const BRIDGE_MAC = 'ee:00:00:00:00:b0';
const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema';
const START_MS = 10_000;
const PORT_COLUMNS = ['tag', 'trunks', 'vlan_mode', 'cvlans', 'other_config', 'protected'] as const;

/** A vector whose expectations are not known yet. */
export interface Scenario {
  readonly id: string;
  readonly setup: OvsSetup;
  readonly steps: readonly Step[];
}

export class OvsDaemon {
  readonly #dir = mkdtempSync(join(tmpdir(), 'ovs-'));
  readonly #processes: ChildProcess[] = [];
  /** Of each capture file, how far it has been read. */
  readonly #read = new Map<string, number>();
  #names: string[] = [];
  #portOf = new Map<string, string>();
  #version: string | undefined;

  static async start(): Promise<OvsDaemon> {
    const daemon = new OvsDaemon();
    const { tool } = daemon.#tools();
    tool('ovsdb-tool', 'create', join(daemon.#dir, 'conf.db'), SCHEMA);
    daemon.#run('ovsdb-server', '--remote=punix:db.sock', '--unixctl=db.ctl', '-vconsole:off', 'conf.db');
    await daemon.#until('db.sock');
    daemon.#vsctl('--no-wait', 'init');
    daemon.#run(
      'ovs-vswitchd',
      '--enable-dummy=override',
      '--disable-system',
      '-vconsole:off',
      '--unixctl=vs.ctl',
      'unix:db.sock',
    );
    await daemon.#until('vs.ctl');
    await daemon.#control('time/stop');
    return daemon;
  }

  stop(): void {
    for (const process of this.#processes) process.kill('SIGKILL');
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** The scenario with what the real switch did in the place of its expectations. */
  async record(scenario: Scenario): Promise<Vector> {
    this.#portOf = new Map(scenario.setup.ports.map(({ name, ofport }) => [String(ofport), name]));
    await this.#setUp(scenario.setup);
    const steps: Step[] = [];
    for (const step of scenario.steps) steps.push(await this.#step(step));
    this.#vsctl(
      '--',
      '--if-exists',
      'del-br',
      BRIDGE,
      '--',
      'remove',
      'Open_vSwitch',
      '.',
      'other_config',
      'vlan-limit',
    );
    for (const name of readdirSync(this.#dir)) if (name.endsWith('.pcap')) unlinkSync(join(this.#dir, name));
    this.#read.clear();
    const { id, setup } = scenario;
    return { id, format: 1, system: 'ovs', version: '', family: 'live', title: id, setup, steps } as unknown as Vector;
  }

  async #step(step: Step): Promise<Step> {
    switch (step.op) {
      case 'inject':
        await this.#control('netdev-dummy/receive', step.port, step.hex);
        await this.#control('revalidator/purge');
        return { ...step, expect: this.#collect() };
      case 'advance':
        await this.#warp(step.seconds * 1000);
        return step;
      case 'set':
        return { ...step, ok: await this.#set(step as unknown as OvsSetStep) } as Step;
      case 'fdb':
        return { op: 'fdb', expect: await this.#fdb() };
      default:
        return step;
    }
  }

  // --- Configuration

  async #setUp(setup: OvsSetup): Promise<void> {
    const { bridge, ports, local_port, global, mirrors = [], fdb = [], flows } = setup;
    this.#version = setup.of_version;
    this.#names = [BRIDGE, ...ports.map(({ name }) => name)];
    const { other_config = {}, ...columns } = bridge as Record<string, Record<string, unknown>>;
    const own = { fail_mode: 'standalone', ...columns, other_config: { hwaddr: BRIDGE_MAC, ...other_config } };
    const refs = mirrors.map((mirror) => [
      ...new Set(
        [...(mirror.select_src_port ?? []), ...(mirror.select_dst_port ?? []), mirror.output_port ?? []].flat(),
      ),
    ]);
    this.#vsctl(
      ...(global === undefined ? [] : ['set', 'Open_vSwitch', '.', ...columnsOf(global), '--']),
      'add-br',
      BRIDGE,
      '--',
      'set',
      'bridge',
      BRIDGE,
      'datapath_type=dummy',
      ...columnsOf(own),
      ...ports.flatMap((port) => {
        const set = columnsOf(pick(port, PORT_COLUMNS));
        return [
          '--',
          'add-port',
          BRIDGE,
          port.name,
          '--',
          'set',
          'Interface',
          port.name,
          'type=dummy',
          `ofport_request=${port.ofport}`,
          `options:tx_pcap=${port.name}.pcap`,
          ...(set.length === 0 ? [] : ['--', 'set', 'Port', port.name, ...set]),
        ];
      }),
      '--',
      'set',
      'Interface',
      BRIDGE,
      `options:tx_pcap=${BRIDGE}.pcap`,
      ...(local_port === undefined ? [] : ['--', 'set', 'Port', BRIDGE, ...columnsOf({ ...local_port })]),
      ...mirrors.flatMap((mirror, index) => [
        ...refs[index]!.flatMap((port) => ['--', `--id=@m${index}${port}`, 'get', 'Port', port]),
        '--',
        `--id=@mm${index}`,
        'create',
        'Mirror',
        `name=m${index}`,
        ...Object.entries(mirror).flatMap(([column, value]) => mirrorColumn(column, value, index)),
        '--',
        'add',
        'bridge',
        BRIDGE,
        'mirrors',
        `@mm${index}`,
      ]),
    );
    for (const { name, of_config = [] } of ports)
      for (const word of of_config) this.#ofctl('mod-port', BRIDGE, name, word);
    for (const entry of fdb) await this.#entry(entry);
    if (flows !== undefined) this.#flows(flows, false);
    await this.#control('time/warp', '100');
    this.#collect();
  }

  async #set(step: OvsSetStep): Promise<boolean> {
    try {
      if (step.bridge !== undefined) this.#vsctl('set', 'bridge', BRIDGE, ...columnsOf(step.bridge));
      if (step.port !== undefined) {
        const set = columnsOf(pick(step, PORT_COLUMNS));
        if (set.length > 0) this.#vsctl('set', 'Port', step.port, ...set);
        for (const word of step.of_config ?? []) this.#ofctl('mod-port', BRIDGE, step.port, word);
        if (step.del === true) this.#vsctl('del-port', BRIDGE, step.port);
      }
      if (step.fdb !== undefined) await this.#entry(step.fdb);
      if (step.fdb_flush === true) await this.#control('fdb/flush', BRIDGE);
      if (step.flows !== undefined) this.#flows(step.flows, step.keep === true);
      for (const flow of step.del_flows ?? []) this.#ofctl('--strict', 'del-flows', BRIDGE, flow);
      if (step.global !== undefined) this.#vsctl('set', 'Open_vSwitch', '.', ...columnsOf(step.global));
    } catch {
      return false;
    } finally {
      await this.#control('time/warp', '100');
      await this.#control('revalidator/purge');
    }
    return true;
  }

  #flows(flows: readonly string[], keep: boolean): void {
    if (!keep) this.#ofctl('del-flows', BRIDGE);
    writeFileSync(join(this.#dir, 'flows.txt'), `${flows.join('\n')}\n`);
    this.#ofctl(...(this.#version === undefined ? [] : ['-O', this.#version]), 'add-flows', BRIDGE, 'flows.txt');
  }

  async #entry({ mac, port, vlan = 0, del }: NonNullable<OvsSetup['fdb']>[number]): Promise<void> {
    if (del === true) await this.#control('fdb/del', BRIDGE, String(vlan), mac);
    else await this.#control('fdb/add', BRIDGE, port!, String(vlan), mac);
  }

  async #warp(ms: number): Promise<void> {
    await this.#control('time/warp', String(Math.trunc(ms)), String(Math.max(1000, Math.trunc(ms / 20))));
    await this.#control('revalidator/purge');
  }

  // --- What came out

  #collect(): Record<string, string[]> {
    const out: Record<string, string[]> = {};
    for (const name of this.#names) {
      const path = join(this.#dir, `${name}.pcap`);
      if (!existsSync(path)) continue;
      const file = openSync(path, 'r');
      const from = this.#read.get(name) ?? 24;
      const buffer = Buffer.alloc(1 << 16);
      const size = readSync(file, buffer, 0, buffer.length, from);
      closeSync(file);
      let at = 0;
      while (at + 16 <= size) {
        const length = buffer.readUInt32LE(at + 8);
        (out[name] ??= []).push(buffer.toString('hex', at + 16, at + 16 + length));
        at += 16 + length;
      }
      this.#read.set(name, from + at);
    }
    return out;
  }

  async #fdb(): Promise<FdbRow[]> {
    const lines = (await this.#control('fdb/show', BRIDGE)).trim().split('\n').slice(1);
    const rows = lines.map((line): FdbRow => {
      const [port, vlan, mac, age] = line.trim().split(/\s+/) as [string, string, string, string];
      const name = port === 'LOCAL' ? BRIDGE : (this.#portOf.get(port) ?? port);
      return { mac, port: name, vlan: Number(vlan), ...(age === 'static' ? { state: 'static' } : {}) };
    });
    return rows.toSorted((a, b) => a.vlan! - b.vlan! || (a.mac < b.mac ? -1 : 1));
  }

  // --- Processes

  #tools(): { tool: (program: string, ...args: string[]) => string } {
    const env = {
      ...ORACLE_ENV,
      OVS_RUNDIR: this.#dir,
      OVS_LOGDIR: this.#dir,
      OVS_DBDIR: this.#dir,
      OVS_SYSCONFDIR: this.#dir,
    };
    return {
      tool: (program, ...args) => {
        const { status, stdout, stderr } = spawnSync(program, args, { cwd: this.#dir, env, encoding: 'utf8' });
        if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}`);
        return stdout;
      },
    };
  }

  #vsctl(...args: string[]): string {
    return this.#tools().tool('ovs-vsctl', `--db=unix:${this.#dir}/db.sock`, ...args);
  }

  #ofctl(...args: string[]): string {
    return this.#tools().tool('ovs-ofctl', ...args);
  }

  #run(program: string, ...args: string[]): void {
    const env = { ...ORACLE_ENV, OVS_RUNDIR: this.#dir };
    const logs = [`--log-file=${join(this.#dir, `${program}.log`)}`];
    this.#processes.push(spawn(program, [...logs, ...args], { cwd: this.#dir, env, stdio: 'ignore' }));
  }

  async #until(name: string): Promise<void> {
    for (let waited = 0; !existsSync(join(this.#dir, name)); waited += 10) {
      if (waited > START_MS) throw new Error(`Open vSwitch does not start: no ${name}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** One command, one connection; the answer's text. */
  #control(method: string, ...params: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(join(this.#dir, 'vs.ctl'));
      let text = '';
      socket.on('error', reject);
      socket.on('data', (data) => {
        text += data.toString();
        let answer: { result: string | null; error: string | null };
        try {
          answer = JSON.parse(text) as typeof answer;
        } catch {
          return;
        }
        socket.destroy();
        if (answer.error === null) resolve(answer.result ?? '');
        else reject(new Error(`${method} ${params.join(' ')}: ${answer.error}`));
      });
      socket.write(JSON.stringify({ id: 0, method, params }));
    });
  }
}

function pick(source: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(source).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

/** `COLUMN=VALUE` as `ovs-vsctl set` takes it. */
function columnsOf(columns: object): string[] {
  return Object.entries(columns).flatMap(([column, value]: [string, unknown]) => {
    if (value === null) return [`${column}=[]`];
    if (Array.isArray(value)) return [`${column}=${value.length === 0 ? '[]' : value.join(',')}`];
    if (typeof value !== 'object') return [`${column}=${String(value)}`];
    return Object.entries(value as object).map(
      ([key, text]) => `${column}:${key}=${typeof text === 'string' ? JSON.stringify(text) : String(text)}`,
    );
  });
}

function mirrorColumn(column: string, value: unknown, index: number): string[] {
  if (column === 'select_src_port' || column === 'select_dst_port') {
    return [`${column}=${(value as string[]).map((port) => `@m${index}${port}`).join(',')}`];
  }
  return column === 'output_port' ? [`output_port=@m${index}${String(value)}`] : columnsOf({ [column]: value });
}
