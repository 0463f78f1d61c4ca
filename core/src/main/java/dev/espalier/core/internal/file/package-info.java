/**
 * Reads and writes model files and checkpoints. Not for users: see {@link
 * dev.espalier.core.ModelFile}.
 */
@NullMarked
package dev.espalier.core.internal.file;

import org.jspecify.annotations.NullMarked;
