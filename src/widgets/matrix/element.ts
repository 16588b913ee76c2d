/** `<gp-matrix>`: one row of the table of behaviours, run by the reader. The engine and the products come when it is asked for. */
class GpMatrix extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector<HTMLButtonElement>('[data-part="run"]')!;
    button.hidden = false;
    button.addEventListener('click', () => void this.#run(button));
  }

  async #run(button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    button.textContent = '流しています…';
    try {
      const { runRow } = await import('./row-view.ts');
      await runRow(this);
      button.hidden = true;
    } catch (error) {
      // The network was away: the next click tries again.
      button.disabled = false;
      button.textContent = 'もう一度流す';
      throw error;
    }
  }
}

customElements.define('gp-matrix', GpMatrix);
