/** `<gp-search>`: a dialog over the page. Index and search engine come when it is first opened. */
import type { Hit } from '../../search/index.ts';

const MOST = 20;
const SNIPPET = 60;

class GpSearch extends HTMLElement {
  #search: ((query: string) => Hit[]) | null = null;

  connectedCallback(): void {
    const button = this.querySelector<HTMLButtonElement>('.gp-search-open')!;
    const input = this.querySelector('input')!;
    button.hidden = false;
    button.addEventListener('click', () => void this.#open());
    input.addEventListener('input', () => this.#show(input.value));
    this.#dialog.addEventListener('keydown', (event) => this.#walk(event));
    this.#dialog.addEventListener('click', (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void this.#open();
    });
    // Enter goes to the first hit, as a reader who types and presses Enter expects.
    this.querySelector('form')!.addEventListener('submit', (event) => {
      if (event.submitter !== null && document.activeElement !== input) return;
      const first = this.querySelector<HTMLAnchorElement>('.gp-search-hits a');
      event.preventDefault();
      first?.click();
    });
  }

  /** Up and down between the field and the hits; Escape out, where a browser would only empty the field. */
  #walk(event: KeyboardEvent): void {
    if (event.key === 'Escape' && !event.isComposing) {
      event.preventDefault();
      this.#dialog.close();
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || event.isComposing) return;
    const places = [this.querySelector('input')!, ...this.querySelectorAll<HTMLElement>('.gp-search-hits a')];
    const at = places.findIndex((place) => place === document.activeElement);
    event.preventDefault();
    places[Math.max(0, Math.min(at + step, places.length - 1))]!.focus();
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector('dialog')!;
  }

  async #open(): Promise<void> {
    if (!this.#dialog.open) this.#dialog.showModal();
    const input = this.querySelector('input')!;
    input.focus();
    input.select();
    if (this.#search !== null) return;
    this.#tell('読み込んでいます。');
    try {
      const { loadSearch } = await import('./load.ts');
      this.#search = await loadSearch(this.dataset['index']!);
      this.#tell('');
      this.#show(input.value);
    } catch {
      this.#tell('検索の索引を読み込めませんでした。つながりを確かめて、もう一度開きます。');
    }
  }

  #show(query: string): void {
    if (this.#search === null) return;
    const hits = this.#search(query);
    const list = this.querySelector('.gp-search-hits')!;
    list.replaceChildren(...hits.slice(0, MOST).map((hit) => this.#item(hit)));
    if (query.trim() === '') this.#tell('');
    else this.#tell(hits.length === 0 ? `「${query}」は見つかりません。` : `${hits.length}件見つかりました。`);
  }

  #item({ url, title, context, text }: Hit): HTMLElement {
    const link = document.createElement('a');
    link.href = this.dataset['base']! + url;
    link.addEventListener('click', () => this.#dialog.close());
    const heading = document.createElement('b');
    heading.textContent = title;
    const where = document.createElement('span');
    where.className = 'gp-search-context';
    where.textContent = context;
    const snippet = document.createElement('span');
    snippet.className = 'gp-search-snippet';
    snippet.textContent = text.length > SNIPPET ? `${text.slice(0, SNIPPET)}…` : text;
    link.append(heading, where, snippet);
    const item = document.createElement('li');
    item.append(link);
    return item;
  }

  #tell(text: string): void {
    this.querySelector('.gp-search-status')!.textContent = text;
  }
}

customElements.define('gp-search', GpSearch);
