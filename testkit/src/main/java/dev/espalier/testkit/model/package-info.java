/**
 * What every layer and every model must do: {@link dev.espalier.testkit.model.LayerContract} and
 * {@link dev.espalier.testkit.model.ModelContract}, on every engine of the tests' class path.
 */
@NullMarked
package dev.espalier.testkit.model;

import org.jspecify.annotations.NullMarked;
