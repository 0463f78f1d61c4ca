package dev.espalier.core.internal.passes;

import dev.espalier.graph.Program;

/** A transformation to an equivalent program. Implementations are immutable. */
@FunctionalInterface
interface Pass {
  Program apply(Program program);
}
