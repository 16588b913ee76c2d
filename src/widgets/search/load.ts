/** The texts that can be searched, and what searches them. */
import { indexOf, search, type Entry, type Hit } from '../../search/index.ts';

export async function loadSearch(address: string): Promise<(query: string) => Hit[]> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const index = indexOf((await response.json()) as Entry[]);
  return (query) => search(index, query);
}
