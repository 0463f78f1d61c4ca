/**
 * Espalier in Kotlin: builders with receivers, lookups by type, default arguments, operators and
 * properties. Each function names the Java member that it stands for and adds nothing to it, so
 * Java's documentation holds. Read {@code trainer} and {@code fit} in {@code Training.kt} first;
 * what is not here is used as it is in Java.
 */
@NullMarked
package dev.espalier.kotlin;

import org.jspecify.annotations.NullMarked;
