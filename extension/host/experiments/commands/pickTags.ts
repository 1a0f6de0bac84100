import { type QuickPickItem, window } from 'vscode';
import { plainTag } from '../meta/runMeta';

/** Lets a person tick tags; what is typed is offered as a new one. Undefined when they have changed their mind. */
export function pickTags(known: readonly string[], ticked: readonly string[]): Promise<string[] | undefined> {
  const list = window.createQuickPick<QuickPickItem & { readonly tag: string }>();
  const toItem = (tag: string) => ({ label: `#${tag}`, tag });
  const items = known.map(toItem);
  list.title = 'Tags';
  list.placeholder = 'Tick tags, or type a new one';
  list.canSelectMany = true;
  list.items = items;
  list.selectedItems = items.filter(item => ticked.includes(item.tag));

  list.onDidChangeValue(value => {
    const typed = plainTag(value);
    const chosen = list.selectedItems;
    const isNew = typed !== '' && !items.some(item => item.tag === typed);
    // A new tag that was ticked stays in the list while the next one is typed.
    const kept = chosen.filter(item => !items.includes(item) && item.tag !== typed);
    const fresh = chosen.find(item => item.tag === typed) ?? { ...toItem(typed), description: 'new' };
    list.items = [...(isNew ? [fresh] : []), ...kept, ...items];
    list.selectedItems = chosen;
  });
  return new Promise(resolve => {
    list.onDidAccept(() => {
      const typed = plainTag(list.value);
      const tags = list.selectedItems.map(item => item.tag);
      resolve([...new Set(typed === '' ? tags : [...tags, typed])]);
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
}
