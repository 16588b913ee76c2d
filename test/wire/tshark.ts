/** tshark as an oracle: frames in, the fields that it sees out. One run of the program for any number of frames. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TSHARK_FIELDS, type TsharkField, type TsharkValues } from './layers.ts';

export interface Dissected {
  readonly values: TsharkValues;
  /** Bytes behind the packet. */
  readonly padding: string;
  /** Expert remarks about the frame, in tshark's words. */
  readonly experts: readonly string[];
  readonly isMalformed: boolean;
}

/**
 * Checksums are verified; names are not looked up. What depends on other frames is off, and so are the dissectors that
 * would guess at payloads by port number.
 */
const OPTIONS = [
  'ip.check_checksum:TRUE',
  'tcp.check_checksum:TRUE',
  'udp.check_checksum:TRUE',
  'ip.defragment:FALSE',
  'tcp.analyze_sequence_numbers:FALSE',
  'tcp.desegment_tcp_streams:FALSE',
  'ip.tso_support:FALSE',
  'eth.fcs:Never',
  'arp.detect_duplicate_ips:FALSE',
].flatMap((option) => ['-o', option]);
const PLAIN_PAYLOADS = ['-d', 'udp.port==1-65535,data', '-d', 'tcp.port==1-65535,data'];

const META = ['eth.padding', 'eth.trailer', 'vlan.trailer', 'ieee8021ah.trailer'];
const FIELDS = [...TSHARK_FIELDS, ...META, '_ws.expert.message', '_ws.malformed'];

export function dissectWithTshark(frames: readonly Uint8Array[]): Dissected[] {
  const directory = mkdtempSync(join(tmpdir(), 'tshark-'));
  try {
    const file = join(directory, 'frames.pcap');
    writeFileSync(file, pcapOf(frames));
    const format = ['-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=|', '-E', 'occurrence=a'];
    const args = [
      '-n',
      '-r',
      file,
      ...OPTIONS,
      ...PLAIN_PAYLOADS,
      ...format,
      ...FIELDS.flatMap((field) => ['-e', field]),
    ];
    // The user's own settings would change what it prints.
    const env = { ...process.env, HOME: directory, XDG_CONFIG_HOME: directory };
    const { status, stdout, stderr } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 1 << 28, env });
    if (status !== 0) throw new Error(`tshark: ${stderr}`);
    return stdout.split('\n').slice(0, -1).map(dissectedOf);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function dissectedOf(line: string): Dissected {
  const columns = line.split('\t');
  const valuesOf = (field: string): string[] => {
    const text = columns[FIELDS.indexOf(field)] ?? '';
    return text === '' ? [] : text.split('|');
  };
  const values: TsharkValues = {};
  for (const field of TSHARK_FIELDS) {
    const found = valuesOf(field);
    if (found.length > 0) values[field satisfies TsharkField] = found;
  }
  return {
    values,
    padding: META.flatMap(valuesOf).join('').replaceAll(':', ''),
    experts: valuesOf('_ws.expert.message'),
    isMalformed: valuesOf('_ws.malformed').length > 0,
  };
}

/** A capture file (pcap 2.4, little-endian, microseconds, link type Ethernet) with one frame a millisecond. */
export function pcapOf(frames: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  const records = frames.flatMap((frame, index) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Math.floor(index / 1000), 0);
    record.writeUInt32LE((index % 1000) * 1000, 4);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    return [record, frame];
  });
  return Buffer.concat([header, ...records]);
}
