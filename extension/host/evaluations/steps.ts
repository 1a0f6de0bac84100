import { QuickInputButtons, type QuickPickItem, window } from 'vscode';

export interface Option<Value> extends QuickPickItem {
  readonly value: Value;
}

/** What a step of a dialogue ends with: a value, going back, or giving up. */
export type Answer<Value> = { readonly value: Value } | 'back' | undefined;

export interface StepPlace {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
}

/** Asks for one of several options; the first is the usual one. */
export function askOption<Value>(
  place: StepPlace,
  placeholder: string,
  options: readonly Option<Value>[],
): Promise<Answer<Value>> {
  const picker = window.createQuickPick<Option<Value>>();
  Object.assign(picker, place, { placeholder, ignoreFocusOut: true, matchOnDescription: true });
  picker.items = options;
  if (place.step > 1) picker.buttons = [QuickInputButtons.Back];
  return new Promise<Answer<Value>>(resolve => {
    picker.onDidAccept(() => {
      const [chosen] = picker.selectedItems;
      if (chosen) resolve({ value: chosen.value });
    });
    picker.onDidTriggerButton(() => resolve('back'));
    picker.onDidHide(() => resolve(undefined));
    picker.show();
  }).finally(() => picker.dispose());
}

/** Asks for a line of text that `read` understands; a string it returns says what is wrong. */
export async function askText<Value>(
  title: string,
  prompt: string,
  value: string,
  read: (text: string) => Value | string,
): Promise<Value | undefined> {
  const text = await window.showInputBox({
    title,
    prompt,
    value,
    ignoreFocusOut: true,
    validateInput: input => {
      const result = read(input);
      return typeof result === 'string' ? result : undefined;
    },
  });
  if (text === undefined) return undefined;
  const result = read(text);
  return typeof result === 'string' ? undefined : result;
}

/**
 * Asks step after step; Back returns to the step before.
 * @param ask each step gets the draft so far and returns what it adds to it
 * @returns undefined when the person has given up
 */
export async function askSteps<Draft extends object>(
  title: string,
  asks: readonly ((place: StepPlace, draft: Draft) => Promise<Answer<Partial<Draft>>>)[],
  first: Draft,
): Promise<Draft | undefined> {
  const drafts: Draft[] = [first];
  while (drafts.length <= asks.length) {
    const step = drafts.length;
    const draft = drafts[step - 1];
    const ask = asks[step - 1];
    if (!draft || !ask) return undefined;
    const answer = await ask({ title, step, totalSteps: asks.length }, draft);
    if (answer === undefined) return undefined;
    if (answer === 'back') drafts.pop();
    else drafts.push({ ...draft, ...answer.value });
  }
  return drafts.at(-1);
}
