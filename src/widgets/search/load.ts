/** The index and the engine that reads it. */
import MiniSearch from 'minisearch';
import { OPTIONS, search, type Entry, type Hit } from '../../search/index.ts';

export async function loadSearch(address: string): Promise<(query: string) => Hit[]> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const index = MiniSearch.loadJSON<Entry>(await response.text(), OPTIONS);
  return (query) => search(index, query);
}
