package dev.espalier.weights.pytorch;

import dev.espalier.model.StoredType;

/**
 * Elements in the file that tensors are views of.
 *
 * @param key the name under which the file has them
 */
record PickledStorage(StoredType type, String key, long elements) {}
