/**
 * The walls of the house: who may import whom, no cycles, and an engine that asks no clock, dice or screen of its own.
 *
 * The table is the one in `src/README.md`. A folder that stands in neither fails here first.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

interface Wall {
  /** Folders that may be imported; `x:type` only for types. */
  readonly folders: readonly string[];
  /** Packages; `node:` stands for all of Node's own. */
  readonly packages: readonly string[];
}

const wall = (folders: string, packages = ''): Wall => ({
  folders: folders.split(' ').filter(Boolean),
  packages: packages.split(' ').filter(Boolean),
});

const WALLS: Readonly<Record<string, Wall>> = {
  wire: wall(''),
  outcome: wall(''),
  filter: wall('wire'),
  switch: wall('outcome filter wire'),
  'switch/profiles': wall('switch outcome filter wire'),
  host: wall('outcome filter wire'),
  lab: wall('switch switch/profiles host outcome filter wire', 'valibot yaml'),
  console: wall('lab switch switch/profiles outcome filter wire'),
  explain: wall('lab switch switch/profiles outcome filter wire console'),
  conformance: wall('console lab switch switch/profiles outcome filter wire', 'node:'),
  search: wall('', 'minisearch'),
  draw: wall('lab:type switch:type outcome:type', 'd3'),
  cli: wall(
    'wire outcome filter switch switch/profiles host lab console explain conformance site',
    // Bench and soak run what the tests hold the engine to.
    'node: test',
  ),
  widgets: wall(
    'wire outcome filter switch switch/profiles host lab console explain draw search',
    'd3 d3-selection minisearch',
  ),
  components: wall(
    'widgets draw explain console lab switch switch/profiles search site styles',
    'astro:content @astrojs/starlight d3 linkedom',
  ),
  pages: wall('components draw explain lab site styles', 'astro:content @astrojs/starlight @fontsource'),
  site: wall(
    'lab console explain conformance search filter wire',
    'node: astro linkedom minisearch pdfjs-dist playwright satteri yaml',
  ),
};

/** Folders that run in Node, a browser and a worker alike. */
const ENGINE = ['wire', 'outcome', 'filter', 'switch', 'host', 'lab', 'console', 'explain'];
const FORBIDDEN =
  /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout|setInterval|queueMicrotask|console\.(?!ts\b))/;

/** Longer files hold more than one idea; those that are one long idea are named here with their length. */
const LINES_MAX = 350;
const LONG: Readonly<Record<string, number>> = {
  // The pipeline of one product, stage by stage.
  'src/switch/profiles/linux-bridge/linux-bridge.ts': 520,
  'src/switch/profiles/open-vswitch/open-vswitch.ts': 440,
  // What every control of the lab does.
  'src/widgets/lab/lab-widget.ts': 380,
};

interface Import {
  readonly from: string;
  /** A path below `src`, or a package. */
  readonly to: string;
  readonly isType: boolean;
}

const FILES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(?:ts|astro)$/.test(name))
  .map((name) => join('src', name));
const IMPORTS = FILES.flatMap((file) => importsOf(file, readFileSync(join(ROOT, file), 'utf8')));

/** Scripts of an `.astro` file: the fenced one and those in its markup. */
function scriptsOf(file: string, source: string): string {
  if (!file.endsWith('.astro')) return source;
  const fenced = /^---\n([\s\S]*?)\n---/.exec(source)?.[1] ?? '';
  return [fenced, ...[...source.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, text]) => text)].join('\n');
}

function importsOf(file: string, source: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Expression | undefined, isType: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const { text } = specifier;
    const to = text.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), text)) : text;
    found.push({ from: file, to, isType });
  };
  const walk = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node));
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, walk);
  };
  walk(ts.createSourceFile(file, scriptsOf(file, source), ts.ScriptTarget.Latest));
  return found;
}

function isTypeImport({ importClause }: ts.ImportDeclaration): boolean {
  if (importClause === undefined) return false;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = importClause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly);
}

function folderOf(path: string): string {
  const [, folder = '', inner] = path.split('/');
  return folder === 'switch' && inner === 'profiles' ? 'switch/profiles' : folder;
}

/** The product that a profile's file belongs to. */
function profileOf(path: string): string {
  return path.split('/')[3]!.replace(/\.ts$/, '');
}

function isAllowed({ from, to, isType }: Import): boolean {
  const folder = folderOf(from);
  const { folders, packages } = WALLS[folder] ?? wall('');
  if (!to.startsWith('src/')) {
    return packages.some((name) =>
      name.endsWith(':') ? to.startsWith(name) : to === name || to.startsWith(`${name}/`),
    );
  }
  const target = folderOf(to);
  if (folder === 'switch/profiles' && target === folder) return profileOf(from) === profileOf(to);
  if (folder === 'widgets' && target === folder) return from.split('/')[2] === to.split('/')[2];
  return target === folder || folders.includes(target) || (isType && folders.includes(`${target}:type`));
}

