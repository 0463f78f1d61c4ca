/**
 * Injection with Guice. Read {@link dev.espalier.core.guice.EspalierModule} first, then {@link
 * dev.espalier.core.guice.TrainerFactory} and {@link dev.espalier.core.guice.OpenedEngines}.
 */
@NullMarked
package dev.espalier.core.guice;

import org.jspecify.annotations.NullMarked;
