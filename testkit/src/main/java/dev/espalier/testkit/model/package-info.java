/**
 * Contract tests of layers and models: {@link dev.espalier.testkit.model.LayerContract} and {@link
 * dev.espalier.testkit.model.ModelContract}, on every engine on the class path of the tests.
 */
@NullMarked
package dev.espalier.testkit.model;

import org.jspecify.annotations.NullMarked;