function told(imports: readonly Import[]): string[] {
  return imports.map(({ from, to }) => `${from} imports ${to}`);
}

describe('who may import whom', () => {
  test('there is a wall for every folder', () => {
    const folders = new Set(FILES.map(folderOf));
    expect([...folders].filter((folder) => !Object.hasOwn(WALLS, folder))).toEqual([]);
  });

  test('no import goes through one', () => {
    expect(told(IMPORTS.filter((item) => !isAllowed(item)))).toEqual([]);
  });

  test.for([
    ['src/wire/x.ts', "import { Lab } from '../lab/lab.ts';"],
    ['src/switch/relay.ts', "export * from './profiles/linux-bridge/linux-bridge.ts';"],
    ['src/switch/profiles/hyper-v.ts', "import { x } from './linux-bridge/change.ts';"],
    ['src/draw/x.ts', "import { Lab } from '../lab/lab.ts';"],
    ['src/host/x.ts', "const { readFileSync } = await import('node:fs');"],
    ['src/widgets/a/x.ts', "import { h } from '../lab/dom.ts';"],
    ['src/components/X.astro', "---\nimport { readFileSync } from 'node:fs';\n---\n"],
    ['src/cli/x.ts', "import { h } from '../widgets/lab/dom.ts';"],
  ] as const)('%s: %s is seen', ([file, source]) => {
    const imports = importsOf(file, source);
    expect(imports).toHaveLength(1);
    expect(imports.filter((item) => !isAllowed(item))).toEqual(imports);
  });

  test('pages import components only', () => {
    const pages = readdirSync(join(ROOT, 'content/docs'), { recursive: true, encoding: 'utf8' });
    const wrong = pages
      .filter((name) => name.endsWith('.mdx'))
      .flatMap((name) => {
        const source = readFileSync(join(ROOT, 'content/docs', name), 'utf8');
        const imports = [...source.matchAll(/^import .* from '([^']+)';$/gm)].map(([, from]) => from!);
        return imports.filter((from) => !/^(?:\.\.\/)+src\/components\/\w+\.astro$/.test(from));
      });
    expect(wrong).toEqual([]);
  });
});

describe('no import cycle', () => {
  test('in the sources', () => {
    expect(cyclesIn(IMPORTS)).toEqual([]);
  });

  test('one that is planted is found', () => {
    const edges = ['ab', 'bc', 'cb'].map(([from, to]) => ({ from: from!, to: to!, isType: false }));
    expect(cyclesIn(edges)).toEqual(['b → c → b']);
  });
});

/** Types vanish when the code runs; a cycle of types is none. */
function cyclesIn(imports: readonly Import[]): string[] {
  const edges = Map.groupBy(
    imports.filter(({ isType }) => !isType),
    ({ from }) => from,
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) cycles.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    for (const { to } of edges.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return cycles;
}

describe('the engine', () => {
  const engine = FILES.filter((file) => ENGINE.includes(file.split('/')[1]!));

  test('asks no clock, no dice, no timer and no console of its own', () => {
    const asking = engine.filter((file) => FORBIDDEN.test(withoutComments(readFileSync(join(ROOT, file), 'utf8'))));
    expect(engine.length).toBeGreaterThan(50);
    expect(asking).toEqual([]);
  });

  test.for(['Date.now()', 'new Date()', 'Math.random()', 'setTimeout(f, 1)', "console.log('')"])(
    '%s is seen',
    (code) => {
      expect(withoutComments(`const x = ${code}; // so`)).toMatch(FORBIDDEN);
    },
  );

  test('compiles without the types of a browser: every engine folder stands in tsconfig.engine.json', () => {
    const { include } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.engine.json'), 'utf8')) as { include: string[] };
    expect(ENGINE.filter((folder) => !include.includes(`src/${folder}/**/*`))).toEqual([]);
  });
});

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

function lengthOf(file: string): number {
  return readFileSync(join(ROOT, file), 'utf8').split('\n').length;
}

describe('files', () => {
  test(`none is longer than ${LINES_MAX} lines, but for those that are one long idea`, () => {
    const long = FILES.filter((file) => lengthOf(file) > LINES_MAX);
    expect(long.filter((file) => lengthOf(file) > (LONG[file] ?? 0))).toEqual([]);
  });

  test('each tells at its head what it is', () => {
    const silent = FILES.filter((file) => {
      const source = readFileSync(join(ROOT, file), 'utf8');
      return !/^(?:---\n(?:import .*\n)*)?\/\*\*/.test(source);
    });
    expect(silent).toEqual([]);
  });

  test('none is a drawer for odds and ends', () => {
    expect(FILES.filter((file) => /\/(?:utils?|helpers?|common|misc|shared|lib)(?:\.\w+|\/)/.test(file))).toEqual([]);
  });
});
