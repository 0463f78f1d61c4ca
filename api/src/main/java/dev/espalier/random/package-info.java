/**
 * Random numbers that are the same on every machine, on every engine and with any number of
 * threads. Read {@link dev.espalier.random.RandomKey}, which identifies a stream, and {@link
 * dev.espalier.random.RandomStream}, which draws from it, first.
 */
@NullMarked
package dev.espalier.random;

import org.jspecify.annotations.NullMarked;
