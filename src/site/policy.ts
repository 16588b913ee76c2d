/**
 * A Content Security Policy for each page, by the hashes of the scripts and styles that stand in it, and Trusted Types
 * without any policy: nothing on the site turns text into HTML or script.
 *
 * As a `<meta>` element it works on every host, with two things it cannot say (frame-ancestors, reporting). Astro's own
 * `security.csp` leaves out Starlight's inline scripts.
 */
import { createHash } from 'node:crypto';

/** Scripts that are data are not run and need no hash. */
const SCRIPT = /<script(?![^>]*\bsrc=)(?![^>]*type="application\/(?:ld\+)?json")[^>]*>([\s\S]*?)<\/script>/g;
const STYLE = /<style[^>]*>([\s\S]*?)<\/style>/g;

export function policyFor(html: string): string {
  const scripts = hashesOf(html, SCRIPT);
  const styles = hashesOf(html, STYLE);
  return [
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    ["script-src 'self'", ...scripts].join(' '),
    ["style-src-elem 'self'", ...styles].join(' '),
    // Code blocks and icons carry their colours and sizes in attributes.
    "style-src-attr 'unsafe-inline'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** Puts the policy before everything that it is about. */
export function addPolicy(html: string): string {
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policyFor(html)}">`;
  return html.replace(/<head[^>]*>(\s*<meta charset="[^"]*"\s*\/?>)?/i, (head) => head + meta);
}

function hashesOf(html: string, pattern: RegExp): string[] {
  const hashes = [...html.matchAll(pattern)].map(
    ([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`,
  );
  return [...new Set(hashes)].toSorted();
}
