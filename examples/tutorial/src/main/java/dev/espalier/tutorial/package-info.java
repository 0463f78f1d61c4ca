/**
 * Fine-tuning of a small EfficientNet within a minute: {@link dev.espalier.tutorial.ShapesTutorial}
 * in Java, and beside it, in {@code src/main/kotlin}, the same in Kotlin.
 */
@NullMarked
package dev.espalier.tutorial;

import org.jspecify.annotations.NullMarked;
