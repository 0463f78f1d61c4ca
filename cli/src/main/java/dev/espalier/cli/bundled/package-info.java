/**
 * What makes the command work without any file: a small EfficientNet, its weights, and the
 * generated data that they were trained on.
 */
@NullMarked
package dev.espalier.cli.bundled;

import org.jspecify.annotations.NullMarked;
