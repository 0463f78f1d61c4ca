/**
 * Measurements of whole runs, each a program of its own; {@code benchmarks/README.md} tells how to
 * run them beside their peers in Python.
 */
@NullMarked
package dev.espalier.benchmarks;

import org.jspecify.annotations.NullMarked;
