/** `<gp-theme>`: the reader's choice of colours, kept in this browser where it may be kept. */
const KEY = 'starlight-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

function load(): string {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'auto';
  } catch {
    return 'auto';
  }
}

function store(theme: string): void {
  try {
    localStorage.setItem(KEY, theme === 'auto' ? '' : theme);
  } catch {
    // Not kept: the choice holds for this page.
  }
}

class GpTheme extends HTMLElement {
  connectedCallback(): void {
    const select = this.querySelector('select')!;
    select.value = load();
    select.hidden = false;
    const apply = (): void => {
      const preferred = dark.matches ? 'dark' : 'light';
      document.documentElement.dataset['theme'] = select.value === 'auto' ? preferred : select.value;
    };
    select.addEventListener('change', () => {
      store(select.value);
      apply();
    });
    dark.addEventListener('change', apply);
  }
}

customElements.define('gp-theme', GpTheme);
