import type { Form, FormHost, FormPage, FormState } from '../../extension/contract/configForm';
import { element } from '../shared/dom';
import type { HostLine } from '../shared/host';
import { Banner } from './banner';
import { FilterBar, type FilterState } from './filterBar';
import { Header } from './header';
import { Outbox } from './outbox';
import { SectionView } from './sectionView';

/** The form of one config. It keeps nothing of the config itself: it shows the states that the editor sends. */
export class ConfigForm implements FormPage {
  readonly #line: HostLine<FormHost, object>;
  readonly #outbox: Outbox;
  readonly #header: Header;
  readonly #banner: Banner;
  readonly #filterBar: FilterBar;
  readonly #fields = element('fieldset', { attributes: { 'aria-label': 'Settings' } });
  readonly #links = element('ul');
  #sections: readonly SectionView[] = [];
  #state: FormState | undefined;

  constructor(page: HTMLElement, line: HostLine<FormHost, object>) {
    this.#line = line;
    this.#outbox = new Outbox(line);
    this.#filterBar = new FilterBar(() => this.#filter());
    const openAsText = () => this.#send('openAsText');
    this.#header = new Header(
      { start: () => this.#start(), openAsText, showFirstProblem: () => this.#showFirstProblem() },
      this.#filterBar.element,
    );
    this.#banner = new Banner({
      useTemplate: () => this.#send('useTemplate'),
      openAsText,
      mend: mend => this.#outbox.mend('', mend),
    });
    const contents = element('nav', { attributes: { 'aria-label': 'Sections' } }, this.#links);
    page.append(
      this.#header.element,
      this.#banner.element,
      element('div', { class: 'columns' }, contents, this.#fields),
    );
    page.addEventListener('keydown', event => this.#onKey(event));
    this.#restoreFilter();
  }

  form({ title, sections }: Form): void {
    this.#header.title = title;
    this.#sections = sections.map(section => new SectionView(section, this.#outbox));
    this.#fields.replaceChildren(...this.#sections.map(section => section.element));
    this.#links.replaceChildren(...this.#sections.map(section => section.link));
  }

  state(state: FormState): void {
    this.#state = state;
    const { fields, problems, edit, summary, readable, isEmpty } = state;
    this.#header.show(summary, isEmpty ? [] : problems);
    this.#banner.show(state);
    this.#fields.disabled = !readable;
    for (const section of this.#sections) {
      for (const view of section.fields) {
        const own = fields[view.field.path];
        const found = problems.filter(({ at }) => at === view.field.path);
        if (own !== undefined) view.show(own, found, edit);
      }
      section.showProblems(problems);
    }
    this.#filter();
  }

  #filter(): void {
    const { words, onlyModified, withSpare } = this.#filterBar.filter;
    const counts = this.#sections.map(section => section.filter(words, onlyModified, withSpare));
    this.#filterBar.showCount(counts.reduce((sum, count) => sum + count, 0));
    this.#line.keep(this.#filterBar.state);
  }

  #restoreFilter(): void {
    const kept = this.#line.kept() as Partial<FilterState> | undefined;
    const { search = '', onlyModified = false, withSpare = false } = kept ?? {};
    this.#filterBar.state = { search: String(search), onlyModified: !!onlyModified, withSpare: !!withSpare };
  }

  #send(method: 'start' | 'openAsText' | 'useTemplate'): void {
    this.#outbox.flush();
    this.#line.call({ method });
  }

  /** A config with errors does not start: they are shown instead. */
  #start(): void {
    this.#outbox.flush();
    const hasErrors = this.#state?.problems.some(({ severity }) => severity === 'error') ?? true;
    if (hasErrors) this.#showFirstProblem();
    else this.#send('start');
  }

  #showFirstProblem(): void {
    const { problems = [] } = this.#state ?? {};
    const first = problems.find(({ severity }) => severity === 'error') ?? problems[0];
    if (first === undefined) return;
    const views = this.#sections.flatMap(section => section.fields);
    const view = views.find(({ field }) => field.path === first.at || field.path.startsWith(`${first.at}.`));
    if (first.at === '' || view === undefined) {
      this.#banner.element.scrollIntoView();
      return;
    }
    this.#filterBar.state = { search: '', onlyModified: false, withSpare: this.#filterBar.state.withSpare };
    this.#filter();
    view.element.scrollIntoView({ block: 'center' });
    view.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === 's') this.#outbox.flush();
    if (isCommand && event.key.toLowerCase() === 'f') {
      event.preventDefault();
      this.#filterBar.focus();
    }
  }
}
