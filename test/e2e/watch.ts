/**
 * What must not happen on any page, whatever is tried there: errors and warnings on the console, uncaught errors, requests to
 * other hosts, requests that fail, and breaches of the policy.
 */
import type { BrowserContext } from 'playwright/test';

export interface Faults {
  /** Everything that has happened and was not allowed. */
  readonly all: () => readonly string[];
  /** For tests that provoke something: what matches is left out. */
  readonly allow: (pattern: RegExp) => void;
}

export async function watch(context: BrowserContext, origin: string): Promise<Faults> {
  const found: string[] = [];
  const allowed: RegExp[] = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) found.push(`console ${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => found.push(`uncaught: ${error.error().message}`));
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(?:data|about):/.test(url)) found.push(`request to elsewhere: ${url}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // What was under way when the reader went on.
    if (reason !== 'net::ERR_ABORTED') found.push(`failed: ${request.url()} ${reason}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) found.push(`answered ${response.status()}: ${response.url()}`);
  });
  await context.exposeBinding('tellViolation', (_, text: string) => void found.push(`policy: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
      const { tellViolation } = globalThis as unknown as { tellViolation: (text: string) => void };
      tellViolation(`${effectiveDirective} ${blockedURI} ${sample}`);
    });
  });
  return {
    all: () => found.filter((fault) => !allowed.some((pattern) => pattern.test(fault))),
    allow: (pattern) => void allowed.push(pattern),
  };
}
