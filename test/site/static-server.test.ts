/** What a request may reach, and how it is answered. Addresses are sent as they stand: `fetch` would tidy them first. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PortTaken, serve, type Site } from '../../src/site/static-server.ts';

const LONG = '転送'.repeat(1000);
const folder = mkdtempSync(join(tmpdir(), 'static-server-'));
const root = join(folder, 'dist');
let site: Site;

beforeAll(async () => {
  const files: Record<string, string> = {
    'secret.txt': 'secret',
    'distant.txt': 'secret',
    'dist/index.html': '<h1>home</h1>',
    'dist/404.html': '<h1>404</h1>',
    'dist/chapters/vlan/index.html': `<h1>vlan</h1>${LONG}`,
    'dist/用語/index.html': '<h1>terms</h1>',
    'dist/_astro/page.Dp1U1SDS.js': 'export {};',
    'dist/_astro/plain.js': 'export {};',
    'dist/empty/note.txt': 'note',
    'dist/%2e%2e': 'literal',
  };
  for (const extension of ['css', 'svg', 'json', 'pdf', 'woff2', 'webmanifest', 'unknown', 'wasm', 'PNG']) {
    files[`dist/types/a.${extension}`] = 'x';
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
  site = await serve(root, { port: 0 });
});

afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

async function ask(
  path: string,
  { method = 'GET', headers = {}, at = site }: { method?: string; headers?: Record<string, string>; at?: Site } = {},
): Promise<Answer> {
  const port = new URL(at.url).port;
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const body = Buffer.concat(pieces);
        resolve({ status: response.statusCode!, headers: response.headers, body, text: body.toString() });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('stays in its folder', () => {
  const attempts = [
    '/../secret.txt',
    '/chapters/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2E%2E%2Fsecret.txt',
    '/.%2e/secret.txt',
    '/%252e%252e/secret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/chapters/..%5c..%5csecret.txt',
    '/secret.txt%00.html',
    '/%00',
    '/index.html%00',
    '/../distant.txt',
    '/..ant.txt',
    '//../secret.txt',
    '/./../secret.txt',
    '/%c0%ae%c0%ae/secret.txt',
    '/%',
    '/link.txt',
    '/C:/secret.txt',
    '/index.html::$DATA',
    'http://localhost/../secret.txt',
    `/${'a'.repeat(300)}`,
    `/${'../'.repeat(40)}${folder.slice(1)}/secret.txt`,
  ];
  test.each(attempts)('%s', async (path) => {
    const { status, text } = await ask(path);
    expect([400, 404]).toContain(status);
    expect(text).not.toContain('secret');
  });

  test.each(['/..%5csecret.txt', '/..\\secret.txt', '/%00', '/index.html%00', '/index.html::$DATA', '/%', '/%c0%ae'])(
    '%s means nothing on any system',
    async (path) => {
      expect((await ask(path)).status).toBe(400);
    },
  );

  test('a name is decoded once', async () => {
    expect((await ask('/%252e%252e')).text).toBe('literal');
  });
});

describe('addresses', () => {
  test('a folder is its index.html', async () => {
    expect((await ask('/')).text).toBe('<h1>home</h1>');
    expect((await ask('/chapters/vlan/?from=search')).text).toContain('<h1>vlan</h1>');
    expect((await ask('/%E7%94%A8%E8%AA%9E/')).text).toBe('<h1>terms</h1>');
  });

  test('a folder without its slash is sent on, with the query', async () => {
    const { status, headers } = await ask('/chapters/vlan?a=1');
    expect([status, headers.location]).toEqual([301, '/chapters/vlan/?a=1']);
    expect((await ask('/%E7%94%A8%E8%AA%9E')).headers.location).toBe('/%E7%94%A8%E8%AA%9E/');
  });

  test('nobody is sent to another host', async () => {
    expect((await ask('//chapters/vlan')).headers.location).toBe('/chapters/vlan/');
    expect((await ask('//example.com/..//chapters')).headers.location).toBe('/chapters/');
  });

  test('what is not there gets the 404 page', async () => {
    for (const path of ['/nothing', '/nothing/', '/empty/', '/index.html/', '/chapters/vlan/nothing.js']) {
      const { status, text } = await ask(path);
      expect([status, text], path).toEqual([404, '<h1>404</h1>']);
    }
  });

  test('without a 404 page it is still told', async () => {
    const bare = await serve(join(root, 'types'), { port: 0 });
    const { status, headers } = await ask('/nothing', { at: bare });
    expect([status, headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
    await bare.close();
  });
});

describe('under a base path', () => {
  let based: Site;
  beforeAll(async () => {
    based = await serve(root, { port: 0, base: '/gp/' });
  });
  afterAll(async () => based.close());

  test('pages stand below it and nowhere else', async () => {
    expect(based.url).toMatch(/^http:\/\/localhost:\d+\/gp\/$/);
    expect((await ask('/gp/', { at: based })).text).toBe('<h1>home</h1>');
    expect((await ask('/gp/chapters/vlan', { at: based })).headers.location).toBe('/gp/chapters/vlan/');
    for (const path of ['/', '/chapters/vlan/', '/gpx/', '/gp/../secret.txt', '/gp/../chapters/vlan/']) {
      expect((await ask(path, { at: based })).status, path).toBe(404);
    }
  });

  test('its own slash is added', async () => {
    const { status, headers } = await ask('/gp?a=1', { at: based });
    expect([status, headers.location]).toEqual([301, '/gp/?a=1']);
  });
});

describe('how it is answered', () => {
  test.each([
    ['index.html', 'text/html; charset=utf-8'],
    ['_astro/page.Dp1U1SDS.js', 'text/javascript; charset=utf-8'],
    ['types/a.css', 'text/css; charset=utf-8'],
    ['types/a.svg', 'image/svg+xml; charset=utf-8'],
    ['types/a.json', 'application/json; charset=utf-8'],
    ['types/a.pdf', 'application/pdf'],
    ['types/a.woff2', 'font/woff2'],
    ['types/a.webmanifest', 'application/manifest+json; charset=utf-8'],
    ['types/a.wasm', 'application/wasm'],
    ['types/a.PNG', 'image/png'],
    ['types/a.unknown', 'application/octet-stream'],
  ])('%s is %s', async (path, type) => {
    const { headers } = await ask(`/${path}`);
    expect([headers['content-type'], headers['x-content-type-options']]).toEqual([type, 'nosniff']);
  });

  test('hashed files are kept for ever, others are asked for again', async () => {
    expect((await ask('/_astro/page.Dp1U1SDS.js')).headers['cache-control']).toContain('immutable');
    for (const path of ['/', '/_astro/plain.js', '/nothing']) {
      expect((await ask(path)).headers['cache-control'], path).toBe('no-cache');
    }
  });

  test('HEAD has the length and no body', async () => {
    const { status, headers, body } = await ask('/chapters/vlan/', { method: 'HEAD' });
    const length = Buffer.byteLength(`<h1>vlan</h1>${LONG}`);
    expect([status, headers['content-length'], body.length]).toEqual([200, String(length), 0]);
  });

  test('other methods are refused', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await ask('/', { method });
      expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
    }
  });

  test('compresses for those who take it', async () => {
    const page = '/chapters/vlan/';
    const encoded = async (accepted: string): Promise<Answer> =>
      ask(page, { headers: { 'Accept-Encoding': accepted } });
    const brotli = await encoded('gzip, deflate, br;q=0.5');
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.body).toString()).toContain(LONG);
    const zipped = await encoded('gzip, br;q=0');
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.body).toString()).toContain(LONG);
    expect((await encoded('identity')).headers['content-encoding']).toBeUndefined();
    expect((await ask('/', { headers: { 'Accept-Encoding': 'br' } })).headers['content-encoding']).toBeUndefined();
  });
});

describe('the port', () => {
  test('says that it is taken', async () => {
    const port = Number(new URL(site.url).port);
    await expect(serve(root, { port })).rejects.toThrow(PortTaken);
  });

  test('also when only the other address of localhost is', async ({ skip }) => {
    const other = createServer();
    const port = await new Promise<number | null>((resolve) => {
      other.once('error', () => resolve(null));
      other.listen(0, '::1', () => resolve((other.address() as { port: number }).port));
    });
    if (port === null) return skip('no IPv6 here');
    await expect(serve(root, { port })).rejects.toThrow(PortTaken);
    other.close();
    const again = await serve(root, { port });
    await again.close();
  });
});
