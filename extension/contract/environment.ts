/** Variables by which the editor tells the trainers that it starts where things are; a person may set the first too. */
export const environment = {
  /** A folder with TensorFlow's addon. */
  tensorflow: 'RANDOMIZED_AT_TENSORFLOW',
  /** The editor's folder for what the extension keeps. */
  storage: 'RANDOMIZED_AT_STORAGE',
} as const;
