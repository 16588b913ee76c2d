/**
 * The lockfile installs on every platform from a bare clone: no address of a registry in it, every platform package of every
 * optional dependency there (npm leaves out those of other platforms when it is made from an installed folder).
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Required<
  Pick<Locked, 'dependencies' | 'devDependencies' | 'optionalDependencies'>
>;

test('says nothing of where packages come from', () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

test('holds every optional package of every platform', () => {
  const names = Object.keys(packages);
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !names.some((other) => other.endsWith(`node_modules/${name}`)))
      .map((name) => `${path || 'package.json'} wants ${name}`),
  );
  expect(missing).toEqual([]);
});

test('agrees with package.json, where every version is pinned', () => {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  for (const [name, version] of Object.entries(wanted)) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
  }
});

test('brings a Node of at least 24 for each platform', () => {
  const nodes = Object.entries(manifest.optionalDependencies);
  expect(nodes.map(([name]) => name)).toHaveLength(5);
  for (const [, version] of nodes) expect(Number(version.split('.')[0])).toBeGreaterThanOrEqual(24);
});
