/**
 * Reads the files of {@code torch.save}. Pickles are read by a machine of our own that knows
 * tensors, dictionaries, lists, numbers and strings; nothing in a file is ever called.
 */
@NullMarked
package dev.espalier.weights.pytorch;

import org.jspecify.annotations.NullMarked;
