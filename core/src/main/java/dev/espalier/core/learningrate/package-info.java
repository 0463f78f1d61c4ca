/**
 * The learning rate range test: finds a learning rate for a training. Read {@link
 * dev.espalier.core.learningrate.LearningRateFinder} first.
 */
@NullMarked
package dev.espalier.core.learningrate;

import org.jspecify.annotations.NullMarked;
