/** Before anything else: the sites that the browser is shown. */
import { builtSite, subPathSite } from '../site/built-site.ts';

export default async function build(): Promise<void> {
  await builtSite();
  await subPathSite();
}
