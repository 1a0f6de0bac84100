import { QuickInputButtons, type QuickPickItem, window } from 'vscode';

export interface Option<Value> extends QuickPickItem {
  readonly value: Value;
}

/** What a step of a dialogue ends with: a value, going back, or giving up. */
type Answer<Value> = { readonly value: Value } | 'back' | undefined;

interface StepPlace {
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

/** A step of a dialogue: gets the draft so far and returns what it adds to it. */
export type Step<Draft> = (place: StepPlace, draft: Draft) => Promise<Answer<Partial<Draft>>>;

/**
 * Asks step after step; Back returns to the step before. A dialogue stays open while one looks at something else.
 * @param stepsFor all steps of the dialogue, as far as the draft tells; a step does not change those before it
 * @returns undefined when the person has given up
 */
export async function askSteps<Draft extends object>(
  title: string,
  stepsFor: (draft: Draft) => readonly Step<Draft>[],
  first: Draft,
): Promise<Draft | undefined> {
  const earlier: Draft[] = [];
  let draft = first;
  for (;;) {
    const steps = stepsFor(draft);
    const ask = steps[earlier.length];
    if (!ask) return draft;
    const answer = await ask({ title, step: earlier.length + 1, totalSteps: steps.length }, draft);
    if (answer === undefined) return undefined;
    if (answer === 'back') draft = earlier.pop() ?? first;
    else {
      earlier.push(draft);
      draft = { ...draft, ...answer.value };
    }
  }
}
