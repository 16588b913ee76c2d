/**
 * `<gp-lab>`: takes over a lab that the server has drawn. This file is all that a page loads at first; the engine comes when
 * the lab comes into view or is touched.
 */
class GpLab extends HTMLElement {
  #isLoading = false;

  connectedCallback(): void {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        void this.#load();
      },
      { rootMargin: '300px' },
    );
    observer.observe(this);
    this.addEventListener('focusin', () => void this.#load(), { once: true });
  }

  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const { mountLab } = await import('./lab-widget.ts');
      await mountLab(this);
      this.dataset['ready'] = '';
    } catch (error) {
      // The network was away: the next touch tries again, and the server's figure stands until then.
      this.#isLoading = false;
      this.addEventListener('focusin', () => void this.#load(), { once: true });
      throw error;
    }
  }
}

customElements.define('gp-lab', GpLab);
