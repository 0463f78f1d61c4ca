package dev.espalier.core.internal.passes;

import dev.espalier.graph.Program;

/** Returns a program that computes the same as another. Implementations are immutable. */
@FunctionalInterface
interface Pass {
  Program apply(Program program);
}
