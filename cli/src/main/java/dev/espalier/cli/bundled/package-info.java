/**
 * What the command needs to work without any file: a small EfficientNet, its weights, and the
 * generated data set that they were trained on.
 */
@NullMarked
package dev.espalier.cli.bundled;

import org.jspecify.annotations.NullMarked;
