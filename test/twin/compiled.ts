/**
 * Programs in C that are compiled where they are needed: the C twin, and the helper that sends frames over veth pairs. A
 * machine without a compiler has neither.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMPILERS = ['cc', 'gcc', 'clang'];

/** The first of them that runs, or null. */
export function findCompiler(): string | null {
  return COMPILERS.find((name) => spawnSync(name, ['--version']).status === 0) ?? null;
}

/** Compiles the C files of a folder into a program below the system's temporary folder. Returns its path, or null. */
export function compile(folder: string): string | null {
  const compiler = findCompiler();
  if (compiler === null) return null;
  const sources = readdirSync(folder).filter((name) => name.endsWith('.c'));
  const program = join(mkdtempSync(join(tmpdir(), 'guestport-')), 'program');
  const flags = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-o', program];
  const { status, stderr } = spawnSync(compiler, [...flags, ...sources], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${compiler} cannot compile ${folder}:\n${stderr}`);
  return program;
}
