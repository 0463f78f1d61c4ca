/**
 * Kotlin extensions for Espalier: builders with receivers, lookups by reified type, default
 * arguments, operators and properties. Each function names the Java member that it calls and adds
 * nothing to it, so the Java documentation applies. Start with {@code trainer} and {@code fit} in
 * {@code Training.kt}. Everything else is used as in Java.
 */
@NullMarked
package dev.espalier.kotlin;

import org.jspecify.annotations.NullMarked;
