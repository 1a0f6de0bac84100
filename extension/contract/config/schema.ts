import { type Static, Type } from 'typebox';
import { attackSchema, threatSchema } from './schema/adversary';
import { augmentationSchema, datasetSchema } from './schema/data';
import { integer, text } from './schema/fields';
import { awpSchema, objectiveSchema, taylorSchema } from './schema/loss';
import {
  earlyStoppingSchema,
  evaluationSchema,
  examplesSchema,
  sharpnessSchema,
} from './schema/measurements';
import { modelSchema } from './schema/model';
import { emaSchema, optimizerSchema, scheduleSchema } from './schema/optimization';
import { checkpointSchema, computeSchema } from './schema/running';

/** The one definition of the config: its TypeScript type, its defaults and the editor's JSON Schema follow from it. */
export const configSchema = Type.Object(
  {
    $schema: Type.Optional(
      Type.String({ description: "Address of this file's JSON Schema, for other editors." }),
    ),
    name: Type.Optional(
      text({
        meaning: "Name of the run; part of its folder's name.",
        pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$',
        patternErrorMessage:
          '1 to 64 letters, digits, ".", "_" or "-", not starting with "." (it names a folder)',
        default: 'run',
        source: 'ours',
      }),
    ),
    seed: Type.Optional(
      integer({
        meaning: 'Everything random follows from it: weights, order, noise, attacks, the held-out images.',
        minimum: 0,
        maximum: 2 ** 32 - 1,
        default: 0,
        source: 'ours',
      }),
    ),
    dataset: datasetSchema,
    model: modelSchema,
    threat: threatSchema,
    attack: Type.Optional(attackSchema),
    objective: Type.Optional(objectiveSchema),
    taylor: Type.Optional(taylorSchema),
    awp: Type.Optional(awpSchema),
    optimizer: Type.Optional(optimizerSchema),
    schedule: Type.Optional(scheduleSchema),
    ema: Type.Optional(emaSchema),
    augmentation: Type.Optional(augmentationSchema),
    epochs: Type.Optional(
      integer({
        meaning: 'Passes over the training images.',
        unit: 'epochs',
        minimum: 1,
        default: 200,
        source: 'the official RAT code; Rice et al. 2020',
      }),
    ),
    batchSize: Type.Optional(
      integer({
        meaning: 'Images in one training step.',
        unit: 'images',
        minimum: 1,
        default: 128,
        source: 'the official RAT code',
      }),
    ),
    evaluation: Type.Optional(evaluationSchema),
    earlyStopping: Type.Optional(earlyStoppingSchema),
    sharpness: Type.Optional(sharpnessSchema),
    examples: Type.Optional(examplesSchema),
    checkpoint: Type.Optional(checkpointSchema),
    compute: Type.Optional(computeSchema),
  },
  { additionalProperties: false, description: 'One adversarial-training experiment.' },
);

/** The config as it is written: defaults may be left out, fractions may be text. */
export type RawConfig = Static<typeof configSchema>;

/** The parts of a JSON Schema that this one uses, for code that walks it. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[] | undefined;
  readonly items?: SchemaNode;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly patternErrorMessage?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

export const schemaTree = configSchema as SchemaNode;

/** The schema of a setting by its dotted path, such as "attack.stepSize"; undefined where there is none. */
export function schemaAt(path: string): SchemaNode | undefined {
  return path.split('.').reduce<SchemaNode | undefined>((node, name) => node?.properties?.[name], schemaTree);
}
