/**
 * A folder over HTTP, as a static host would serve it: folders by their `index.html`, `404.html` for what is not there,
 * hashed files for ever.
 *
 * Listens on the machine's own addresses only, on both of them: browsers try `::1` before `127.0.0.1` for `localhost`.
 * Decoding happens once, so `%252e` stays the three characters `%2e`.
 */
import { realpathSync, statSync, type Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, posix, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export interface Site {
  /** With the base path: `http://localhost:4321/`. */
  readonly url: string;
  close(): Promise<void>;
}

export class PortTaken extends Error {}

/** What is asked for, once it is known to lie in the folder. */
type Answer =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'moved'; readonly to: string }
  | { readonly kind: 'missing' | 'malformed' };

const TYPES: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pcap': 'application/vnd.tcpdump.pcap',
  '.pcapng': 'application/octet-stream',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
  '.yaml': 'text/yaml; charset=utf-8',
  '.zip': 'application/zip',
};
const HASHED = /\/_astro\/.*\.[\w-]{5,}\.\w+$/;
const COMPRESSED_FROM_BYTES = 1024;
const encoders = {
  br: (body: Buffer) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: promisify(gzip),
} as const;

/** `port: 0` takes any free port. @throws PortTaken */
export async function serve(root: string, { port, base = '/' }: { port: number; base?: string }): Promise<Site> {
  const folder = realpathSync(root);
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    // The file went while it was being read, or the reader did.
    respond(request, response, folder, base).catch(() => response.destroy());
  };
  const first = await listen(createServer(handler), port, '127.0.0.1');
  const bound = (first.address() as AddressInfo).port;
  const second = await listen(createServer(handler), bound, '::1').catch(async (error: unknown) => {
    // A machine without IPv6 has no such address.
    if (!(error instanceof PortTaken)) return null;
    await close(first);
    throw error;
  });
  return {
    url: `http://localhost:${bound}${base}`,
    close: async () => {
      await Promise.all([first, second].map((server) => server && close(server)));
    },
  };
}

/** The file that a request's path means. */
export function resolveAddress(address: string, root: string, base: string): Answer {
  const [path, query] = split(address);
  const decoded = decode(path);
  if (decoded === null) return { kind: 'malformed' };
  const clean = posix.normalize(decoded);
  if (`${clean}/` === base) return { kind: 'moved', to: base + query };
  if (!clean.startsWith(base)) return { kind: 'missing' };
  return within(root, join(root, clean.slice(base.length)), clean, query);
}

function within(root: string, path: string, clean: string, query: string): Answer {
  if (statusOf(path)?.isDirectory() && !clean.endsWith('/')) {
    return { kind: 'moved', to: `${encodeURI(clean)}/${query}` };
  }
  const file = clean.endsWith('/') ? join(path, 'index.html') : path;
  if (!statusOf(file)?.isFile()) return { kind: 'missing' };
  // A link inside the folder may lead out of it.
  return realpathSync(file).startsWith(root + sep) ? { kind: 'file', path: file } : { kind: 'missing' };
}

/** A name that is too long, or that may not be read, is missing too. */
function statusOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** Path and query; a request line may also carry a whole address, as proxies send it. */
function split(address: string): [string, string] {
  const local = address.replace(/^https?:\/\/[^/?#]*/i, '');
  const end = local.search(/[?#]/);
  return end < 0 ? [local, ''] : [local.slice(0, end), local.slice(end).replace(/#.*$/, '')];
}

/** Null for what no link of ours contains: bad escapes, NUL, and backslashes and colons, which mean something on Windows. */
function decode(path: string): string | null {
  try {
    const text = decodeURIComponent(path);
    return text.startsWith('/') && !/[\0\\:]/.test(text) ? text : null;
  } catch {
    return null;
  }
}

async function respond(request: IncomingMessage, response: ServerResponse, root: string, base: string): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return plain(response, 405, 'Method Not Allowed');
  }
  const answer = resolveAddress(request.url ?? '/', root, base);
  switch (answer.kind) {
    case 'file':
      return sendFile(request, response, 200, answer.path);
    case 'moved':
      response.setHeader('Location', answer.to);
      response.setHeader('Cache-Control', 'no-cache');
      return plain(response, 301, 'Moved Permanently');
    case 'malformed':
      return plain(response, 400, 'Bad Request');
    case 'missing':
      return sendMissing(request, response, join(root, '404.html'));
  }
}

async function sendMissing(request: IncomingMessage, response: ServerResponse, page: string): Promise<void> {
  if (statusOf(page)?.isFile()) return sendFile(request, response, 404, page);
  return plain(response, 404, 'Not Found');
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  path: string,
): Promise<void> {
  const body = await readFile(path);
  const type = TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const isHashed = HASHED.test(path.split(sep).join('/'));
  const encoding = encodingFor(request, type, body.length);
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('Vary', 'Accept-Encoding');
  if (encoding !== null) response.setHeader('Content-Encoding', encoding);
  const sent = encoding === null ? body : await encoders[encoding](body);
  response.writeHead(status, { 'Content-Length': sent.length });
  // Node itself leaves the body out for HEAD.
  response.end(sent);
}

function encodingFor(request: IncomingMessage, type: string, size: number): keyof typeof encoders | null {
  if (size < COMPRESSED_FROM_BYTES || !/^text\/|charset=|wasm/.test(type)) return null;
  const parts = String(request.headers['accept-encoding'] ?? '').split(',');
  const wanted = parts.filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part));
  const accepted = new Set(wanted.map((part) => part.replace(/;.*/, '').trim()));
  return (['br', 'gzip'] as const).find((name) => accepted.has(name)) ?? null;
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

async function listen(server: Server, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTaken(`port ${port} is taken`, { cause: error }) : error);
    });
    server.listen(port, host, () => resolve(server));
  });
}

async function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
