/** Where the site will stand: from the environment, so that one source builds for any address. */

/** `https://example.com`; without one, links are as on the machine itself. */
export function siteUrl(): string {
  return process.env['SITE_URL'] ?? 'http://localhost:4321';
}

/** `/` or `/path/`. */
export function basePath(): string {
  const path = (process.env['BASE_PATH'] ?? '/').replace(/^\/*|\/*$/g, '');
  return path === '' ? '/' : `/${path}/`;
}
