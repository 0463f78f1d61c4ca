/**
 * Random numbers that are the same on every machine, engine and number of threads: {@link
 * dev.espalier.random.RandomKey} names a purpose, {@link dev.espalier.random.RandomStream} draws.
 */
@NullMarked
package dev.espalier.random;

import org.jspecify.annotations.NullMarked;
