/**
 * The book's fonts without their second file: the packages name a WOFF beside every WOFF2, and each would be copied into the
 * site. No browser that can run the site, and no printer of the book, needs it.
 */
export function withoutWoff(): { name: string; enforce: 'pre'; transform(code: string, id: string): string | null } {
  return {
    name: 'guestport:without-woff',
    enforce: 'pre',
    transform: (code, id) => (/[\\/]@fontsource[\\/].*\.css$/.test(id) ? code.replaceAll(SECOND_FILE, '') : null),
  };
}

const SECOND_FILE = /,\s*url\([^)]+\.woff\)\s*format\(['"]woff['"]\)/g;
