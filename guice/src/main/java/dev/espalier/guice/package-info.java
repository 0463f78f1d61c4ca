/**
 * Integration with Guice. Read {@link dev.espalier.guice.EspalierModule} first, then {@link
 * dev.espalier.guice.TrainerFactory} and {@link dev.espalier.guice.OpenedEngines}.
 */
@NullMarked
package dev.espalier.guice;

import org.jspecify.annotations.NullMarked;
